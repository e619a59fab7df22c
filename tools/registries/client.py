"""Ask a public register over HTTP, as its operators wish to be asked."""

import ast
import json
import logging
import random
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import chain, count
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter

from .errors import (
    MalformedError,
    NotFoundError,
    RefusedError,
    RegistryError,
    UnavailableError,
)
from .own_network import PrivateAddressError, check_url, guard
from .parsing import digits, text
from .throttle import Throttle

_logger = logging.getLogger(__name__)

PRODUCT = "l10n_fr_debt_collection"
MEGABYTE = 1024 * 1024
CHUNK = 64 * 1024
# What an error says of itself is at its start.
ERROR_BYTES = 4 * 1024
LINE_BYTES = MEGABYTE
LONGEST_WAIT = 60
REDIRECTS = 3
TRANSIENT = frozenset({429, 502, 503, 504})
ABSENT = frozenset({404, 410})


def user_agent(contact=""):
    """Return how the module names itself; ``contact`` is an address or a URL.

    >>> user_agent("it@example.com")  # doctest: +ELLIPSIS
    'l10n_fr_debt_collection/19... (it@example.com)'
    """
    manifest = Path(__file__).parents[2] / "__manifest__.py"
    version = ast.literal_eval(manifest.read_text(encoding="utf-8"))["version"]
    contact = text(contact).encode("ascii", "ignore").decode()
    return f"{PRODUCT}/{version} ({contact})" if contact else f"{PRODUCT}/{version}"


USER_AGENT = user_agent()


class RegistryClient:
    """One service over HTTP: its subclasses know its questions and its answers.

    Only what may pass by itself is asked again: a timeout, or one of ``TRANSIENT``
    statuses. Every failure is a :class:`RegistryError`. ``throttle`` is called before
    each HTTP call, ``calls`` counts them. ``timeout`` is for connecting and for waiting
    between two parts of an answer, in seconds; ``max_bytes`` bounds what an answer
    takes once decompressed, ``max_seconds`` how long it takes to come.
    """

    service = ""
    default_url = ""
    calls_per_minute = 60
    timeout = (5, 20)
    max_bytes = 4 * MEGABYTE
    max_seconds = 120

    def __init__(
        self,
        base_url=None,
        *,
        throttle=None,
        user_agent=USER_AGENT,
        timeout=None,
        max_bytes=None,
        retries=3,
        sleep=time.sleep,
    ):
        self.base_url = (base_url or self.default_url).rstrip("/")
        self.calls = 0
        self.max_bytes = max_bytes or self.max_bytes
        self._throttle = throttle or Throttle(self.calls_per_minute)
        self._retries = retries
        self._sleep = sleep
        self._session = _session(user_agent, timeout or self.timeout)

    def close(self):
        """Release the connections; the client can still be used."""
        self._session.close()

    def _get_json(self, path, params=None, **options):
        return _decoded(self._request("GET", path, params=params, **options), self)

    def _post_json(self, path, **options):
        return _decoded(self._request("POST", path, **options), self)

    def _request(self, method, path, **options):
        """Return the body of the answer, in bytes.

        ``options`` are those of :meth:`requests.Session.request`.
        """
        return self._insist(lambda: b"".join(self._stream(method, path, options)))

    def _stream_lines(self, path, params=None, **options):
        """Yield the lines of an answer, in bytes, as they come.

        It is asked for again as long as nothing of it has come.
        """
        options["params"] = params
        chunks = self._insist(lambda: _started(self._stream("GET", path, options)))
        tail = b""
        try:
            for chunk in chunks:
                *lines, tail = (tail + chunk).split(b"\n")
                yield from lines
                if len(tail) > LINE_BYTES:
                    raise self._error(MalformedError, "endless line")
        except _Transient as transient:
            raise transient.error from None
        if tail:
            yield tail

    def _insist(self, ask):
        """Return what ``ask`` returns; ask again what may pass by itself."""
        for attempt in count():
            try:
                return ask()
            except _Transient as transient:
                error = transient.error
            if attempt >= self._retries or (error.retry_after or 0) > LONGEST_WAIT:
                raise error
            self._sleep(self._get_wait(error, attempt))

    def _parse(self, parser, *args):
        """Return what ``parser`` reads; its errors learn the service they are about."""
        try:
            return parser(*args)
        except RegistryError as error:
            error.service = self.service
            raise

    def _get_number(self, value, *lengths):
        """Return ``value`` as digits, if there are as many as asked for."""
        number = digits(value, *lengths)
        if not number:
            wanted = " or ".join(map(str, lengths))
            raise RefusedError(f"not a number of {wanted} digits", service=self.service)
        return number

    @staticmethod
    def _get_wait(error, attempt):
        """Return how long to wait before asking again, in seconds."""
        if error.retry_after is not None:
            return error.retry_after
        return 2**attempt + random.random()

    def _stream(self, method, path, options):
        """Yield the parts of the body of one answer."""
        try:
            with self._send(method, self.base_url + path, options) as response:
                self._check_status(response)
                yield from self._read(response)
        except requests.RequestException as error:
            raise self._get_error(error) from None
        except PrivateAddressError as error:
            raise self._error(RefusedError, str(error)) from None
        except UnicodeError:
            raise self._error(RefusedError, "the key has odd characters") from None

    def _send(self, method, url, options):
        """Return the answer, its body still to be read; stay on the same host."""
        for _hop in range(REDIRECTS + 1):
            check_url(url)
            self._throttle()
            self.calls += 1
            response = self._session.request(
                method, url, stream=True, allow_redirects=False, **options
            )
            _logger.debug("%s: %s %s", self.service, method, response.status_code)
            if not response.is_redirect:
                return response
            url = self._get_target(method, response)
            options = {**options, "params": None}
        raise self._error(RefusedError, "too many redirections")

    def _get_target(self, method, response):
        """Return where the answer sends us; never to another host with our key."""
        response.close()
        target = urljoin(response.url, response.headers["Location"])
        if method != "GET" or urlsplit(target)[:2] != urlsplit(response.url)[:2]:
            raise self._error(RefusedError, "redirected elsewhere", response)
        return target

    def _check_status(self, response):
        if 200 <= response.status_code < 300:
            return
        if response.status_code in TRANSIENT:
            raise _Transient(self._get_unavailable(response))
        kind = UnavailableError if response.status_code >= 500 else RefusedError
        if response.status_code in ABSENT:
            kind = NotFoundError
        raise self._error(kind, _excerpt(response), response)

    def _get_unavailable(self, response):
        return UnavailableError(
            f"HTTP {response.status_code}",
            service=self.service,
            status=response.status_code,
            retry_after=_retry_after(response.headers.get("Retry-After")),
        )

    def _read(self, response):
        """Yield the parts of the body, until it is too big or too slow."""
        size, end = 0, time.monotonic() + self.max_seconds
        for chunk in response.iter_content(CHUNK):
            size += len(chunk)
            if size > self.max_bytes:
                limit = f"more than {self.max_bytes} bytes"
                raise self._error(MalformedError, limit, response)
            if time.monotonic() > end:
                raise self._error(UnavailableError, "too slow", response)
            yield chunk

    def _get_error(self, error):
        """Return our error for the one of the HTTP library."""
        causes = tuple(_causes(error))
        if any(isinstance(cause, requests.Timeout | TimeoutError) for cause in causes):
            return _Transient(self._error(UnavailableError, "timeout"))
        if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
            return UnavailableError(
                "connection refused", service=self.service, connection_refused=True
            )
        name = type(error).__name__
        if isinstance(error, requests.exceptions.ConnectionError):
            return self._error(UnavailableError, name)
        if isinstance(
            error,
            requests.exceptions.ChunkedEncodingError
            | requests.exceptions.ContentDecodingError,
        ):
            return self._error(MalformedError, "truncated answer")
        return self._error(RefusedError, name)

    def _error(self, kind, message, response=None):
        status = response.status_code if response is not None else None
        return kind(message, service=self.service, status=status)


