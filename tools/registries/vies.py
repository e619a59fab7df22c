"""VIES (European Commission): does a VAT number exist?

It asks the tax administration of the country, which is often busy: what it could not
tell is unknown, not invalid.
"""

import re

from .client import RegistryClient
from .errors import MalformedError, RefusedError
from .parsing import day, flag, required_mapping, text
from .results import VatAnswer

SOURCE = "vies"
_VAT = re.compile(r"([A-Z]{2})([0-9A-Z+*]{2,13})")
_NOT_TOLD = re.compile(r"-+")


class Vies(RegistryClient):
    service = SOURCE
    default_url = "https://ec.europa.eu/taxation_customs/vies"
    calls_per_minute = 60

    def check(self, vat):
        """Return the :class:`VatAnswer` about ``vat``, its country's letters first."""
        vat = re.sub(r"[\s.-]", "", text(vat)).upper()
        found = _VAT.fullmatch(vat)
        if not found:
            raise RefusedError("not a VAT number", service=self.service)
        country, number = found.groups()
        payload = self._get_json(f"/rest-api/ms/{country}/vat/{number}")
        return self._parse(parse_answer, payload, vat)


def parse_answer(payload, vat):
    """Return the :class:`VatAnswer` about ``vat``."""
    answer = required_mapping(payload)
    if text(answer.get("vatNumber")) not in ("", vat[2:]):
        raise MalformedError(f"another number than {vat}")
    is_valid = _is_valid(answer)
    return VatAnswer(
        vat=vat,
        is_valid=is_valid,
        name=_told(answer.get("name")) if is_valid else "",
        address=_told(answer.get("address")) if is_valid else "",
        checked_on=day(answer.get("requestDate")),
    )


def _is_valid(answer):
    said = flag(answer.get("isValid")), text(answer.get("userError"))
    return {(True, "VALID"): True, (True, ""): True, (False, "INVALID"): False}.get(
        said
    )


def _told(value):
    told = text(value, multiline=True)
    return "" if _NOT_TOLD.fullmatch(told) else told
