from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class CollectionStepVariant(models.Model):
    """Other words for a step, tried on a share of the debtors drawn by chance.

    A debtor always gets the same words of a step, whichever run writes to him.
    """

    _name = "collection.step.variant"
    _description = "Variant of a step"
    _order = "step_id, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    step_id = fields.Many2one(
        "collection.step", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="step_id.company_id", store=True)
    active = fields.Boolean(default=True)
    share = fields.Integer(
        string="Share of debtors (%)",
        default=50,
        required=True,
        aggregator=None,
        help="Drawn by chance. Who is in no variant gets the words of the step.",
    )
    template_id = fields.Many2one(
        "mail.template",
        string="Text",
        domain="[('model', '=', 'collection.action')]",
        ondelete="restrict",
        help="Empty: the one of the step.",
    )
    sms_template_id = fields.Many2one(
        "sms.template",
        string="Text message",
        domain="[('model', '=', 'collection.action')]",
        ondelete="restrict",
        help="Empty: the one of the step.",
    )

    _share_range = models.Constraint(
        "CHECK(share BETWEEN 0 AND 100)", "A share is between 0 and 100 percent."
    )

    # === CONSTRAINTS === #

    @api.constrains("share", "active", "step_id")
    def _check_shares(self):
        for step in self.step_id:
            if sum(step.variant_ids.mapped("share")) > 100:
                raise ValidationError(
                    self.env._(
                        "Step “%s”: its variants together get more than 100%% of the "
                        "debtors.",
                        step.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = (
            self.env["collection.action"]
            .sudo()
            .search_fetch([("variant_id", "in", self.ids)], ["variant_id"], limit=1)
        )
        if used:
            raise UserError(
                self.env._(
                    "Variant “%s” has been sent: archive it instead.",
                    used.variant_id.name,
                )
            )

    # === ACTION METHODS === #

    def action_adopt(self):
        """Make these words those of the step, and end the trial."""
        self.ensure_one()
        if self.template_id:
            self.step_id.template_id = self.template_id
        if self.sms_template_id:
            self.step_id.sms_template_id = self.sms_template_id
        self.step_id.variant_ids.active = False
        return True
