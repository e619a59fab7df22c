from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import formatLang

from ..tools.sampled_share import share
from ..tools.step_verdicts import BETTER, WEAK, WORKS, WORSE, judge_step


class CollectionEfficiencyLine(models.TransientModel):
    """What the contacts of one step, channel, signatory or variant have led to."""

    _name = "collection.efficiency.line"
    _description = "Efficiency of a step"
    _order = "id"

    efficiency_id = fields.Many2one(
        "collection.efficiency", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="efficiency_id.company_id")
    currency_id = fields.Many2one(related="efficiency_id.currency_id")
    name = fields.Char(readonly=True)
    step_id = fields.Many2one("collection.step", readonly=True)
    scenario_id = fields.Many2one("collection.scenario", readonly=True)
    variant_id = fields.Many2one("collection.step.variant", readonly=True)
    segment_id = fields.Many2one("collection.segment", readonly=True)
    channel = fields.Selection(
        selection=lambda self: self.env["collection.action"]._get_channels(),
        readonly=True,
    )
    signatory_name = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", string="Collector", readonly=True)
    case_count = fields.Integer(string="Debtors", readonly=True)
    design_effect = fields.Float(
        string="Contacts worth one",
        readonly=True,
        help="Contacts of one debtor are alike: so many of them say as much as one "
        "contact of another debtor.",
    )
    count = fields.Integer(string="Contacts", readonly=True)
    reached = fields.Integer(readonly=True)
    answered = fields.Integer(readonly=True)
    promised = fields.Integer(readonly=True)
    disputed = fields.Integer(readonly=True)
    paid = fields.Integer(string="With cash", readonly=True)
    paid_in_full = fields.Integer(readonly=True)
    first = fields.Integer(string="First contacts", readonly=True)
    paid_at_first = fields.Integer(readonly=True)
    amount_targeted = fields.Monetary(string="Targeted", readonly=True)
    amount_cashed = fields.Monetary(string="Cashed", readonly=True)
    cost = fields.Monetary(readonly=True)
    count_before = fields.Integer(string="Contacts compared with", readonly=True)
    paid_before = fields.Integer(string="Of these with cash", readonly=True)
    paid_share = fields.Float(
        string="With cash (%)", compute="_compute_shares", digits=(5, 1)
    )
    interval = fields.Char(string="95% interval", compute="_compute_shares")
    first_share = fields.Float(
        string="Paid at first action (%)", compute="_compute_shares", digits=(5, 1)
    )
    cash_rate = fields.Float(
        string="Cash rate (%)", compute="_compute_shares", digits=(5, 1)
    )
    cash_per_euro = fields.Float(
        string="Cash per euro spent", compute="_compute_shares", digits=(12, 1)
    )
    verdict = fields.Selection(
        [
            (WORKS, "Works"),
            (WEAK, "Weak"),
            ("undecided", "Undecided"),
            ("too_few", "Too few contacts"),
        ],
        compute="_compute_shares",
    )
    change = fields.Selection(
        string="Trend",
        selection=[
            (BETTER, "Better"),
            (WORSE, "Worse"),
            ("undecided", "No difference seen"),
            ("too_few", "Too few contacts"),
        ],
        readonly=True,
        help="Against the period before; for a variant against the words of the step.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "count",
        "design_effect",
        "paid",
        "first",
        "paid_at_first",
        "amount_cashed",
        "cost",
    )
    def _compute_shares(self):
        for line in self:
            effect = line.design_effect or 1
            sample = (line.paid / effect, line.count / effect)
            estimate = share(*sample) if line.count else None
            weak = line.company_id.collection_weak_share / 100
            line.paid_share = 100 * estimate.value if estimate else 0
            line.interval = estimate and self.env._(
                "%(low)s to %(high)s",
                low=formatLang(self.env, 100 * estimate.low, digits=1),
                high=formatLang(self.env, 100 * estimate.high, digits=1),
            )
            line.first_share = (
                100 * line.paid_at_first / line.first if line.first else 0
            )
            line.cash_rate = (
                100 * line.amount_cashed / line.amount_targeted
                if line.amount_targeted
                else 0
            )
            line.cash_per_euro = line.amount_cashed / line.cost if line.cost else 0
            line.verdict = judge_step(*sample, weak)

    # === ACTION METHODS === #

    def action_open_results(self):
        """Open the contacts that the figures are made of."""
        self.ensure_one()
        efficiency = self.efficiency_id
        domain = efficiency._get_domain(efficiency.date_from, efficiency.date_to)
        if efficiency.by == "variant_id":
            domain &= Domain("step_id", "=", self.step_id.id)
        name = efficiency.by
        value = self[name]
        domain &= Domain(
            name, "=", value.id if isinstance(value, models.BaseModel) else value
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_action_result_action"
        )
        return {**action, "name": self.name, "domain": list(domain), "context": {}}

    def action_open_step(self):
        """Open the step, to change or replace it."""
        self.ensure_one()
        return self.step_id._open_in_dialog()

    def action_drop_step(self):
        """Take the step out of its scenario; its history stays."""
        self.step_id.active = False
        return True

    def action_replace_step(self):
        """Put a copy in the place of the step and open it, to be changed.

        The step is archived with its history, which the report sets beside that of the
        copy.
        """
        self.ensure_one()
        return self.step_id._replace()._open_in_dialog()

    def action_clone_scenario(self):
        """Make a copy of the scenario to try something else, and open it."""
        self.ensure_one()
        copy = self.step_id.scenario_id.copy()
        return {
            "type": "ir.actions.act_window",
            "res_model": "collection.scenario",
            "res_id": copy.id,
            "view_mode": "form",
            "target": "current",
        }

    def action_adopt(self):
        """Make the words of this variant those of the step."""
        self.ensure_one()
        return self.variant_id.action_adopt()
