from odoo import api, fields, models

STATE_MOVES = {
    "waiting": {"open", "dismissed"},
    "open": {"done", "dismissed"},
    "done": {"open"},
    "dismissed": {"open"},
}


class CollectionAlert(models.Model):
    """Something that a rule has seen on a case, or in the company's figures."""

    _name = "collection.alert"
    _description = "Collection alert"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "collection.access.logged",
        "collection.stateful",
    ]
    _order = "id desc"
    _check_company_auto = True
    _mail_post_access = "read"
    _state_moves = STATE_MOVES

    rule_id = fields.Many2one(
        "collection.alert.rule",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    name = fields.Char(related="rule_id.name", string="Alert")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    case_id = fields.Many2one(
        "collection.case",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
        check_company=True,
        help="Empty: the alert is about the company's figures.",
    )
    partner_id = fields.Many2one(
        related="case_id.partner_id", string="Debtor", store=True, index=True
    )
    amount = fields.Monetary(
        string="Overdue then", readonly=True, help="In company currency."
    )
    detail = fields.Char(string="What was seen", readonly=True)
    date = fields.Date(required=True, readonly=True, index=True)
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        index="btree_not_null",
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
        tracking=True,
    )
    state = fields.Selection(
        [
            ("waiting", "To confirm"),
            ("open", "To look at"),
            ("done", "Looked at"),
            ("dismissed", "Dismissed"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        group_expand=True,
        help="To confirm: one run had so many alerts that their responses wait for a "
        "person.",
    )
    is_standing = fields.Boolean(
        string="Still true",
        readonly=True,
        help="What was seen is still so. The rule speaks again only after it was not.",
    )
    response_note = fields.Text(string="What was done", readonly=True)

    _standing_idx = models.Index("(rule_id, case_id) WHERE is_standing")

    @api.depends("rule_id", "partner_id")
    def _compute_display_name(self):
        for alert in self:
            names = (alert.rule_id.name, alert.partner_id.display_name)
            alert.display_name = " · ".join(filter(None, names))

    # === ACTION METHODS === #

    def action_confirm(self):
        """Carry out the responses that have waited for a person."""
        for rule, alerts in (
            self.filtered(lambda a: a.state == "waiting").grouped("rule_id").items()
        ):
            alerts._update_state("open")
            rule._respond(alerts)
        return True

    def action_done(self):
        self._update_state("done")
        return True

    def action_dismiss(self):
        self._update_state("dismissed")
        return True

    def action_reopen(self):
        self._update_state("open")
        return True

    def action_open_case(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "collection.case",
            "res_id": self.case_id.id,
            "view_mode": "form",
        }

    # === BUSINESS METHODS === #

    def _note_response(self, sentence):
        """Add a sentence to what was done."""
        for alert in self:
            alert.response_note = "\n".join(
                filter(None, [alert.response_note, sentence])
            )
