from odoo import Command, api, fields, models
from odoo.exceptions import UserError

# More than a person looks through; the largest come first.
MOST_LINES = 500


class CollectionHandoverPropose(models.TransientModel):
    """Which cases may be handed over, and what each way would bring: figures only.

    What is expected is an amount times a chance, less what it costs. A claim that
    nobody works is counted as lost.
    """

    _name = "collection.handover.propose"
    _description = "Proposal of handovers"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    case_ids = fields.Many2many(
        "collection.case", string="Chosen cases", help="Empty: those the rules find."
    )
    provider_id = fields.Many2one(
        "collection.handover.provider",
        string="Provider for all",
        domain="[('company_id', '=', company_id)]",
        default=lambda self: self._get_default_provider(),
    )
    days = fields.Integer(
        string="Overdue for more than (days)",
        default=lambda self: self.env.company.collection_handover_days,
    )
    minimum = fields.Monetary(
        string="Overdue, net, from",
        default=lambda self: self.env.company.collection_handover_minimum,
    )
    maximum = fields.Monetary(
        string="Overdue, net, up to",
        default=lambda self: self.env.company.collection_handover_maximum,
    )
    line_ids = fields.One2many(
        "collection.handover.propose.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    offer_ids = fields.One2many(
        "collection.handover.propose.offer",
        "wizard_id",
        string="Ways compared",
        compute="_compute_offer_ids",
        store=True,
    )
    chosen_count = fields.Integer(string="Chosen", compute="_compute_totals")
    amount_chosen = fields.Monetary(string="Amount chosen", compute="_compute_totals")
    own_net = fields.Monetary(string="Expected by us", compute="_compute_totals")
    provider_net = fields.Monetary(
        string="Expected through the provider", compute="_compute_totals"
    )
    is_cut = fields.Boolean(
        string="More cases than shown", compute="_compute_line_ids", store=True
    )

    # === COMPUTE METHODS === #

    @api.depends("case_ids", "days", "minimum", "maximum", "company_id")
    def _compute_line_ids(self):
        for wizard in self:
            cases = wizard._find_cases()
            wizard.is_cut = len(cases) > MOST_LINES
            wizard.line_ids = [
                Command.clear(),
                *map(Command.create, wizard._prepare_lines(cases[:MOST_LINES])),
            ]

    @api.depends("line_ids.is_chosen", "line_ids.amount")
    def _compute_offer_ids(self):
        for wizard in self:
            wizard.offer_ids = [
                Command.clear(),
                *map(Command.create, wizard._prepare_offers()),
            ]

    @api.depends("line_ids.is_chosen", "line_ids.own_net", "line_ids.provider_net")
    def _compute_totals(self):
        for wizard in self:
            chosen = wizard.line_ids.filtered("is_chosen")
            wizard.chosen_count = len(chosen)
            wizard.amount_chosen = sum(chosen.mapped("amount"))
            wizard.own_net = sum(chosen.mapped("own_net"))
            wizard.provider_net = sum(chosen.mapped("provider_net"))

    @api.onchange("provider_id")
    def _onchange_provider_id(self):
        self.line_ids.provider_id = self.provider_id

    # === ACTION METHODS === #

    def action_choose_all(self):
        self.line_ids.is_chosen = True
        return self._reopen()

    def action_propose(self):
        """Draft a handover of each case that is chosen, and show the drafts."""
        self.ensure_one()
        return self._make_drafts()._get_records_action(
            name=self.env._("Proposed handovers")
        )

    def action_send(self):
        """Hand over at once what is chosen."""
        self.ensure_one()
        return (
            self._make_drafts()
            ._send()
            ._get_records_action(name=self.env._("Handovers"))
        )

    # === BUSINESS METHODS === #

    @api.model
    def _open(self, cases=None):
        """Open the comparison for ``cases``, or for those that the rules find."""
        company = cases.company_id if cases else self.env.company
        if len(company) > 1:
            raise UserError(
                self.env._("Cases of several companies: choose those of one.")
            )
        wizard = self.with_company(company).create(
            {
                "company_id": company.id,
                "case_ids": [Command.set(cases.ids)] if cases else False,
            }
        )
        wizard._check_providers()
        if cases:
            wizard._check_chosen(cases)
            wizard.line_ids.is_chosen = True
        return wizard._reopen()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand cases over"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    @api.model
    def _get_default_provider(self):
        company = self.env.company
        return (
            company.collection_handover_provider_id or self._get_providers(company)[:1]
        )

    @api.model
    def _get_providers(self, company):
        return self.env["collection.handover.provider"].search(
            [("company_id", "=", company.id)]
        )

    def _check_providers(self):
        if not self._get_providers(self.company_id):
            raise UserError(
                self.env._(
                    "%s has no recovery provider: an administrator creates one under "
                    "Configuration, Recovery providers.",
                    self.company_id.display_name,
                )
            )

    def _check_chosen(self, cases):
        """Raise if none of these cases can be handed over; the message says why."""
        if self.line_ids:
            return
        taken = cases.filtered("handover_id")
        if taken:
            raise UserError(
                self.env._(
                    "%(debtor)s is handed over, or proposed, already: %(handover)s.",
                    debtor=taken[0].display_name,
                    handover=taken[0].handover_id.display_name,
                )
            )
        raise UserError(
            self.env._(
                "Nothing of %s can be handed over: what is open is not due, contested, "
                "promised, paid in instalments or stopped by proceedings.",
                cases[0].display_name,
            )
        )

    def _find_cases(self):
        """Return the cases to show, the largest first; one more than fits at most."""
        self.ensure_one()
        if self.case_ids:
            cases = self.case_ids._origin or self.case_ids
            return cases.filtered(lambda case: not case.handover_id)
        return self.env["collection.case"].search(
            self.company_id._get_handover_candidates_domain(
                self.days, self.minimum, self.maximum
            ),
            order="amount_overdue_net desc, id",
            limit=MOST_LINES + 1,
        )

    def _prepare_lines(self, cases):
        lines = cases._get_entrustable_lines()
        return [
            {
                "case_id": case.id,
                "provider_id": self.provider_id.id,
                "item_ids": [Command.set(lines[case].ids)],
                "amount": sum(lines[case].mapped("amount_residual")),
            }
            for case in cases
            if lines[case]
        ]

    def _prepare_offers(self):
        """Return what each provider, the company and nobody would bring in all."""
        self.ensure_one()
        chosen = self.line_ids.filtered("is_chosen") or self.line_ids
        total = sum(chosen.mapped("amount"))
        own = sum(chosen.mapped("own_expected"))
        rows = [
            {
                "name": self.env._("We go on ourselves"),
                "chance": 100 * own / total if total else 0.0,
                "expected": own,
                "cost": sum(chosen.mapped("own_cost")),
            },
            *(
                {"name": provider.display_name, "provider_id": provider.id}
                | chosen._expect_of(provider)
                for provider in self._get_providers(self.company_id)
            ),
            {"name": self.env._("Nobody works it: lost"), "expected": 0.0, "cost": 0.0},
        ]
        return [row | {"net": row["expected"] - row["cost"]} for row in rows]

    def _make_drafts(self):
        chosen = self.line_ids.filtered("is_chosen")
        if not chosen:
            raise UserError(self.env._("Choose the cases to hand over."))
        return chosen.case_id._propose_to_provider(
            {line.case_id: line.provider_id for line in chosen},
            {line.case_id: line.item_ids for line in chosen},
            origin="manual" if self.case_ids else "proposal",
        )
