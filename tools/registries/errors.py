"""What can go wrong with a public register, by what the caller can do about it.

None of these errors says anything about the company asked for, except
:class:`NotFoundError`: what a register failed to tell stays unknown.
"""


class RegistryError(Exception):
    """An answer that could not be had or used.

    ``service`` is the code of the service ("insee"), ``status`` the HTTP status of its
    answer if there was one. The message is technical, in English, free of secrets.
    """

    def __init__(self, message, *, service="", status=None):
        super().__init__(message)
        self.service = service
        self.status = status

    def __str__(self):
        message = super().__str__()
        return f"{self.service}: {message}" if self.service else message


class NotFoundError(RegistryError):
    """The register answered that it does not hold what was asked for."""


class RefusedError(RegistryError):
    """The register refuses this question, or this key: asking again will not help."""


class UnavailableError(RegistryError):
    """The register did not answer: ask again later.

    ``retry_after`` is the delay it asks for, in seconds, or ``None``.
    ``connection_refused`` tells that nothing accepts connections any more, which is how
    some services ban a caller who insisted.
    """

    def __init__(
        self,
        message,
        *,
        service="",
        status=None,
        retry_after=None,
        connection_refused=False,
    ):
        super().__init__(message, service=service, status=status)
        self.retry_after = retry_after
        self.connection_refused = connection_refused


class MalformedError(RegistryError):
    """The answer is not what the register publishes: cut, too big, of another shape."""
