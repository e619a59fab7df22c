from odoo import fields, models
from odoo.exceptions import UserError


class CollectionPostpone(models.TransientModel):
    """Puts waiting actions off: their cases are held until a day, then decided anew."""

    _name = "collection.postpone"
    _description = "Postpone collection actions"

    action_ids = fields.Many2many(
        "collection.action",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    date = fields.Date(
        string="Until",
        required=True,
        help="The first day on which something may be sent again. For longer than the "
        "holds by hand of your company, ask a manager.",
    )
    reason = fields.Char(required=True)

    def action_postpone(self):
        self.ensure_one()
        waiting = self.action_ids.filtered(
            lambda action: action.state in ("preview", "to_validate", "todo")
        )
        if self.date <= fields.Date.context_today(self):
            raise UserError(self.env._("Choose a day after today."))
        self.env["collection.hold"].create(
            [
                {
                    "case_id": case.id,
                    "name": self.reason,
                    "date_to": fields.Date.subtract(self.date, days=1),
                }
                for case in waiting.case_id
            ]
        )
        waiting._cancel(reason=self.reason)
        waiting.case_id._review()
        return {"type": "ir.actions.act_window_close"}
