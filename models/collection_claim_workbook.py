from odoo import api, models
from odoo.tools import format_date

from ..tools.claim_workbook import ClaimWorkbook


class CollectionClaimWorkbook(models.AbstractModel):
    """The spreadsheet of a statement of claim."""

    _name = "collection.claim.workbook"
    _description = "Spreadsheet of a statement of claim"

    @api.model
    def _render(self, statement):
        """Return the workbook of ``statement`` as bytes, in the context's language."""
        lines = statement._get_claimed_lines()
        return ClaimWorkbook(self._get_words(statement)).render(
            [self._to_item(line) for line in lines],
            [
                self._to_period(line, segment)
                for line in lines
                for segment in line.segment_ids
            ],
        )

    @api.model
    def _to_item(self, line):
        return (
            line.document,
            line.date,
            line.date_due,
            line.amount_total,
            line.amount_paid,
            line.amount_credit,
            line.principal,
            line.interest,
            line.indemnity,
        )

    @api.model
    def _to_period(self, line, segment):
        return (
            line.document,
            segment.date_start,
            segment.date_end,
            segment.days,
            segment.base,
            segment.rate,
            segment.year_days,
            segment.interest,
        )

    @api.model
    def _get_words(self, statement):
        return {
            "title": self.env._("Statement of claim %s", statement.name),
            "subtitle": [
                f"{statement.company_id.name} / {statement.partner_id.display_name}",
                self.env._(
                    "Interest until %s", format_date(self.env, statement.date_stop)
                ),
                statement.rate_words or "",
            ],
            "items": self.env._("Items"),
            "periods": self.env._("Periods of interest"),
            "total": self.env._("Total"),
            "item_headings": [
                self.env._("Document"),
                self.env._("Document date"),
                self.env._("Due on"),
                self.env._("Original amount"),
                self.env._("Received"),
                self.env._("Credited"),
                self.env._("Principal"),
                self.env._("Interest due"),
                self.env._("Fixed compensation"),
                self.env._("Total"),
            ],
            "period_headings": [
                self.env._("Document"),
                self.env._("From"),
                self.env._("To, included"),
                self.env._("Days"),
                self.env._("Sum bearing interest"),
                self.env._("Rate (%)"),
                self.env._("Days of the year"),
                self.env._("Interest"),
            ],
        }
