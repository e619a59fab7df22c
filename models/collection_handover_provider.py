from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import handover_fees

# Fewer cases that came to an end say nothing of how well somebody collects.
FEWEST_ENDED = 5


class CollectionHandoverProvider(models.Model):
    """Somebody outside who collects for a company, and what was agreed with him.

    Who collects for others needs a written mandate (Code des procédures civiles
    d'exécution, R124-3), an insurance and an account apart (L124-1, R124-2). The
    documents are noted here as he has given them; nobody has verified them.
    """

    _name = "collection.handover.provider"
    _description = "Recovery provider"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _rec_names_search = ["partner_id.complete_name"]
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Provider",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [
            ("agency", "Collection agency"),
            ("commissaire", "Commissaire de justice"),
            ("lawyer", "Lawyer"),
        ],
        string="Kind of provider",
        required=True,
        default="agency",
        tracking=True,
    )

    # What it costs
    tier_basis = fields.Selection(
        [
            (handover_fees.BY_AGE, "Days overdue at the handover"),
            (handover_fees.BY_AMOUNT, "Amount entrusted"),
            (handover_fees.BY_SLICE, "Slices of what is collected"),
        ],
        string="Success fee by",
        required=True,
        default=handover_fees.BY_AGE,
        tracking=True,
    )
    tier_ids = fields.One2many(
        "collection.handover.provider.tier",
        "provider_id",
        string="Success fees",
        copy=True,
    )
    fee_fixed = fields.Monetary(
        string="Fee per case", help="Due whatever comes of the case. Without VAT."
    )
    fee_minimum = fields.Monetary(
        string="Least success fee",
        help="For a case on which something has been collected. Without VAT.",
    )
    extra_percent = fields.Float(
        string="Fee on interest and costs (%)",
        digits=(5, 2),
        help="Of what is collected beside the principal.",
    )
    vat_percent = fields.Float(string="VAT on fees (%)", digits=(5, 2), default=20.0)
    stated_rate = fields.Float(
        string="Success rate announced (%)",
        digits=(5, 2),
        help="What the provider says it collects, in percent of what is entrusted. "
        "Used in comparisons until five of your cases have come to an end.",
    )

    # How it works
    report_days = fields.Integer(
        string="Reports every (days)",
        default=30,
        help="Days after the last report from which the next one is late; 0: none is "
        "expected.",
    )
    contact_name = fields.Char(
        string="Named to debtors", help="Empty: the name of the provider."
    )
    contact_phone = fields.Char(string="Telephone for debtors")
    contact_email = fields.Char(string="E-mail for debtors")
    announcement = fields.Selection(
        [
            ("none", "Not announced"),
            ("email", "E-mail, else a letter to post"),
            ("letter", "Letter to post"),
        ],
        string="Debtors are told by",
        required=True,
        default="email",
    )
    sequence_id = fields.Many2one(
        "ir.sequence",
        string="Own numbers",
        check_company=True,
        help="Numbers of the handovers to this provider. Empty: those of all.",
    )

    # What was signed and shown
    mandate_date = fields.Date(string="Mandate signed on", tracking=True)
    mandate_end_date = fields.Date(string="Mandate ends on", tracking=True)
    mandate_ids = fields.Many2many(
        "ir.attachment",
        "collection_handover_provider_mandate_rel",
        "provider_id",
        "attachment_id",
        help="The written agreement (Code des procédures civiles d'exécution, R124-3).",
    )
    insurance_note = fields.Char(
        string="Insurance", help="Insurer, policy and end, as on its certificate."
    )
    account_note = fields.Char(
        string="Account for funds",
        help="The account apart on which the provider receives what it collects.",
    )
    transfer_days = fields.Integer(
        string="Passes money on within (days)",
        default=30,
        help="As agreed. Money reported longer ago that is not in the books is told.",
    )
    prosecutor_note = fields.Char(
        string="Declared to the prosecutor",
        help="Day and court of its declaration, as it says.",
    )
    mandate_note = fields.Char(
        string="What the documents lack", compute="_compute_mandate_note"
    )
    note = fields.Html()

    # What became of it
    handover_ids = fields.One2many("collection.handover", "provider_id")
    handover_count = fields.Integer(
        string="Handovers", compute="_compute_handover_figures"
    )
    success_rate = fields.Float(
        string="Success rate (%)",
        digits=(5, 2),
        compute="_compute_handover_figures",
        help="Collected of what was entrusted, over the cases that came to an end.",
    )

    _one_per_company = models.UniqueIndex(
        "(partner_id, company_id) WHERE active IS TRUE",
        "This provider is on the list already.",
    )
    _fees_positive = models.Constraint(
        "CHECK(fee_fixed >= 0 AND fee_minimum >= 0 AND extra_percent >= 0"
        " AND vat_percent >= 0 AND report_days >= 0 AND transfer_days >= 0)",
        "Fees, rates and days are not negative.",
    )
    _rate_possible = models.Constraint(
        "CHECK(stated_rate >= 0 AND stated_rate <= 100)",
        "A success rate lies between 0 and 100 %.",
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_id.complete_name")
    def _compute_display_name(self):
        for provider in self:
            provider.display_name = provider.partner_id.complete_name or ""

    @api.depends("kind", "mandate_date", "mandate_end_date", "mandate_ids")
    @api.depends("insurance_note", "account_note")
    @api.depends_context("lang")
    def _compute_mandate_note(self):
        for provider in self:
            provider.mandate_note = ", ".join(provider._find_gaps()) or False

    @api.depends("handover_ids.state")
    def _compute_handover_figures(self):
        groups = self.env["collection.handover"]._read_group(
            [("provider_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["provider_id", "result"],
            ["__count", "amount_entrusted:sum", "amount_collected:sum"],
        )
        figures = {}
        for provider, result, count, entrusted, collected in groups:
            figures.setdefault(provider.id, []).append(
                (result, count, entrusted, collected)
            )
        for provider in self:
            rows = figures.get(provider.id, [])
            ended = [row for row in rows if row[0]]
            total = sum(row[2] for row in ended)
            provider.handover_count = sum(row[1] for row in rows)
            provider.success_rate = (
                100 * sum(row[3] for row in ended) / total if total else 0.0
            )

    # === CONSTRAINTS === #

    @api.constrains("mandate_date", "mandate_end_date")
    def _check_mandate_dates(self):
        for provider in self:
            start, end = provider.mandate_date, provider.mandate_end_date
            if start and end and end < start:
                raise ValidationError(
                    self.env._(
                        "The mandate of %s ends before it begins: correct one of the "
                        "two days.",
                        provider.display_name,
                    )
                )

    # === ACTION METHODS === #

    def action_open_handovers(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_handover_action"
        )
        return action | {"domain": [("provider_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    def _find_gaps(self):
        """Return what is known to lack of the papers that the law asks for."""
        self.ensure_one()
        if self.kind == "lawyer":
            return []
        today = (self.company_id or self.env.company)._get_collection_today()
        gaps = []
        if not self.mandate_date or not self.mandate_ids:
            gaps.append(self.env._("signed mandate"))
        elif self.mandate_end_date and self.mandate_end_date < today:
            gaps.append(self.env._("mandate in force"))
        if self.kind == "agency" and not self.insurance_note:
            gaps.append(self.env._("insurance"))
        if self.kind == "agency" and not self.account_note:
            gaps.append(self.env._("account for funds"))
        return gaps

    def _get_success_rate(self):
        """Return the share, 0 to 1, that this provider collects, and where it is from.

        :return: the share and ``"own"`` or ``"stated"``
        """
        self.ensure_one()
        ended = self.env["collection.handover"].search_count(
            [("provider_id", "=", self.id), ("result", "!=", False)],
            limit=FEWEST_ENDED,
        )
        if ended >= FEWEST_ENDED:
            return self.success_rate / 100, "own"
        return self.stated_rate / 100, "stated"

    def _get_terms(self):
        """Return the fee terms as :class:`..tools.handover_fees.Terms`."""
        self.ensure_one()
        return handover_fees.Terms(
            basis=self.tier_basis,
            tiers=tuple(tier._to_tier() for tier in self.tier_ids),
            fixed=handover_fees.to_amount(self.fee_fixed),
            minimum=handover_fees.to_amount(self.fee_minimum),
            extra_percent=Decimal(repr(self.extra_percent)),
            vat_percent=Decimal(repr(self.vat_percent)),
        )

    def _get_single_contact(self):
        """Return ``{name, phone, email}`` that debtors of this provider are given."""
        self.ensure_one()
        # The debtor's page runs for a visitor; a contact of the company may be hidden.
        partner = self.partner_id.sudo()
        return {
            "name": self.contact_name or partner.name,
            "phone": self.contact_phone or partner.phone or "",
            "email": self.contact_email or partner.email or "",
        }

    def _get_next_report_date(self, day):
        """Return until when the next report is expected after ``day``, or ``False``."""
        self.ensure_one()
        return self.report_days and day + relativedelta(days=self.report_days)

    def _next_number(self, day):
        self.ensure_one()
        if self.sequence_id:
            # Who hands a case over may not see the settings of numbers.
            return self.sequence_id.sudo().next_by_id(sequence_date=day)
        sequence = self.env["ir.sequence"].with_company(self.company_id)
        return sequence.next_by_code("collection.handover", sequence_date=day)
