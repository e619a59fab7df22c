from odoo.addons.l10n_fr_debt_collection.tools.text_difference import difference


class TestTextDifference:
    def test_same_texts_have_no_change(self):
        assert difference("Lyon", "Lyon") == ([(False, "Lyon")], [(False, "Lyon")])

    def test_nothing_before(self):
        assert difference(None, "Lyon") == ([], [(True, "Lyon")])

    def test_changed_space_is_visible(self):
        before, after = difference("Garage  du Port ", "Garage du Port")
        assert before[1] == (True, "·")
        assert before[-1] == (True, "·")
        assert after == [(False, "Garage du Port")]

    def test_scraps_in_common_are_shown_as_changed(self):
        before, after = difference("01.99.00", "01 99 00")
        assert before == [(False, "01"), (True, ".99."), (False, "00")]
        assert after == [(False, "01"), (True, "·99·"), (False, "00")]

    def test_pieces_make_up_the_texts(self):
        old, new = "mailto:Compta@Garcin.FR", "compta@garcin.fr"
        before, after = difference(old, new)
        assert "".join(text for _changed, text in before) == old
        assert "".join(text for _changed, text in after) == new
