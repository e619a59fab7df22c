import pytest

from odoo.addons.l10n_fr_debt_collection.tools.quoted_text import own_words


class TestQuotedText:
    def test_marked_quotes_are_left_out(self):
        source = (
            "<div><p>Les lampes sont cassées.</p>"
            '<blockquote data-o-mail-quote="1"><p>Merci de régler.</p></blockquote>'
            "</div>"
        )
        assert own_words(source) == "Les lampes sont cassées."

    def test_text_after_a_quote_inside_the_answer_is_kept(self):
        source = '<p>Un<span data-o-mail-quote="1">cité</span> deux</p>'
        assert own_words(source) == "Un deux"

    @pytest.mark.parametrize(
        "introduction",
        [
            "Le 12/03/2026 à 10:04, Atelier Lumière a écrit :",
            "On Thu, 12 Mar 2026 at 10:04, Atelier wrote:",
            "-----Message d'origine-----",
            "---- Original Message ----",
            "De : Atelier <compta@atelier.example>",
            "________________________________",
        ],
    )
    def test_everything_after_the_introduction_of_a_quote_is_cut(self, introduction):
        introduction = introduction.replace("<", "&lt;").replace(">", "&gt;")
        source = f"<pre>Payé hier.\n\n{introduction}\nMerci de régler.</pre>"
        assert own_words(source) == "Payé hier."

    def test_lines_quoted_with_a_bracket_are_left_out(self):
        source = "<pre>&gt; Merci de régler.\nC'est fait.</pre>"
        assert own_words(source) == "C'est fait."

    def test_a_sentence_that_looks_like_an_introduction_stays(self):
        source = "<p>Le directeur a écrit hier.</p><p>De notre côté, rien.</p>"
        assert own_words(source) == "Le directeur a écrit hier. De notre côté, rien."

    def test_blocks_do_not_run_into_each_other(self):
        assert (
            own_words("<p>Un</p><p>deux</p>trois<br>quatre") == "Un deux trois quatre"
        )

    def test_long_texts_are_cut(self):
        text = own_words(f"<p>{'mot ' * 300}</p>", limit=20)
        assert len(text) <= 20
        assert text.endswith("…")

    @pytest.mark.parametrize("source", ["", None, False, "<p></p>", "<style>a</style>"])
    def test_nothing_written_is_an_empty_text(self, source):
        assert own_words(source) == ""
