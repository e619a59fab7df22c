from odoo import fields, models


class CollectionProceeding(models.Model):
    """What a proceeding rests on: the statement of claim and the formal notice."""

    _inherit = "collection.proceeding"

    statement_id = fields.Many2one(
        "collection.claim.statement",
        string="Statement of claim",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        domain="[('case_id', '=', case_id)]",
        help="The calculation that the amounts come from.",
    )
    notice_id = fields.Many2one(
        "collection.formal.notice",
        string="Formal notice",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        domain="[('case_id', '=', case_id)]",
    )

    def _take_statement(self, statement):
        """Take the amounts of a statement of claim as what is asked for."""
        self.ensure_one()
        self.write(
            {
                "statement_id": statement.id,
                "amount_principal": statement.amount_principal,
                "amount_interest": statement.amount_interest,
                "amount_indemnity": statement.amount_indemnity,
            }
        )
