from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.comparison import is_same

COLLECTOR = "l10n_fr_debt_collection.group_collection_user"
# What is known to be wrong with a value holds until the value says something else:
# kind of value, fields it is made of, fields that tell what is wrong with it.
DOUBTS = (
    (
        "address",
        ("street", "street2", "zip", "city", "country_code"),
        ("collection_letter_returned_on", "collection_letter_returned_reason"),
    ),
    ("phone", ("phone",), ("collection_phone_wrong_on",)),
    ("email", ("email",), ("collection_email_dead_on",)),
    ("vat", ("vat",), ("collection_vat_invalid_on",)),
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    enrichment_status = fields.Selection(
        [
            ("to_check", "To check"),
            ("incomplete", "Incomplete"),
            ("verified", "Verified"),
            ("stale", "Stale"),
            ("conflict", "Conflict"),
            ("not_found", "Not found"),
            ("ceased", "Ceased"),
        ],
        default="to_check",
        index="btree_not_null",
        help="How far the data that reaches and identifies this debtor is trusted.",
    )
    enrichment_date = fields.Date(
        string="Verified on",
        copy=False,
        help="When a register, or a person, last confirmed the data of this debtor.",
    )
    collection_vat_invalid_on = fields.Date(
        string="VAT number refused on",
        copy=False,
        help="VIES answered that this VAT number does not exist.",
    )
    collection_letter_returned_on = fields.Date(
        string="Letter returned on",
        copy=False,
        help="A letter to this address came back. Cleared when the address changes.",
    )
    collection_letter_returned_reason = fields.Selection(
        [
            ("npai", "Not known at this address"),
            ("incomplete", "Incomplete address"),
            ("unclaimed", "Unclaimed"),
            ("refused", "Refused"),
        ],
        string="Why it came back",
        copy=False,
    )
    collection_phone_wrong_on = fields.Date(
        string="Number wrong since",
        copy=False,
        help="Somebody else answered. Cleared when the number changes.",
    )
    collection_value_source_ids = fields.One2many(
        "collection.value.source",
        "partner_id",
        string="Sources of the values",
        groups=COLLECTOR,
    )
    enrichment_proposal_ids = fields.One2many(
        "collection.enrichment.proposal", "partner_id", groups=COLLECTOR
    )
    collection_role = fields.Selection(
        [
            ("payables", "Payables (accounting)"),
            ("finance", "Finance director"),
            ("decision_maker", "Decision maker"),
            ("legal", "Legal department"),
        ],
        string="Role in collection",
        index="btree_not_null",
        help="Payables: the first to be written to or called about what is due.",
    )
    collection_debtor_type = fields.Selection(
        [
            ("business", "Business"),
            ("public", "Public body"),
            ("consumer", "Consumer"),
        ],
        string="Debtor type",
        help="Decides which scenario and which law apply. Empty: guessed.",
    )
    collection_case_ids = fields.One2many(
        "collection.case", "partner_id", groups=COLLECTOR
    )
    collection_case_id = fields.Many2one(
        "collection.case",
        string="Collection case",
        compute="_compute_collection_case_id",
        search="_search_collection_case_id",
        help="The case of this debtor in the current company.",
        groups=COLLECTOR,
    )
    collection_currency_id = fields.Many2one(
        related="collection_case_id.currency_id",
        string="Collection currency",
        groups=COLLECTOR,
    )
    collection_balance = fields.Monetary(
        related="collection_case_id.amount_due",
        currency_field="collection_currency_id",
        groups=COLLECTOR,
    )
    collection_overdue = fields.Monetary(
        related="collection_case_id.amount_overdue",
        currency_field="collection_currency_id",
        groups=COLLECTOR,
    )
    collection_risk_score = fields.Integer(
        related="collection_case_id.risk_score", string="Risk score", groups=COLLECTOR
    )
    collection_next_step_id = fields.Many2one(
        related="collection_case_id.next_step_id", string="Next step", groups=COLLECTOR
    )
    collection_next_action_date = fields.Date(
        related="collection_case_id.next_action_date",
        string="Next action",
        groups=COLLECTOR,
    )
    collection_scenario_id = fields.Many2one(
        "collection.scenario",
        string="Scenario",
        compute="_compute_collection_scenario_id",
        inverse="_inverse_collection_scenario_id",
        help="Choosing one here keeps it until it is released on the case.",
        groups=COLLECTOR,
    )
    collection_scenario_source = fields.Selection(
        related="collection_case_id.scenario_source", string="Chosen", groups=COLLECTOR
    )

    # === COMPUTE METHODS === #

    @api.depends("collection_case_ids", "commercial_partner_id")
    @api.depends_context("company")
    def _compute_collection_case_id(self):
        cases = self.env["collection.case"]._get_for_partners(self, self.env.company)
        by_debtor = {case.partner_id: case for case in cases}
        for partner in self:
            partner.collection_case_id = by_debtor.get(
                partner.commercial_partner_id, False
            )

    def _search_collection_case_id(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        cases = self.env["collection.case"].search(
            Domain("id", operator, value)
            & Domain("company_id", "=", self.env.company.id)
        )
        return Domain("commercial_partner_id", "in", cases.partner_id.ids)

    @api.depends("collection_case_ids.scenario_id")
    @api.depends_context("company")
    def _compute_collection_scenario_id(self):
        for partner in self:
            partner.collection_scenario_id = partner.collection_case_id.scenario_id

    def _inverse_collection_scenario_id(self):
        for partner in self:
            if partner.collection_case_id:
                partner.collection_case_id.scenario_id = partner.collection_scenario_id

    # === CRUD METHODS === #

    def write(self, vals):
        doubted = self._read_doubted(vals)
        if not {"parent_id", "is_company"}.isdisjoint(vals):
            self._mark_collection_debtors()
        result = super().write(vals)
        self._clear_doubts(doubted)
        if not {"parent_id", "is_company"}.isdisjoint(vals):
            self._mark_collection_debtors()
        return result

    def _read_doubted(self, vals):
        """Return what contacts bear that is known to be wrong and may be rewritten.

        :return: ``[(kind, names, doubts, {contact: value})]``
        """
        written = vals.keys() | ({"country_code"} if "country_id" in vals else set())
        return [
            (
                kind,
                names,
                doubts,
                {
                    partner: partner._join_values(names)
                    for partner in self
                    if partner[doubts[0]]
                },
            )
            for kind, names, doubts in DOUBTS
            if not written.isdisjoint(names) and written.isdisjoint(doubts)
        ]

    def _clear_doubts(self, doubted):
        """A new value is not what a letter, a call or a register has disproved.

        The same one written otherwise is.
        """
        for kind, names, doubts, values in doubted:
            renewed = self.filtered(
                lambda partner, kind=kind, names=names, values=values: (
                    partner in values
                    and not is_same(kind, values[partner], partner._join_values(names))
                )
            )
            if renewed:
                renewed.write(dict.fromkeys(doubts, False))

    def _join_values(self, names):
        self.ensure_one()
        return " ".join(filter(None, (self[name] for name in names)))

    def _mark_collection_debtors(self):
        self.env["collection.balance"]._mark_partners(self.commercial_partner_id.ids)

    # === ACTION METHODS === #

    def action_open_collection_case(self):
        self.ensure_one()
        return self.collection_case_id._raise_if_none()._get_records_action()

    def action_collection_verify(self):
        """Ask the registers about the debtors that these contacts are."""
        cases = self.env["collection.case"]._get_for_partners(self, self.env.company)
        return cases._raise_if_none().action_verify()

    def action_collection_follow_up(self):
        """Open the follow-up wizard on the cases of these contacts."""
        cases = self.env["collection.case"]._get_for_partners(self, self.env.company)
        return cases._raise_if_none().action_follow_up()
