"""Compare and merge catalogues of translations.

Run by the Python of the environment, which has polib:
``catalogs.py check|update FRESH.pot MODULE.pot LANGUAGE.po [FRAMEWORK.po ...]``
"""

import sys
from pathlib import Path

import polib

LANGUAGE = "fr"


def read(path):
    """A catalogue; an empty one for a file that does not exist."""
    path = Path(path)
    return polib.pofile(str(path)) if path.is_file() else polib.POFile()


def check(fresh, pot, po):
    """Say which terms are missing, left over or not translated."""
    wanted, known = _terms(read(fresh)), _terms(read(pot))
    for term in sorted(wanted - known):
        yield f"not in {Path(pot).name}: {term!r} (dev/i18n updates it)"
    for term in sorted(known - wanted):
        yield f"not used any more: {term!r} (dev/i18n updates {Path(pot).name})"
    for term in sorted(wanted - _translated(read(po))):
        yield f"not translated in {Path(po).name}: {term!r}"


def update(fresh, pot, po, *framework):
    """Write the template and merge it into the catalogue of the language.

    What every model has ("Created on") is translated as the framework translates it.
    """
    template, catalogue = read(fresh), read(po)
    if _content(template) != _content(read(pot)):
        template.save(str(pot))
        yield f"{Path(pot).name}: {len(template)} terms, written"
    catalogue.merge(template)
    for entry in catalogue.obsolete_entries():
        catalogue.remove(entry)
    _fill_in(catalogue, framework)
    catalogue.metadata = (catalogue.metadata or template.metadata) | {
        "Language": LANGUAGE
    }
    catalogue.save(str(po))
    missing = sorted(_terms(template) - _translated(catalogue))
    yield f"{Path(po).name}: {len(missing)} terms to translate"
    yield from (f"    {term!r}" for term in missing)


def _fill_in(catalogue, framework):
    """Take over translations of fields that the framework adds to models."""
    known = {
        entry.msgid: entry.msgstr
        for path in framework
        for entry in read(path).translated_entries()
        if _is_field(entry)
    }
    for entry in catalogue.untranslated_entries():
        if _is_field(entry):
            entry.msgstr = known.get(entry.msgid, "")


def _is_field(entry):
    return all(
        place.startswith("model:ir.model.fields") for place, _ in entry.occurrences
    )


def _terms(catalogue):
    return {entry.msgid for entry in catalogue if not entry.obsolete}


def _content(catalogue):
    """The terms and where each is used."""
    return {entry.msgid: (entry.comment, entry.occurrences) for entry in catalogue}


def _translated(catalogue):
    return {entry.msgid for entry in catalogue.translated_entries()}


if __name__ == "__main__":
    action, *files = sys.argv[1:]
    for line in {"check": check, "update": update}[action](*files):
        print(line)
