from odoo import api, fields, models

from ..tools import planning


class CollectionScenario(models.Model):
    """An ordered set of steps that a kind of debtor goes through."""

    _name = "collection.scenario"
    _description = "Collection scenario"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(
        translate=True, help="For whom this scenario is meant and what it tries."
    )
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        help="Empty: every company may use it.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    minimum_amount = fields.Monetary(
        default=10.0,
        help="In company currency: nothing is sent when what is overdue, less the "
        "credits, is below this amount.",
    )
    grace_days = fields.Integer(
        help="Days after the due date during which an item is not treated as overdue. "
        "It counts for every item of a message.",
    )
    currency_policy = fields.Selection(
        [
            ("all", "All currencies, one total per currency"),
            ("company", "Company currency only"),
        ],
        default="all",
        required=True,
        help="Items in another currency are part of the same message, or are left to "
        "the collectors.",
    )
    grouping = fields.Selection(
        [
            ("debtor", "One message per debtor"),
            ("contact", "One per invoicing contact"),
            ("currency", "One per currency"),
            ("invoice", "One per invoice"),
        ],
        default="debtor",
        required=True,
        help="How what is due on a day is put into messages. Credits are deducted "
        "once, whatever the number of messages.",
    )
    entry_delay_days = fields.Integer(
        string="Old debts begin at day",
        help="An item that is later than this and has not been chased yet begins at "
        "the last step up to this day, then takes one step after the other. Zero: it "
        "begins at the furthest step that it has reached.",
    )
    step_ids = fields.One2many("collection.step", "scenario_id", copy=True)
    pause_ids = fields.One2many("collection.scenario.pause", "scenario_id", copy=True)
    step_count = fields.Integer(compute="_compute_step_count")
    case_ids = fields.One2many("collection.case", "scenario_id")
    case_count = fields.Integer(compute="_compute_case_count")

    _minimum_amount_positive = models.Constraint(
        "CHECK(minimum_amount >= 0)",
        "The minimum amount of a scenario is not negative.",
    )
    _grace_days_positive = models.Constraint(
        "CHECK(grace_days >= 0)", "The days of grace of a scenario are not negative."
    )

    _entry_positive = models.Constraint(
        "CHECK(entry_delay_days >= 0)",
        "The day at which old debts begin is not negative.",
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for scenario in self:
            company = scenario.company_id or self.env.company
            scenario.currency_id = company.currency_id

    @api.depends("step_ids")
    def _compute_step_count(self):
        for scenario in self:
            scenario.step_count = len(scenario.step_ids)

    def _compute_case_count(self):
        counts = dict(
            self.env["collection.case"]._read_group(
                [("scenario_id", "in", self.ids)], ["scenario_id"], ["__count"]
            )
        )
        for scenario in self:
            scenario.case_count = counts.get(scenario, 0)

    # === CRUD METHODS === #

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for scenario, vals in zip(self, vals_list, strict=True):
            vals.setdefault("name", scenario.name)
            vals["name"] = self.env._("%s (copy)", scenario.name)
        return vals_list

    # === ACTION METHODS === #

    def action_open_cases(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_case_action"
        )
        return action | {"domain": [("scenario_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    def _to_plan(self):
        """Return the :class:`planning.Scenario` that says the same in plain Python."""
        self.ensure_one()
        return planning.Scenario(
            id=self.id,
            steps=tuple(step._to_plan() for step in self.step_ids),
            minimum_amount=self.minimum_amount,
            grace_days=self.grace_days,
            company_currency_only=self.currency_policy == "company",
            pauses=tuple(pause._to_plan() for pause in self.pause_ids),
            entry_delay=self.entry_delay_days,
        )
