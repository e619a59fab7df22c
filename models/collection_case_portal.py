from odoo import api, fields, models

# Why debtors no longer deal with the company: no deed on their page but a message.
PROCEEDINGS = {"insolvency", "handover", "state_handed_over"}


class CollectionCase(models.Model):
    """The links by which the debtor's contacts see the case and answer."""

    _inherit = "collection.case"

    debtor_link_ids = fields.One2many(
        "collection.debtor.link", "case_id", string="Links to the debtor's page"
    )
    debtor_link_count = fields.Integer(
        string="Number of valid links", compute="_compute_debtor_link_count"
    )

    # === COMPUTE METHODS === #

    @api.depends("debtor_link_ids.revoked_on", "debtor_link_ids.expires_on")
    def _compute_debtor_link_count(self):
        today = fields.Date.context_today(self)
        counts = dict(
            self.env["collection.debtor.link"]._read_group(
                [
                    ("case_id", "in", self.ids),
                    ("revoked_on", "=", False),
                    ("expires_on", ">=", today),
                ],
                ["case_id"],
                ["__count"],
            )
        )
        for case in self:
            case.debtor_link_count = counts.get(case, 0)

    # === ACTION METHODS === #

    def action_share_debtor_page(self):
        """Show a link to the page, to copy it into a message or open it."""
        self.ensure_one()
        self.check_access("write")
        link = self.env["collection.debtor.link"]._make(self)
        link._check_portal()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Debtor's page"),
            "res_model": link._name,
            "res_id": link.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_open_debtor_links(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_debtor_link_action"
        )
        return action | {"domain": [("case_id", "=", self.id)]}

    # === BUSINESS METHODS === #

    def _get_portal_exclusions(self):
        """Return ``{line id: codes}``: why open items are not to be dealt with here."""
        self.ensure_one()
        today = self.company_id._get_collection_today()
        return {
            line.id: {code for code, _explanation in reasons}
            for line, reasons in self._get_exclusions(today).items()
        }

    def _is_in_proceedings(self):
        """Must the debtor deal with somebody else, a court officer or an agency?"""
        self.ensure_one()
        if self.state == "handed_over":
            return True
        return bool(PROCEEDINGS & set(self.active_hold_ids.mapped("reason")))

    def _move_content(self, survivor):
        # Who was told of the one debtor has not been told of the other.
        self.debtor_link_ids._revoke()
        return super()._move_content(survivor)

    @api.model
    def _get_moved_tables(self):
        return [*super()._get_moved_tables(), "collection_debtor_link"]