class _Transient(Exception):
    """Carries an error that may pass by itself."""

    def __init__(self, error):
        super().__init__(str(error))
        self.error = error


class _Adapter(HTTPAdapter):
    """Keep the timeouts next to the socket.

    Given to the session they would not get through Odoo's tests, which take a timeout
    for one number.
    """

    def __init__(self, timeout):
        self._timeout = timeout
        super().__init__()

    def init_poolmanager(self, *args, **options):
        result = super().init_poolmanager(*args, **options)
        guard(self.poolmanager)
        return result

    def send(self, request, **options):
        return super().send(request, **{**options, "timeout": self._timeout})


def _session(agent, timeout):
    session = requests.Session()
    session.headers.update({"User-Agent": agent, "Accept": "application/json"})
    adapter = _Adapter(timeout)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _started(chunks):
    """Return ``chunks`` once the first of them has come."""
    return chain([next(chunks, b"")], chunks)


def _decoded(body, client):
    """Return the JSON of ``body``, which is in UTF-8 whatever its headers say."""
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise MalformedError("not JSON", service=client.service) from None


def _no_constant(name):
    raise ValueError(f"{name} is not JSON")


def _excerpt(response):
    """Return the status and the start of what an error says."""
    try:
        body = next(response.iter_content(ERROR_BYTES), b"")
    except requests.RequestException:
        body = b""
    said = text(body.decode("utf-8", "ignore"), 200)
    return f"HTTP {response.status_code} {said}".rstrip()


def _retry_after(value):
    """Return the seconds of a ``Retry-After`` header, in seconds or as a date."""
    value = (value or "").strip()
    if value.isascii() and value.isdigit():
        return int(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0, (moment - datetime.now(UTC)).total_seconds())


def _causes(error):
    """Yield ``error`` and what it comes from, the HTTP library's wrappers included."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
