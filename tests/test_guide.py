import json
import re
from pathlib import Path

from lxml import html

from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools.misc import file_path

MODULE = "l10n_fr_debt_collection"
TABLE = f"{MODULE}/static/src/guide/collection_guide_screens.js"
FOLDER = f"/{MODULE}/static/guide"
ROW = re.compile(r'^    "?([\w.]+)"?:\s+(".+?"),$', re.MULTILINE)


def read_screens():
    """Return the place of each screen, as the web client reads it."""
    source = Path(file_path(TABLE)).read_text(encoding="utf-8")
    return {name: json.loads(place) for name, place in ROW.findall(source)}


@tagged("post_install", "-at_install")
class TestGuideTable(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.screens = read_screens()

    def _get_actions(self, model):
        return {
            data.name: self.env[model].browse(data.res_id)
            for data in self.env["ir.model.data"].search(
                [("module", "=", MODULE), ("model", "=", model)]
            )
        }

    def test_every_window_has_its_place(self):
        windows = self._get_actions("ir.actions.act_window")
        self.assertGreater(len(windows), 80)
        missing = {
            name
            for name, window in windows.items()
            if name not in self.screens and window.res_model not in self.screens
        }
        self.assertEqual(missing, set())

    def test_every_page_of_the_client_has_its_place(self):
        pages = self._get_actions("ir.actions.client")
        self.assertTrue(pages)
        # by its tag too: code opens it without a record
        missing = {page.tag for page in pages.values()} - set(self.screens)
        self.assertEqual(missing, set())

    def test_every_form_has_its_place(self):
        """What a button opens has no action of its own, but a model."""
        forms = self._get_actions("ir.ui.view").values()
        models = {
            view.model
            for view in forms
            if view.type == "form"
            and view.mode == "primary"
            and view.model.startswith("collection.")
        }
        self.assertEqual(models - set(self.screens), set())

    def test_no_place_is_given_to_a_screen_that_is_gone(self):
        actions = {
            name
            for model in ("act_window", "client", "server")
            for name in self._get_actions(f"ir.actions.{model}")
        }
        tags = {page.tag for page in self._get_actions("ir.actions.client").values()}
        unknown = {
            name
            for name in self.screens
            if name not in actions | tags and name not in self.env
        }
        self.assertEqual(unknown, set())

    def test_every_place_is_on_its_page(self):
        anchors = {}
        for place in set(self.screens.values()):
            name, anchor = place.split("#")
            if name not in anchors:
                path = file_path(f"{FOLDER[1:]}/{name}")
                anchors[name] = set(html.parse(path).xpath("//main//@id"))
            self.assertIn(anchor, anchors[name], place)


@tagged("post_install", "-at_install")
class TestGuidePages(HttpCase):
    def test_pages_are_served_to_everybody(self):
        pages = {place.split("#")[0] for place in read_screens().values()}
        for name in pages | {"index.html"}:
            answer = self.url_open(f"{FOLDER}/{name}")
            self.assertEqual(answer.status_code, 200, name)
            self.assertIn("text/html", answer.headers["Content-Type"])
            self.assertIn("Guide", answer.text)

    def test_screens_and_dialogs_link_to_their_page(self):
        self.start_tour("/odoo", "collection_guide_tour", login="admin")
