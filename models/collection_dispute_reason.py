from odoo import api, fields, models


class CollectionDisputeReason(models.Model):
    """Why a debtor contests what is asked of him, and who has to answer."""

    _name = "collection.dispute.reason"
    _description = "Dispute reason"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        copy=False, help="By which the software knows the reason, whatever its name."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", help="Empty: every company may use this reason."
    )
    team = fields.Char(
        translate=True, help="Who has the answer, mostly outside finance: Sales..."
    )
    owner_rule = fields.Selection(
        [
            ("user", "Always the same person"),
            ("salesperson", "The salesperson of the invoice"),
            ("product", "Whoever answers for the product"),
            ("collector", "The collector of the case"),
        ],
        string="Given to",
        default="salesperson",
        required=True,
        help="Where this finds nobody the collector of the case gets the dispute.",
    )
    user_id = fields.Many2one(
        "res.users", string="Person", domain="[('share', '=', False)]"
    )
    response_days = fields.Integer(
        string="Days to answer",
        default=10,
        required=True,
        help="Calendar days from the opening of a dispute to its deadline.",
    )
    holds_items = fields.Boolean(
        string="Stops the reminders",
        default=True,
        help="What is disputed is left alone until the dispute is closed. The rest of "
        "the debt is claimed as before.",
    )
    dispute_count = fields.Integer(compute="_compute_dispute_count")

    _code_unique = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "Another dispute reason has this code."
    )
    _response_days_positive = models.Constraint(
        "CHECK(response_days >= 0)", "The days to answer are not negative."
    )

    def _compute_dispute_count(self):
        counts = dict(
            self.env["collection.dispute"]._read_group(
                [("reason_id", "in", self.ids)], ["reason_id"], ["__count"]
            )
        )
        for reason in self:
            reason.dispute_count = counts.get(reason, 0)

    # === ACTION METHODS === #

    def action_open_disputes(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_dispute_action"
        )
        return action | {"domain": [("reason_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    def _get_owner(self, case, lines):
        """Return who has to answer for a dispute of this reason; there is someone."""
        self.ensure_one()
        found = getattr(self, f"_find_{self.owner_rule}")(case, lines)
        # Portal users and those of other companies could not see their dispute.
        able = found.filtered(
            lambda user: (
                user.active and not user.share and case.company_id in user.company_ids
            )
        )
        return able[:1] or case._get_watch_user()

    def _find_user(self, case, lines):
        return self.user_id

    def _find_salesperson(self, case, lines):
        return lines.move_id.invoice_user_id

    def _find_product(self, case, lines):
        products = lines.move_id.invoice_line_ids.product_id
        return products._get_collection_responsible()

    def _find_collector(self, case, lines):
        return case._get_collector()

    @api.model
    def _get_by_code(self, code):
        return self.search([("code", "=", code)], limit=1)
