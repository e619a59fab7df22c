from odoo import models


class CollectionProceeding(models.Model):
    """The interest that is declared comes from the statement frozen at the judgment."""

    _inherit = "collection.proceeding"

    def _take_frozen_statement(self, balances, renew):
        self.ensure_one()
        case, day = self.case_id, self.judgment_date
        known = not renew and case._find_frozen_statement(day)
        self.statement_id = known or case._make_frozen_statement(day, balances)
        return {line.move_line_id: line for line in self.statement_id.line_ids}

    def _get_interest_words(self):
        return self.statement_id.rate_words or super()._get_interest_words()
