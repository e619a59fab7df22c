"""Registered letters on paper by Maileva, the web service of La Poste's group.

API ``registered_mail`` version 4, behind OAuth 2 (password grant). Facts from the
provider's portal for developers (https://www.maileva.com/developpeur) and from the
OpenAPI description it publishes, version 4.9: a sending is made as a draft, takes
documents and one recipient, and is printed once it has been submitted. A draft costs
nothing and can be deleted; what has been submitted can neither be cancelled nor
submitted again.
"""

import json
import time
from contextlib import suppress

from ..registries.client import MEGABYTE, RegistryClient
from ..registries.errors import MalformedError, NotFoundError
from ..registries.parsing import (
    day,
    mapping,
    mappings,
    required_mapping,
    text,
)
from .results import Progress

SOURCE = "maileva"
API_HOST = "https://api.maileva.com"
LOGIN_HOST = "https://connexion.maileva.com"
SANDBOX_API_HOST = "https://api.sandbox.maileva.net"
SANDBOX_LOGIN_HOST = "https://connexion.sandbox.maileva.net"
API_PATH = "/registered_mail/v4"
TOKEN_PATH = "/auth/realms/services/protocol/openid-connect/token"

TOKEN_LIMIT = 10_000
# A token that is about to expire is renewed so many seconds before.
TOKEN_MARGIN = 30
ADDRESS_LINES = 6
LINE_LENGTH = 38
NAME_LENGTH = 256
ARCHIVING_YEARS = 3
# Where the service delivers, as far as it publishes.
COUNTRIES = frozenset({"BL", "FR", "GF", "GP", "MC", "MF", "MQ", "RE", "YT"})
# The lines between name and town, by their number: street, complement, post box.
MIDDLE_LINES = {0: (), 1: (4,), 2: (3, 4), 3: (2, 3, 4), 4: (2, 3, 4, 5)}

SENDING_STATUSES = {
    "DRAFT": "draft",
    "PENDING": "submitted",
    "BLOCKED": "submitted",
    "ACCEPTED": "submitted",
    "PREPARING": "submitted",
    "PROCESSED": "submitted",
    "PROCESSED_WITH_ERRORS": "submitted",
    "REJECTED": "rejected",
    "CANCELED": "rejected",
}
REJECTED_RECIPIENT = frozenset({"REJECTED", "SENDING_REJECTED", "CANCELED"})
DELIVERY_STATUSES = {
    "DELIVERING": "posted",
    "FIRST_PRESENTATION": "presented",
    "DELIVERED": "delivered",
    "UNDELIVERED": "returned",
}
RETURN_REASONS = {
    "N02": "npai",
    "N03": "unclaimed",
    "N05": "refused",
    "N07": "incomplete",
    "LP19": "unclaimed",
    "LP20": "incomplete",
    "LP21": "npai",
    "LP22": "refused",
    "LP25": "unclaimed",
}
PROOFS = {
    "posting": "deposit_proof_url",
    "receipt": "acknowledgement_of_receipt_url",
    "content": "content_proof_url",
}


class MailevaLogin(RegistryClient):
    """The server that gives out tokens."""

    service = SOURCE
    default_url = LOGIN_HOST

    def log_in(self, credentials):
        """Return ``(token, seconds it lasts)``.

        :param credentials: ``username``, ``password``, ``client_id``,
            ``client_secret``
        """
        answer = self._post_json(
            TOKEN_PATH, data={"grant_type": "password", **credentials}
        )
        return self._parse(parse_token, answer)


class Maileva(RegistryClient):
    """One account at Maileva.

    No call is repeated by the client itself: who sends letters must know what has been
    heard. Failures are a :class:`~..registries.errors.RegistryError`.

    :param login: a :class:`MailevaLogin`
    :param credentials: see :meth:`MailevaLogin.log_in`
    """

    service = SOURCE
    default_url = API_HOST
    calls_per_minute = 120
    timeout = (5, 60)
    max_bytes = 20 * MEGABYTE

    def __init__(self, base_url=None, *, login, credentials, **options):
        super().__init__(base_url, **{"retries": 0, **options})
        self._login = login
        self._credentials = credentials
        self._token = ""
        self._token_end = 0

    def close(self):
        self._login.close()
        return super().close()

    def create_draft(self, letter):
        """Return the number of a new draft for a :class:`~.results.Letter`."""
        answer = self._post_json(
            f"{API_PATH}/sendings", json=to_sending(letter), headers=self._headers()
        )
        return self._parse(parse_identifier, answer)

    def fill_draft(self, number, letter):
        """Give draft ``number`` the documents and the recipient of ``letter``."""
        for priority, (name, content) in enumerate(letter.documents, 1):
            metadata = json.dumps({"priority": priority, "name": name})
            self._request(
                "POST",
                f"{API_PATH}/sendings/{number}/documents",
                headers=self._headers(),
                files={
                    "document": (name, content, "application/pdf"),
                    "metadata": ("metadata", metadata, "application/json"),
                },
            )
        self._request(
            "POST",
            f"{API_PATH}/sendings/{number}/recipients",
            headers=self._headers(),
            json=to_recipient(letter),
        )

    def submit(self, number):
        """Have draft ``number`` printed and posted: there is no way back."""
        self._request(
            "POST", f"{API_PATH}/sendings/{number}/submit", headers=self._headers()
        )

    def delete_draft(self, number):
        """Delete a draft, if it is still there."""
        with suppress(NotFoundError):
            self._request(
                "DELETE", f"{API_PATH}/sendings/{number}", headers=self._headers()
            )

    def get_status(self, number):
        """Return the ``status`` of sending ``number``, as in Progress.

        :raise NotFoundError: there is no such sending
        """
        return self._parse(parse_sending, self._get(f"/sendings/{number}")).status

    def get_progress(self, number):
        """Return the :class:`~.results.Progress` of the letter in ``number``."""
        sending = self._parse(parse_sending, self._get(f"/sendings/{number}"))
        if sending.status != "submitted":
            return sending
        recipients = self._get(f"/sendings/{number}/recipients")
        return self._parse(parse_recipients, recipients) or sending

    def get_proof(self, path):
        """Return the content of a proof, a PDF."""
        content = self._request(
            "GET",
            API_PATH + path,
            headers={**self._headers(), "Accept": "application/pdf"},
        )
        if not content.startswith(b"%PDF"):
            raise self._error(MalformedError, "the proof is no PDF")
        return content

    def try_login(self):
        """Log in, to know whether the credentials are right."""
        self._headers()

    def _get(self, path):
        return self._get_json(API_PATH + path, headers=self._headers())

    def _headers(self):
        """Return the headers of a call, with a token that is still good."""
        if time.monotonic() >= self._token_end:
            token, seconds = self._login.log_in(self._credentials)
            self._token = token
            self._token_end = time.monotonic() + max(0, seconds - TOKEN_MARGIN)
        return {"Authorization": f"Bearer {self._token}"}


