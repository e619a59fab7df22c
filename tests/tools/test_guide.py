import re
import unittest
from pathlib import Path

import polib

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "docs/guide").glob("*.md"))
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
# Names of Odoo itself
CORE = {"Nouveau", "Plus"}


def plain(text):
    """The text whatever its apostrophes and spaces are."""
    return " ".join(text.replace("’", "'").replace("\u00a0", " ").split())


class TestGuide(unittest.TestCase):
    """What docs/guide says of the screens is on the screens."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        catalogue = polib.pofile(str(ROOT / "i18n/fr.po"))
        cls.names = {plain(entry.msgstr) for entry in catalogue} | CORE

    def test_there_is_a_guide(self):
        self.assertGreaterEqual(len(SOURCES), 4)

    def test_bold_words_are_names_on_screen(self):
        unknown = {
            f"{path.name}: {name}"
            for path in SOURCES
            for path_of_menus in BOLD.findall(path.read_text(encoding="utf-8"))
            for name in plain(path_of_menus).split(" > ")
            if name not in self.names
        }
        self.assertEqual(unknown, set())
