from odoo import models
from odoo.tools import format_amount, formatLang, get_lang, split_every

from ..tools import handover_fees

REPORT = "l10n_fr_debt_collection.collection_handover_mandate_report"
# Rows of a table of the document that are kept on one page.
ROWS_FIRST, ROWS_TOGETHER = 18, 34


class CollectionHandover(models.Model):
    """The written mandate of one case: what, on which terms, with which guarantee.

    Source: Code des procédures civiles d'exécution, R124-3 to R124-5.
    """

    _inherit = "collection.handover"

    # === ACTION METHODS === #

    def action_print_mandate(self):
        """Download the mandates of these cases, to be signed."""
        pdfs = self.env["collection.pdf"]._render(REPORT, self)
        content = self.env["collection.pdf"]._merge(list(pdfs.values()))
        name = self.env._("Mandate %s.pdf", ", ".join(self[:3].mapped("name")))
        download = self.env["collection.pdf"]._make_download(
            name.replace("/", "-"), content
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{download.id}?download=true",
            "target": "self",
        }

    # === BUSINESS METHODS === #

    def _get_mandate_lang(self):
        """Return the language of the provider, in which the mandate is written."""
        self.ensure_one()
        return get_lang(self.env, self.provider_id.partner_id.lang).code

    def _get_mandate_parties(self):
        """Return ``[{role, name, facts}]``: who gives, who takes, who owes."""
        self.ensure_one()
        parties = (
            (self.env._("Creditor"), self.company_id),
            (self.env._("Collector appointed"), self.provider_id.partner_id),
            (self.env._("Debtor"), self.partner_id),
        )
        return [self._describe_party(role, party) for role, party in parties]

    def _describe_party(self, role, party):
        identity = party._get_legal_identity()
        siren, town = identity["siren"], identity["rcs_town"]
        registration = " · ".join(
            filter(None, (siren and f"SIREN {siren}", town and f"RCS {town}"))
        )
        facts = (identity["form"], identity["seat"], registration)
        return {
            "role": role,
            "name": identity["name"],
            "facts": [fact for fact in facts if fact],
        }

    def _get_mandate_pages(self):
        """Return the items of the claim in parts that each fit on a page."""
        self.ensure_one()
        lines = self.statement_id._get_claimed_lines()
        first, rest = lines[:ROWS_FIRST], lines[ROWS_FIRST:]
        return [first, *split_every(ROWS_TOGETHER, rest.ids, rest.browse)]

    def _describe_fees(self):
        """Return the terms of the fee as sentences, in the language of the context."""
        self.ensure_one()
        terms = self._get_terms()
        return [
            *self._describe_tiers(terms),
            *(
                [self.env._("%s for each case.", self._word_amount(terms.fixed))]
                if terms.fixed
                else []
            ),
            *(
                [
                    self.env._(
                        "At least %s once something has been collected.",
                        self._word_amount(terms.minimum),
                    )
                ]
                if terms.minimum
                else []
            ),
            *(
                [
                    self.env._(
                        "%s %% of the interest and costs collected.",
                        self._word_number(terms.extra_percent),
                    )
                ]
                if terms.extra_percent
                else []
            ),
            self.env._(
                "These fees are without VAT, which is %s %%.",
                self._word_number(terms.vat_percent),
            ),
        ]

    def _describe_tiers(self, terms):
        if terms.basis == handover_fees.BY_SLICE:
            tiers = sorted(terms.tiers, key=lambda tier: tier.start)
            return [
                self.env._(
                    "%(percent)s %% of the part of what is collected from %(amount)s "
                    "on.",
                    percent=self._word_number(tier.percent),
                    amount=self._word_amount(tier.start),
                )
                for tier in tiers
            ]
        percent = handover_fees.find_percent(
            terms,
            entrusted=handover_fees.to_amount(self.amount_entrusted),
            days=self.days_overdue,
        )
        return [
            self.env._("%s %% of the principal collected.", self._word_number(percent))
        ]

    def _word_amount(self, amount):
        return format_amount(self.env, float(amount), self.currency_id)

    def _word_number(self, number):
        return formatLang(self.env, float(number), digits=2).rstrip("0").rstrip(".,")
