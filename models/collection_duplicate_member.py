from odoo import api, fields, models

from ..tools.identifiers import siren_of

# What makes a contact complete enough to collect from.
COMPLETE_FIELDS = (
    "name",
    "street",
    "zip",
    "city",
    "country_id",
    "phone",
    "email",
    "company_registry",
    "vat",
)


class CollectionDuplicateMember(models.Model):
    """A contact of a group of duplicates, with what tells it from the others."""

    _name = "collection.duplicate.member"
    _description = "Duplicate"
    _order = "group_id, receivable_count desc, completeness desc, id"
    _rec_name = "name"

    group_id = fields.Many2one(
        "collection.duplicate.group", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="group_id.company_id", store=True)
    currency_id = fields.Many2one(related="group_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="After a merge: the contact that was kept.",
    )
    name = fields.Char(string="Name when found", readonly=True)
    former_id = fields.Integer(
        string="Number", readonly=True, help="Number of the contact when it was found."
    )
    is_survivor = fields.Boolean(string="Kept", compute="_compute_is_survivor")
    match_note = fields.Char(string="Why matched", compute="_compute_match_note")
    receivable_count = fields.Integer(string="Receivables ever", readonly=True)
    completeness = fields.Integer(string="Complete (%)", readonly=True)
    amount_due = fields.Monetary(string="Balance", compute="_compute_figures")
    amount_overdue = fields.Monetary(string="Overdue", compute="_compute_figures")
    last_contact_date = fields.Date(string="Last contact", compute="_compute_figures")
    action_count = fields.Integer(string="Actions", compute="_compute_figures")
    open_item_count = fields.Integer(
        string="Open items", compute="_compute_open_item_count"
    )
    contact_address = fields.Char(
        related="partner_id.contact_address_inline", string="Address"
    )
    email = fields.Char(related="partner_id.email")
    phone = fields.Char(related="partner_id.phone")
    company_registry = fields.Char(related="partner_id.company_registry")
    vat = fields.Char(related="partner_id.vat")

    # === COMPUTE METHODS === #

    @api.depends("group_id.survivor_id")
    def _compute_is_survivor(self):
        for member in self:
            member.is_survivor = member.partner_id == member.group_id.survivor_id

    @api.depends("group_id.facts")
    @api.depends_context("lang")
    def _compute_match_note(self):
        for member in self:
            member.match_note = member.group_id._describe_facts(member.former_id)

    @api.depends("partner_id", "company_id")
    def _compute_figures(self):
        cases = self.env["collection.case"].search(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ]
        )
        by_key = {(case.partner_id, case.company_id): case for case in cases}
        for member in self:
            case = by_key.get((member.partner_id, member.company_id), cases.browse())
            member.amount_due = case.amount_due
            member.amount_overdue = case.amount_overdue
            member.last_contact_date = case.last_contact_date
            member.action_count = case.action_count

    @api.depends("partner_id", "company_id")
    def _compute_open_item_count(self):
        counts = {
            (partner.id, company.id): count
            for partner, company, count in self.env["account.move.line"]._read_group(
                [
                    ("partner_id", "in", self.partner_id.ids),
                    ("company_id", "in", self.company_id.ids),
                    ("account_type", "=", "asset_receivable"),
                    ("parent_state", "=", "posted"),
                    ("reconciled", "=", False),
                ],
                ["partner_id", "company_id"],
                ["__count"],
            )
        }
        for member in self:
            key = (member.partner_id.id, member.company_id.id)
            member.open_item_count = counts.get(key, 0)

    # === ACTION METHODS === #

    def action_keep(self):
        """Make this contact the one that is kept."""
        self.ensure_one()
        self.group_id._keep(self.partner_id)
        return True

    def action_open_partner(self):
        self.ensure_one()
        return self.partner_id._get_records_action()

    # === BUSINESS METHODS === #

    @api.model
    def _get_siren(self, partner):
        return siren_of(partner.company_registry, partner.vat)

    @api.model
    def _get_completeness(self, partner):
        """Return the share of the fields that collection needs, in percent."""
        filled = sum(bool(partner[name]) for name in COMPLETE_FIELDS)
        return round(100 * filled / len(COMPLETE_FIELDS))
