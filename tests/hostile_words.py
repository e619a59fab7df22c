from lxml import html

EVALUATED = "7777"
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<iframe src=file:///etc/passwd></iframe>",
    "<img src='file:///etc/passwd'>",
    "{{ 77 * 101 }}",
    "<t t-out='77 * 101'/>",
    "${77 * 101}",
)
NAME = " ".join(HOSTILE)


class HostileWords:
    """What debtors may be called, and what must not become of it."""

    def _assert_harmless(self, content):
        tree = html.fromstring(content)
        for element in tree.iter():
            self.assertNotIn("alert", element.get("onerror", ""))
            for value in element.attrib.values():
                self.assertFalse(value.strip().startswith(("file:", "javascript:")))
        self.assertFalse(tree.xpath("//iframe | //t | //script[contains(., 'alert')]"))
        self.assertNotIn(EVALUATED, self._read(tree))

    @staticmethod
    def _read(tree):
        return "".join(tree.xpath("//text()[not(parent::script)]"))

    def _assert_shown_as_text(self, content):
        self._assert_harmless(content)
        self.assertIn("<script>", self._read(html.fromstring(content)))
