"""Numbers that look real and can belong to nobody, all derived from a key.

Same key, same number: the demo data is the same on every machine.
"""

from zlib import crc32

from stdnum import luhn

# Number ranges that ARCEP keeps for films and books, per calling zone.
PHONE_PREFIXES = {
    "01": "01 99 00",
    "02": "02 61 91",
    "03": "03 53 01",
    "04": "04 65 71",
    "05": "05 36 49",
    "mobile": "06 39 98",  # libphonenumber calls this range invalid
}
DEPARTMENTS_BY_ZONE = {
    "01": "75 77 78 91 92 93 94 95",
    "02": "14 18 22 27 28 29 35 36 37 41 44 45 49 50 53 56 61 72 76 85 97",
    "03": "02 08 10 21 25 39 51 52 54 55 57 58 59 60 62 67 68 70 71 80 88 89 90",
    "04": "01 03 04 05 06 07 11 13 15 20 26 30 34 38 42 43 48 63 66 69 73 74 83 84",
    "05": "09 12 16 17 19 23 24 31 32 33 40 46 47 64 65 79 81 82 86 87",
}
ZONE_BY_DEPARTMENT = {
    department: zone
    for zone, departments in DEPARTMENTS_BY_ZONE.items()
    for department in departments.split()
}


def _digits(key, count):
    """Return ``count`` digits drawn from ``key``, always the same ones."""
    return f"{crc32(key.encode()):010d}"[-count:]


def siren(key, prefix):
    """Return a nine-digit SIREN with a valid Luhn key, beginning with ``prefix``.

    >>> siren("tournebride", "6").startswith("6")
    True
    """
    body = prefix + _digits(key, 8 - len(prefix))
    return body + luhn.calc_check_digit(body)


def siret(siren_number, establishment=1):
    """Return the SIRET of an establishment: SIREN, four digits, Luhn key."""
    body = f"{siren_number}{establishment:04d}"
    return body + luhn.calc_check_digit(body)


def french_vat(siren_number):
    """Return the intra-community VAT number that goes with a SIREN.

    >>> french_vat("404833048")
    'FR83404833048'
    """
    return f"FR{(12 + 3 * (int(siren_number) % 97)) % 97:02d}{siren_number}"


def french_iban(bank, branch, account):
    """Return a French IBAN: RIB key and IBAN key computed.

    >>> french_iban("20041", "01005", "00500013026")
    'FR7620041010050050001302606'
    """
    rib_key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(account)) % 97
    bban = f"{bank}{branch}{account}{rib_key:02d}"
    iban_key = 98 - int(f"{bban}152700") % 97  # F=15, R=27
    return f"FR{iban_key:02d}{bban}"


def calling_zone(postcode):
    """Return the first two digits of a land line at ``postcode``."""
    return ZONE_BY_DEPARTMENT[postcode[:2]]


def phone(key, zone):
    """Return a telephone number that will never ring, in French layout.

    >>> phone("x", "mobile")[:8]
    '06 39 98'
    """
    last = _digits(f"phone {key}", 4)
    return f"{PHONE_PREFIXES[zone]} {last[:2]} {last[2:]}"
