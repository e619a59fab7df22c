import email
import email.policy

import pytest

from odoo.addons.l10n_fr_debt_collection.tools.automatic_replies import is_automatic


def mail(subject="Re: votre facture", **headers):
    lines = [f"Subject: {subject}", "From: compta@example.com"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return email.message_from_string(
        "\n".join([*lines, "", "Bonjour"]), policy=email.policy.SMTP
    )


class TestAutomaticReplies:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Auto_Submitted": "auto-replied"},
            {"Auto_Submitted": 'auto-generated; owner-email="x@example.com"'},
            {"Precedence": "bulk"},
            {"Precedence": "Auto_Reply"},
            {"X_Autoreply": "yes"},
            {"X_Autoresponder": "1"},
        ],
    )
    def test_servers_say_so_in_the_headers(self, headers):
        assert is_automatic(mail(**headers))

    @pytest.mark.parametrize(
        "subject",
        [
            "Réponse automatique : votre facture",
            "RE: Réponse automatique: votre facture",
            "Absent du bureau",
            "Absente du bureau jusqu'au 12",
            "Message d’absence",
            "Automatic reply: your account",
            "Out of office: your account",
            "Abwesenheitsnotiz",
        ],
    )
    def test_some_say_so_in_the_subject_only(self, subject):
        assert is_automatic(mail(subject))

    @pytest.mark.parametrize(
        "subject",
        [
            "Re: votre facture",
            "Absence de bon de commande",
            "Notre réponse",
            "Automatisme livré hors service",
            "",
        ],
    )
    def test_a_person_s_words_are_an_answer(self, subject):
        assert not is_automatic(mail(subject))

    def test_the_header_may_say_that_a_person_has_written(self):
        assert not is_automatic(mail(Auto_Submitted="no"))

    def test_receipts_and_reports_are_written_by_machines(self):
        message = mail(Content_Type='multipart/report; boundary="x"')
        assert is_automatic(message)
