from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import formatLang

from ..tools import handover_fees


class CollectionHandoverProposeLine(models.TransientModel):
    """One case: what is expected of it if we go on, and if a provider takes it."""

    _name = "collection.handover.propose.line"
    _description = "Case that may be handed over"
    _order = "amount desc, id"

    wizard_id = fields.Many2one(
        "collection.handover.propose", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="wizard_id.company_id")
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    is_chosen = fields.Boolean(string="Hand over")
    case_id = fields.Many2one(
        "collection.case", required=True, readonly=True, ondelete="cascade"
    )
    item_ids = fields.Many2many("account.move.line", readonly=True)
    amount = fields.Monetary(readonly=True)
    days_overdue = fields.Integer(related="case_id.days_overdue")
    default_probability = fields.Float(related="case_id.default_probability")
    next_step_id = fields.Many2one(related="case_id.next_step_id")
    provider_id = fields.Many2one(
        "collection.handover.provider",
        required=True,
        domain="[('company_id', '=', company_id)]",
    )

    own_chance = fields.Float(
        string="Our chance (%)",
        digits=(5, 1),
        compute="_compute_own",
        help="What the forecast expects within 90 days, in percent of what is open.",
    )
    own_expected = fields.Monetary(string="We expect", compute="_compute_own")
    own_cost = fields.Monetary(
        string="Our cost",
        compute="_compute_own",
        help="Of the steps that are left, else of one more call.",
    )
    own_net = fields.Monetary(string="Net by us", compute="_compute_own")
    provider_chance = fields.Float(
        string="Chance of the provider (%)",
        digits=(5, 1),
        compute="_compute_provider",
    )
    provider_fee = fields.Monetary(
        string="Expected fee",
        compute="_compute_provider",
        help="By the terms of the provider, times its chance. Without VAT.",
    )
    provider_net = fields.Monetary(
        string="Net through the provider", compute="_compute_provider"
    )
    explanation = fields.Char(compute="_compute_explanation", string="Calculation")

    # === COMPUTE METHODS === #

    @api.depends("case_id", "amount")
    def _compute_own(self):
        for line in self:
            case = line.case_id
            soon = case.forecast_30 + case.forecast_60 + case.forecast_90
            whole = soon + case.forecast_later
            share = min(max(soon / whole, 0.0), 1.0) if whole > 0 else 0.0
            line.own_chance = 100 * share
            line.own_expected = line.currency_id.round(line.amount * share)
            line.own_cost = line._get_own_cost()
            line.own_net = line.own_expected - line.own_cost

    @api.depends("provider_id", "amount", "case_id")
    def _compute_provider(self):
        rates = {
            provider: provider._get_success_rate()[0] for provider in self.provider_id
        }
        for line in self:
            rate = rates.get(line.provider_id, 0.0)
            fee = line._expect_fee(line.provider_id, rate) if line.provider_id else 0.0
            line.provider_chance = 100 * rate
            line.provider_fee = fee
            line.provider_net = line.currency_id.round(line.amount * rate - fee)

    @api.depends("own_net", "provider_net")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for line in self:
            line.explanation = self.env._(
                "Ourselves: %(amount)s × %(own)s %% − %(cost)s. Provider: %(amount)s × "
                "%(rate)s %% − %(fee)s.",
                amount=line._format(line.amount),
                own=round(line.own_chance),
                cost=line._format(line.own_cost),
                rate=round(line.provider_chance),
                fee=line._format(line.provider_fee),
            )

    # === BUSINESS METHODS === #

    def _format(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _get_own_cost(self):
        """Return what the steps that are left cost, or one more call."""
        self.ensure_one()
        case = self.case_id
        steps = case.scenario_id.step_ids.filtered(
            lambda step: (
                case.next_step_id and step.delay_days >= case.next_step_id.delay_days
            )
        )
        channels = steps.mapped("channel") if steps else ["phone"]
        company = self.company_id
        return sum(company._get_collection_cost(channel) for channel in channels)

    def _expect_fee(self, provider, rate):
        self.ensure_one()
        fee = handover_fees.expected_fee(
            provider._get_terms(),
            entrusted=handover_fees.to_amount(self.amount),
            days=self.days_overdue,
            chance=Decimal(repr(rate)),
        )
        return float(fee)

    def _expect_of(self, provider):
        """Return ``{expected, cost}`` if ``provider`` had all of these."""
        rate, _source = provider._get_success_rate()
        return {
            "chance": 100 * rate,
            "expected": sum(self.mapped("amount")) * rate,
            "cost": sum(line._expect_fee(provider, rate) for line in self),
        }
