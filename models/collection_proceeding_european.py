from odoo import models


class CollectionProceeding(models.Model):
    """What form A of the European payment order asks for.

    Regulation (EC) 1896/2006, article 7: parties, court, grounds of jurisdiction, the
    cross-border nature, principal, interest, penalties and costs, cause of the claim
    and a description of the evidence.
    """

    _inherit = "collection.proceeding"

    def _get_european_sections(self):
        """Return the parts of the form: ``[{title, rows: [(what, value)]}]``."""
        self.ensure_one()
        return [
            {"title": title, "rows": [row for row in rows if row[1]]}
            for title, rows in (
                (self.env._("1. Court"), self._get_european_court()),
                (self.env._("2. Parties"), self._get_european_parties()),
                (self.env._("3. Jurisdiction"), self._get_european_grounds()),
                (self.env._("6 to 9. Claim"), self._get_european_claim()),
                (self.env._("10. Evidence"), self._get_european_evidence()),
                (self.env._("11. Further statements"), self._get_european_statements()),
            )
        ]

    def _get_european_court(self):
        return [(self.env._("Court"), self.foreign_court or self.court_id.name)]

    def _get_european_parties(self):
        creditor = self.company_id._get_legal_identity()
        debtor = self.partner_id._get_legal_identity()
        country = self.partner_id.country_id.name or ""
        return [
            (self.env._("Claimant"), f"{creditor['name']}, {creditor['form']}"),
            (self.env._("Address"), creditor["seat"]),
            (self.env._("Represented by"), creditor["representative"]),
            (self.env._("Defendant"), debtor["name"]),
            (
                self.env._("Address of the defendant"),
                debtor["seat"]
                if country in debtor["seat"]
                else f"{debtor['seat']}, {country}",
            ),
        ]

    def _get_european_grounds(self):
        is_consumer = self.case_id.debtor_type == "consumer"
        ground = (
            self.env._("Domicile of the consumer (Regulation (EU) 1215/2012, art. 18)")
            if is_consumer
            else self.env._("Domicile of the defendant")
        )
        return [
            (self.env._("Ground"), ground),
            (
                self.env._("Cross-border nature"),
                self.env._(
                    "Claimant in %(ours)s, defendant in %(theirs)s",
                    ours=self.company_id.country_id.name or "",
                    theirs=self.partner_id.country_id.name or "",
                ),
            ),
        ]

    def _get_european_claim(self):
        amount = self._format_paper_amount
        return [
            (self.env._("Currency"), self.currency_id.name),
            (self.env._("Principal"), amount(self.amount_principal)),
            (self.env._("Cause of the claim"), self.contract_reference),
            (self.env._("Facts"), self.claim_note),
            (
                self.env._("Interest"),
                self.amount_interest and amount(self.amount_interest),
            ),
            (
                self.env._("Rate and period"),
                ", ".join(
                    filter(
                        None,
                        [
                            self.interest_rate_words,
                            self._format_paper_date(self.interest_from),
                            self._format_paper_date(self.interest_until),
                        ],
                    )
                ),
            ),
            (
                self.env._("Contractual penalties"),
                self.amount_penalty_clause and amount(self.amount_penalty_clause),
            ),
            (
                self.env._("Costs"),
                self.amount_costs + self.amount_indemnity
                and amount(self.amount_costs + self.amount_indemnity),
            ),
            (self.env._("Total"), amount(self.amount_total)),
        ]

    def _get_european_evidence(self):
        labels = dict(
            self.env["collection.proceeding.exhibit"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        return [
            (
                labels[exhibit.kind],
                ", ".join(
                    filter(None, [exhibit.name, self._format_paper_date(exhibit.date)])
                ),
            )
            for exhibit in self.exhibit_ids
        ]

    def _get_european_statements(self):
        return [
            (
                self.env._("Truth"),
                self.env._(
                    "I declare that the information provided is true to the best of my "
                    "knowledge and belief."
                ),
            ),
            (
                self.env._("On opposition"),
                self.env._("The case goes on under ordinary procedure.")
                if not self.send_on_opposition
                else self.env._("Sent to %s", self.opposition_court_id.name or ""),
            ),
        ]
