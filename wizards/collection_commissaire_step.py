from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class CollectionCommissaireStep(models.TransientModel):
    """Notes what a commissaire de justice has done: the day, the deed and its cost."""

    _name = "collection.commissaire.step"
    _description = "Step of a commissaire de justice"

    proceeding_id = fields.Many2one(
        "collection.proceeding", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="proceeding_id.company_id")
    currency_id = fields.Many2one(related="proceeding_id.currency_id")
    step = fields.Char(required=True, readonly=True)
    name = fields.Char(string="What took place", readonly=True)
    date = fields.Date(
        string="Day",
        required=True,
        default=lambda self: self.env.company._get_collection_today(),
        help="The day on the deed or on the letter: deadlines run from it.",
    )
    deed_ids = fields.Many2many(
        "ir.attachment",
        "collection_commissaire_step_deed_rel",
        "wizard_id",
        "attachment_id",
        string="Deed or letter",
    )
    more_cost = fields.Monetary(
        string="Other cost, excluding VAT",
        help="What the commissaire bills for this step beside the fees of the tariff, "
        "which are noted by themselves.",
    )

    # === ACTION METHODS === #

    def action_confirm(self):
        self.ensure_one()
        self._check_day()
        proceeding = self.proceeding_id
        proceeding._note_step(self.step, self.date, self.deed_ids)
        if self.more_cost:
            rate = proceeding.case_id._get_parameter("vat_rate", self.date)
            proceeding._add_cost(
                "commissaire",
                self.more_cost,
                name=self.name,
                date=self.date,
                vat=self.more_cost * rate / 100,
            )
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #

    @api.model
    def _open(self, proceeding, step):
        """Return the action that asks for the facts of ``step``."""
        name = proceeding._get_steps().get(step)
        if not name:
            raise UserError(
                self.env._(
                    "%s is not at this step (any more): look at it again.",
                    proceeding.display_name,
                )
            )
        wizard = self.create(
            {
                "proceeding_id": proceeding.id,
                "step": step,
                "name": name,
                "date": proceeding.company_id._get_collection_today(),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _check_day(self):
        self.ensure_one()
        if self.date > self.company_id._get_collection_today():
            raise UserError(
                self.env._(
                    "%s has not come yet: enter the day on which it took place.",
                    format_date(self.env, self.date),
                )
            )
        filed = self.proceeding_id.date_filed
        if filed and self.date < filed:
            raise UserError(
                self.env._(
                    "%(proceeding)s was entrusted on %(filed)s: %(day)s is before it.",
                    proceeding=self.proceeding_id.name,
                    filed=format_date(self.env, filed),
                    day=format_date(self.env, self.date),
                )
            )
