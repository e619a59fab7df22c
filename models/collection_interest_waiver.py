from odoo import api, fields, models


class CollectionInterestWaiver(models.Model):
    """Interest, and compensation if so said, given up by the creditor, with the reason.

    It is about what had run by a day. Lifting it claims again what was not invoiced.
    """

    _name = "collection.interest.waiver"
    _description = "Waiver of interest"
    _inherit = ["mail.thread", "collection.access.logged", "collection.case.part"]
    _order = "date_until desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    case_id = fields.Many2one(readonly=False, ondelete="cascade")
    date_until = fields.Date(
        string="Run until",
        required=True,
        default=lambda self: self.env.company._get_collection_today(),
    )
    line_ids = fields.Many2many(
        "account.move.line",
        "collection_interest_waiver_line_rel",
        "waiver_id",
        "line_id",
        string="Items",
        help="Empty: all items of the debtor.",
    )
    with_indemnity = fields.Boolean(string="The fixed compensation too")
    reason = fields.Char(required=True, help="Printed on statements of claim.")
    state = fields.Selection(
        [("active", "Given up"), ("lifted", "Claimed again")],
        default="active",
        required=True,
        readonly=True,
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Decided by",
        readonly=True,
        default=lambda self: self.env.user,
    )
    amount = fields.Monetary(
        string="Amount then",
        readonly=True,
        help="Interest, and compensation if so said, when it was decided.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        waivers = super().create(vals_list)
        for waiver in waivers:
            waiver.amount = waiver._sum_waived()
        waivers.case_id._message_log_batch(
            {
                waiver.case_id.id: self.env._(
                    "Interest run until %(day)s given up: %(reason)s",
                    day=fields.Date.to_string(waiver.date_until),
                    reason=waiver.reason,
                )
                for waiver in waivers
            }
        )
        return waivers

    @api.depends("partner_id", "date_until")
    def _compute_display_name(self):
        for waiver in self:
            waiver.display_name = f"{waiver.partner_id.name} ({waiver.date_until})"

    def action_lift(self):
        """Claim again what has not been invoiced since."""
        self.state = "lifted"
        return True

    def _covers(self, line_id):
        """Return whether the waiver is about this journal item."""
        self.ensure_one()
        return not self.line_ids or line_id in self.line_ids.ids

    def _sum_waived(self):
        """Return what the waiver is worth: what a statement shows less with it."""
        self.ensure_one()
        without = self.case_id.with_context(claim_without_waivers=self.ids)
        return self.currency_id.round(
            self._sum_claimed(without) - self._sum_claimed(self.case_id)
        )

    def _sum_claimed(self, case):
        values = case._prepare_claims(self.date_until, lines=self.line_ids or None)
        rows = [command[2] for command in values[case.id]["line_ids"]]
        return sum(row["interest"] + row["indemnity"] for row in rows)
