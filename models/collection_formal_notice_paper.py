from markupsafe import Markup

from odoo import models
from odoo.tools import format_date, formatLang, get_lang, split_every

from ..tools.legal_texts import RECOVERY_COSTS

# Rows of the table of invoices kept on one page: the first holds the words too.
ROWS_FIRST, ROWS_TOGETHER = 5, 24


class CollectionFormalNotice(models.Model):
    """What a formal notice says. Notices come in the language of the debtor.

    Source: Code civil, 1231-6, 1344, 1344-1; Code de commerce, L441-10 and D441-5,
    between professionals only; Code des procédures civiles d'exécution, R124-4 on
    behalf of others.
    """

    _inherit = "collection.formal.notice"

    def _get_text_lang(self):
        self.ensure_one()
        return get_lang(self.env, self.action_id._get_text_lang()).code

    def _get_document_name(self):
        self.ensure_one()
        localised = self.with_context(lang=self._get_text_lang())
        name = localised.env._(
            "Formal notice %(number)s %(debtor)s.pdf",
            number=self.name,
            debtor=self.partner_id.name,
        )
        return name.replace("/", "-")

    def _format_amount(self, amount):
        self.ensure_one()
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _format_long_date(self, day):
        return self.env["collection.document"]._format_long_date(self, day)

    # === PARTIES === #

    def _get_creditor_words(self):
        """Return name, form, number and seat of who claims through the company."""
        self.ensure_one()
        return self._describe_party(self.creditor_id._get_legal_identity())

    def _get_debtor_words(self):
        """Return name, form, number and seat of the debtor."""
        self.ensure_one()
        debtor = self.partner_id.commercial_partner_id
        return self._describe_party(debtor._get_legal_identity())

    def _describe_party(self, identity):
        register = identity["siren"] and self.env._("SIREN %s", identity["siren"])
        if register and identity["rcs_town"]:
            register = self.env._(
                "%(siren)s RCS %(town)s",
                siren=identity["siren"],
                town=identity["rcs_town"],
            )
        facts = (identity["name"], identity["form"], register, identity["seat"])
        return " · ".join(filter(None, facts))

    def _get_behalf_sentence(self):
        """Return for whom the company collects, and what it is."""
        self.ensure_one()
        sentence = self.env._(
            "We collect this claim on behalf of %s.",
            self._embolden(self.creditor_id.name),
        )
        activity = self.company_id.collection_activity
        if not activity:
            return sentence
        return Markup("%s %s") % (
            sentence,
            self.env._("Our activity: %s.", activity),
        )

    def _embolden(self, text):
        return Markup("<strong>%s</strong>") % text

    # === THE CLAIM === #

    def _get_line_pages(self):
        """Return the rows of the table of invoices in parts that each fit on a page."""
        self.ensure_one()
        lines = self.statement_id._get_claimed_lines()
        first, rest = lines[:ROWS_FIRST], lines[ROWS_FIRST:]
        return [first, *split_every(ROWS_TOGETHER, rest.ids, rest.browse)]

    def _get_foreign_lines(self):
        """Return the lines whose invoice is in another currency than the claim."""
        self.ensure_one()
        return self.statement_id._get_claimed_lines().filtered(
            lambda line: (
                line.document_currency_id
                and line.document_currency_id != self.currency_id
            )
        )

    def _is_between_professionals(self):
        self.ensure_one()
        return self.statement_id.regime in ("business", "public")

    def _get_amount_rows(self):
        """Return the claim as rows of ``(label, explanation, amount)``."""
        self.ensure_one()
        statement = self.statement_id
        rows = [
            (self.env._("Principal"), "", statement.amount_principal),
        ]
        if statement.amount_interest:
            rows.append(
                (
                    self.env._(
                        "Interest until %s", format_date(self.env, statement.date_stop)
                    ),
                    self._describe_interest(),
                    statement.amount_interest,
                )
            )
        if statement.amount_indemnity:
            rows.append(
                (
                    self.env._("Fixed compensation for recovery costs"),
                    self._describe_indemnity(),
                    statement.amount_indemnity,
                )
            )
        return rows

    def _describe_indemnity(self):
        statement = self.statement_id
        count = statement.indemnity_count
        each = self._format_amount(statement.amount_indemnity / count)
        if statement.regime == "public":
            return self.env._(
                "%(count)s × %(amount)s (article D2192-35 of the Code de la commande "
                "publique)",
                count=count,
                amount=each,
            )
        return self.env._(
            "%(count)s × %(amount)s (article D441-5 of the Code de commerce)",
            count=count,
            amount=each,
        )

    def _describe_interest(self):
        statement = self.statement_id
        basis = (
            self.env._("a year of 365 days")
            if statement.basis == "365"
            else self.env._("the real days of the year")
        )
        return self.env._(
            "%(rates)s; calculated on %(basis)s",
            rates=statement.rate_words,
            basis=basis,
        )

    def _get_total_label(self):
        self.ensure_one()
        return self.env._(
            "Total due on %s", self._format_long_date(self.statement_id.date_stop)
        )

    def _get_demand(self):
        """Return the sentence that puts the debtor in default."""
        self.ensure_one()
        return self.env._(
            "We hereby give you formal notice to pay us %(amount)s by %(date)s at the "
            "latest.",
            amount=self._embolden(self._format_amount(self.statement_id.amount_total)),
            date=self._embolden(self._format_long_date(self.pay_by_date)),
        )

    def _get_dispute_sentence(self):
        """Return how to dispute the claim, or to say that it has been paid."""
        self.ensure_one()
        email = self.action_id.signatory_email
        if email:
            return self.env._(
                "If you dispute all or part of this claim, tell us why in writing "
                "before that date, with the documents that support it, at the address "
                "above or at %s. If you have paid in the meantime, send us the date "
                "and reference of the payment.",
                email,
            )
        return self.env._(
            "If you dispute all or part of this claim, tell us why in writing before "
            "that date, with the documents that support it, at the address above. If "
            "you have paid in the meantime, send us the date and reference of the "
            "payment."
        )

    def _get_law_sentences(self):
        """Return what the law attaches to the notice, a sentence each."""
        self.ensure_one()
        if self._is_between_professionals():
            return [
                self.env._(
                    "This letter is a formal notice to pay within the meaning of "
                    "articles 1231-6, 1344 and 1344-1 of the Code civil."
                ),
                *self._get_trade_sentences(),
            ]
        return [
            self.env._(
                "This letter is a formal notice to pay within the meaning of articles "
                "1231-6, 1344 and 1344-1 of the Code civil: the sum due bears interest "
                "at the legal rate from the formal notice."
            )
        ]

    def _get_trade_sentences(self):
        if self.statement_id.regime == "public":
            return [
                self.env._(
                    "Default interest and the fixed compensation for recovery costs "
                    "are due without any reminder (articles L2192-13 and D2192-35 of "
                    "the Code de la commande publique). Interest goes on running until "
                    "payment."
                )
            ]
        return [
            self.env._(
                "Late payment penalties and the fixed compensation for recovery costs "
                "are due without any reminder (articles L441-10 and D441-5 of the Code "
                "de commerce). Penalties go on running until payment."
            )
        ]

    # === COSTS OF RECOVERY === #

    def _quotes_recovery_costs(self):
        self.ensure_one()
        company = self.company_id
        return bool(self.creditor_id) or company.collection_notice_quotes_costs

    def _get_recovery_costs_text(self):
        """Return the paragraphs of article L111-8, as enacted."""
        return RECOVERY_COSTS

    # === ANNEXES === #

    def _get_enclosures(self):
        """Return what is in the envelope beside the notice."""
        self.ensure_one()
        action, company = self.action_id, self.company_id
        invoices = action.encloses_invoices or action.step_id.attach_invoices
        candidates = (
            (
                company.collection_notice_encloses_statement,
                self.env._("detailed statement of claim %s", self.statement_id.name),
            ),
            (action.step_id.attach_statement, self.env._("statement of account")),
            (invoices, self.env._("copies of the invoices")),
        )
        return [name for is_enclosed, name in candidates if is_enclosed]
