"""What is given to a postal service, and what it tells in return."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Letter:
    """A registered letter to print and post.

    :ivar key: ours, unique: the service keeps it with the letter
    :ivar name: what the letter is called on the screens of the service
    :ivar sender: lines of the sender's address, top down, 38 characters at most
    :ivar recipient: lines of the recipient's
    :ivar country_code: of the recipient, ISO 3166
    :ivar documents: ``(file name, content)``, all PDF, in the order of printing
    """

    key: str
    name: str
    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    country_code: str
    documents: tuple[tuple[str, bytes], ...]
    in_colour: bool = False
    on_both_sides: bool = True
    with_address_sheet: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a registered letter has come.

    :ivar status: ``draft`` (nothing will be printed), ``submitted``, ``rejected``
        (nothing was posted), ``posted``, ``presented``, ``delivered`` or ``returned``
    :ivar status_label: what the service says of it, in its words
    :ivar return_reason: ``npai``, ``incomplete``, ``unclaimed`` or ``refused``
    :ivar proofs: ``{kind: where to fetch it}``; kinds are ``posting``, ``receipt``
        and ``content``
    """

    status: str
    status_label: str = ""
    tracking_number: str = ""
    posted_on: date | None = None
    presented_on: date | None = None
    closed_on: date | None = None
    return_reason: str = ""
    proofs: dict | None = None
