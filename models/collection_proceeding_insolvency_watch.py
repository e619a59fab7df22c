from odoo import models

ANSWER = "creditor_answer"


class CollectionProceeding(models.Model):
    """What a declared claim does to time: limitation stops, a challenge is answered."""

    _inherit = "collection.proceeding"

    def _claim_declaration_filed(self):
        result = super()._claim_declaration_filed()
        for proceeding in self:
            proceeding.case_id._note_limitation_event(
                "insolvency_declaration",
                proceeding.date_filed,
                lines=proceeding.line_ids,
                record=proceeding,
                confirmed=True,
            )
        return result

    def action_contested(self):
        result = super().action_contested()
        for proceeding in self:
            self.env["collection.deadline"]._open_by_rule(
                ANSWER,
                proceeding,
                proceeding.date_contested,
                amount=proceeding.amount_declared,
            )
        return result

    def action_answered(self):
        result = super().action_answered()
        for proceeding in self:
            self.env["collection.deadline"]._meet_by_rule(
                ANSWER, proceeding, proceeding.date_answered
            )
        return result
