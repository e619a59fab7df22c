import base64

from odoo import api, fields, models
from odoo.exceptions import UserError


class CollectionPlanAgree(models.TransientModel):
    """Notes how a debtor agreed to a plan, with the signed copy as its proof."""

    _name = "collection.plan.agree"
    _description = "Agreement to a payment plan"

    plan_id = fields.Many2one(
        "collection.plan", required=True, readonly=True, ondelete="cascade"
    )
    signature_required = fields.Boolean(related="plan_id.signature_required")
    agreed_by = fields.Selection(
        [("scan", "Signed on paper"), ("phone", "Agreed by telephone")],
        string="Agreement",
        required=True,
        default="scan",
    )
    signed_by = fields.Char(
        string="Signatory",
        required=True,
        compute="_compute_signed_by",
        store=True,
        readonly=False,
        precompute=True,
    )
    signed_on = fields.Date(
        string="On",
        required=True,
        default=lambda self: self.env.company._get_collection_today(),
    )
    signed_copy = fields.Binary(string="Signed copy")
    signed_copy_name = fields.Char(string="Name of the signed copy")
    note = fields.Text()

    @api.depends("plan_id")
    def _compute_signed_by(self):
        for wizard in self:
            plan = wizard.plan_id
            wizard.signed_by = (plan.contact_id or plan.partner_id).name

    def action_agree(self):
        """Start the plan; without a signed copy only where none is required."""
        self.ensure_one()
        plan = self.plan_id
        if plan.state not in ("draft", "sent"):
            raise UserError(
                self.env._("%s is agreed on already, or closed.", plan.display_name)
            )
        plan._check_waiver_decided()
        self._check_proof()
        plan.write(
            {
                "agreed_by": self.agreed_by,
                "signed_by": self.signed_by,
                "signed_on": fields.Datetime.to_datetime(self.signed_on),
                "agreement_note": self.note,
            }
        )
        if self.agreed_by == "scan":
            plan._freeze_agreement(
                base64.b64decode(self.signed_copy), self.signed_copy_name
            )
        else:
            plan._freeze_agreement(plan._render_agreement())
        plan._start()
        return {"type": "ir.actions.act_window_close"}

    def _check_proof(self):
        if self.agreed_by == "scan" and not self.signed_copy:
            raise UserError(self.env._("Add the signed copy: a scan or a photo."))
        if self.agreed_by == "phone" and self.plan_id.signature_required:
            raise UserError(
                self.env._(
                    "%s has to be signed: add the signed copy, or have plans start "
                    "without a signature in the settings of Debt Collection.",
                    self.plan_id.display_name,
                )
            )
