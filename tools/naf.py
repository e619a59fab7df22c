"""The section of the French nomenclature of activities that a NAF code belongs to.

Source: INSEE, Nomenclature d'activités française (NAF rév. 2, in force since 1 January
2008), which follows NACE Rev. 2 down to the fourth digit. The sections are those of
NACE; a section is a range of divisions, the first two digits of the code.
"""

import re
from bisect import bisect_right

# The first division of each section.
_SECTIONS = (
    (1, "A"),
    (5, "B"),
    (10, "C"),
    (35, "D"),
    (36, "E"),
    (41, "F"),
    (45, "G"),
    (49, "H"),
    (55, "I"),
    (58, "J"),
    (64, "K"),
    (68, "L"),
    (69, "M"),
    (77, "N"),
    (84, "O"),
    (85, "P"),
    (86, "Q"),
    (90, "R"),
    (94, "S"),
    (97, "T"),
    (99, "U"),
)
_STARTS = tuple(start for start, _section in _SECTIONS)
_CODE = re.compile(r"(\d{2})(\.?\d{2}[A-Z]?)?", re.IGNORECASE)


def naf_section(code):
    """Return the letter of the section of a NAF code, ``""`` when it is none.

    >>> naf_section("43.21A"), naf_section("6201Z"), naf_section("")
    ('F', 'J', '')
    """
    found = _CODE.fullmatch((code or "").strip())
    division = int(found[1]) if found else 0
    return _SECTIONS[bisect_right(_STARTS, division) - 1][1] if division else ""