# === WHAT IS SAID === #


def to_sending(letter):
    """Return the description of a sending."""
    return {
        "name": letter.name[:NAME_LENGTH],
        "custom_id": letter.key,
        "acknowledgement_of_receipt": True,
        "color_printing": letter.in_colour,
        "duplex_printing": letter.on_both_sides,
        "optional_address_sheet": letter.with_address_sheet,
        "archiving_duration": ARCHIVING_YEARS,
        "sender_country_code": "FR",
        **_address("sender_", letter.sender),
    }


def to_recipient(letter):
    """Return the description of the one recipient of a sending."""
    return {
        "custom_id": letter.key,
        "country_code": letter.country_code,
        **_address("", letter.recipient),
    }


def _address(prefix, lines):
    """Return the six numbered lines of an address given top down.

    >>> _address("", ("Garcin", "12 rue des Lilas", "69003 LYON"))["address_line_4"]
    '12 rue des Lilas'
    """
    numbered = dict.fromkeys(range(1, ADDRESS_LINES + 1), "")
    first, *middle, last = lines
    middle = middle[: len(MIDDLE_LINES) - 1]
    numbered |= {1: first, ADDRESS_LINES: last}
    numbered |= dict(zip(MIDDLE_LINES[len(middle)], middle, strict=True))
    return {
        f"{prefix}address_line_{number}": line[:LINE_LENGTH]
        for number, line in numbered.items()
    }


# === WHAT IS ANSWERED === #


def parse_token(payload):
    """Return a token and how many seconds it lasts."""
    answer = required_mapping(payload)
    token = text(answer.get("access_token"), TOKEN_LIMIT)
    if not token:
        raise MalformedError("no token")
    seconds = answer.get("expires_in")
    return token, seconds if isinstance(seconds, int) else 0


def parse_identifier(payload):
    """Return the number of what has been made."""
    number = text(required_mapping(payload).get("id"))
    if not number:
        raise MalformedError("no identifier")
    return number


def parse_sending(payload):
    """Return the progress of a sending, not yet of its recipient."""
    sending = required_mapping(payload)
    code = text(sending.get("status"))
    if code not in SENDING_STATUSES:
        raise MalformedError(f"unknown status {code}")
    label = text(sending.get("status_detail")) or code
    return Progress(SENDING_STATUSES[code], label)


def parse_recipients(payload):
    """Return the progress of the only recipient, ``None`` if there is none yet."""
    recipients = mappings(mapping(payload).get("recipients"), "recipients")
    if not recipients:
        return None
    if len(recipients) > 1:
        raise MalformedError("more than one recipient")
    return parse_recipient(recipients[0])


def parse_recipient(recipient):
    """Return the progress of the letter to this recipient."""
    code = text(recipient.get("status"))
    if code in REJECTED_RECIPIENT:
        return Progress("rejected", text(recipient.get("status_detail")) or code)
    events = mappings(recipient.get("main_delivery_statuses"), "delivery statuses")
    dates = {text(event.get("category")): day(event.get("date")) for event in events}
    last = mapping(recipient.get("last_main_delivery_status"), "delivery status")
    category = text(last.get("category"))
    dates.setdefault(category, day(last.get("date")))
    posted_on = day(recipient.get("deposit_proof_date"))
    proofs = {
        kind: text(recipient.get(field))
        for kind, field in PROOFS.items()
        if text(recipient.get(field)).startswith("/sendings/")
    }
    status = DELIVERY_STATUSES.get(category) or ("posted" if posted_on else "submitted")
    return Progress(
        status,
        text(last.get("label")) or code,
        tracking_number=text(recipient.get("registered_number")),
        posted_on=posted_on or dates.get("DELIVERING"),
        presented_on=dates.get("FIRST_PRESENTATION"),
        closed_on=dates.get("DELIVERED") or dates.get("UNDELIVERED"),
        return_reason=_return_reason(recipient, last) if status == "returned" else "",
        proofs=proofs,
    )


def _return_reason(recipient, last):
    """Return why the letter comes back, "" while the service does not say."""
    for code in (recipient.get("undelivered_mail_reason"), last.get("code")):
        if reason := RETURN_REASONS.get(text(code)):
            return reason
    return ""
