from odoo import api, fields, models

DIGEST = "l10n_fr_debt_collection.digest_collection"
SCENARIOS = {
    "business": "scenario_business",
    "consumer": "scenario_consumer",
    "public": "scenario_public",
}


class CollectionFirstDay(models.TransientModel):
    """Three questions; everything else begins with the shipped settings.

    May be gone through again at any time: it changes what is asked, keeps the first
    baseline, and sends nothing by itself.
    """

    _name = "collection.first.day"
    _description = "First steps"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    customers = fields.Selection(
        [
            ("business", "Businesses"),
            ("consumer", "Consumers"),
            ("public", "Public bodies"),
        ],
        string="Who are most of your customers?",
        required=True,
        default="business",
        help="Gives the scenario of the debtors that no segment tells apart. Segments "
        "for the others are there already.",
    )
    scenario_id = fields.Many2one(
        "collection.scenario", compute="_compute_scenario_id", string="Usual scenario"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Who follows the cases and signs?",
        required=True,
        default=lambda self: self.env.company.collection_user_id or self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    departure = fields.Selection(
        [
            ("simulate", "Not yet: show me what would leave"),
            ("prepare", "I look at each run and start it"),
            ("daily", "By themselves, every morning"),
        ],
        string="How do reminders leave?",
        required=True,
        default="simulate",
    )
    case_count = fields.Integer(string="Debtors", compute="_compute_figures")
    overdue_count = fields.Integer(string="Debtors overdue", compute="_compute_figures")
    amount_overdue = fields.Monetary(string="Overdue", compute="_compute_figures")
    figures_note = fields.Char(compute="_compute_figures")
    is_again = fields.Boolean(compute="_compute_figures")

    # === COMPUTE METHODS === #

    @api.depends("customers")
    def _compute_scenario_id(self):
        for wizard in self:
            wizard.scenario_id = self.env.ref(
                f"l10n_fr_debt_collection.{SCENARIOS[wizard.customers]}",
                raise_if_not_found=False,
            )

    @api.depends("company_id")
    def _compute_figures(self):
        types = dict(
            self.env["collection.case"]
            ._fields["debtor_type"]
            ._description_selection(self.env)
        )
        for wizard in self:
            rows = self.env["collection.case"]._read_group(
                [("company_id", "=", wizard.company_id.id), ("amount_due", ">", 0)],
                ["debtor_type"],
                ["__count", "amount_overdue:sum"],
            )
            wizard.case_count = sum(count for _type, count, _amount in rows)
            wizard.amount_overdue = sum(amount for _type, _count, amount in rows)
            wizard.overdue_count = self.env["collection.case"].search_count(
                [
                    ("company_id", "=", wizard.company_id.id),
                    ("amount_overdue", ">", 0),
                ]
            )
            wizard.figures_note = " · ".join(
                f"{types.get(kind, self.env._('Type not known'))}: {count}"
                for kind, count, _amount in rows
            )
            wizard.is_again = bool(
                self.env["collection.kpi.baseline"].search_count(
                    [("company_id", "=", wizard.company_id.id)], limit=1
                )
            )

    # === ACTION METHODS === #

    def action_apply(self):
        """Write the answers, keep the baseline and open what comes next."""
        self.ensure_one()
        company = self.company_id
        # Managers set collection up without being administrators of the company.
        company.sudo().write(
            {
                "collection_scenario_id": self.scenario_id.id,
                "collection_user_id": self.user_id.id,
                "collection_auto_run": self.departure == "daily",
            }
        )
        self.env["collection.balance"]._refresh_companies(company)
        self.env["collection.case"].search(
            [("company_id", "=", company.id)]
        )._request_review()
        self.env["collection.kpi.baseline"]._take(company)
        self.env.ref(DIGEST).sudo().user_ids |= self.user_id
        return self._open_next()

    def _open_next(self):
        name = {
            "simulate": "collection_simulation_action",
            "prepare": "collection_run_action",
            "daily": "collection_case_action",
        }[self.departure]
        return self.env["ir.actions.act_window"]._for_xml_id(
            f"l10n_fr_debt_collection.{name}"
        )
