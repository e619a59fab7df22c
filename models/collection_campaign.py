from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, formatLang

from ..tools.random_groups import pick_group
from ..tools.sampled_share import compare, difference
from .collection_segment import UNREADABLE

STATE_MOVES = {
    "draft": {"selected", "cancelled"},
    "selected": {"draft", "running", "cancelled"},
    "running": {"done", "cancelled"},
    "done": set(),
    "cancelled": {"draft"},
}
# A contact that could not be made so many days after its day is given up.
PATIENCE_DAYS = 30


class CollectionCampaign(models.Model):
    """One message to many debtors at once, beside their scenarios.

    The message is a step of its own: who is contacted, when and about what is decided
    by the run that executes it, with its exclusions, caps and last check of the books.
    A control group, drawn by chance, is left to its scenario: the difference is what
    the campaign has brought.
    """

    _name = "collection.campaign"
    _description = "Campaign"
    _inherit = ["mail.thread", "mail.activity.mixin", "collection.stateful"]
    _inherits = {"collection.step": "step_id"}
    _order = "id desc"
    _check_company_auto = True
    _state_moves = STATE_MOVES

    step_id = fields.Many2one(
        "collection.step", required=True, readonly=True, ondelete="restrict", index=True
    )
    campaign_company_id = fields.Many2one(
        "res.company",
        string="Campaign of",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    state = fields.Selection(
        [
            ("draft", "Being prepared"),
            ("selected", "Debtors selected"),
            ("running", "Running"),
            ("done", "Over"),
            ("cancelled", "Given up"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        tracking=True,
    )
    domain = fields.Char(
        string="Which debtors",
        default="[('amount_overdue', '>', 0)]",
        help="Any field: sector, region, amount, age, score, salesperson, last contact",
    )
    is_imported = fields.Boolean(
        string="From a list", readonly=True, copy=False, help="A file was taken in."
    )
    date_start = fields.Date(
        string="First day",
        required=True,
        default=lambda self: self.env.company._get_collection_today(),
        copy=False,
    )
    spread_days = fields.Integer(
        string="Spread over (days)",
        default=1,
        help="Calendar days over which the contacts are spread evenly.",
    )
    control_share = fields.Integer(
        string="Control group (%)",
        default=10,
        aggregator=None,
        help="Debtors drawn by chance who are not contacted by the campaign, so that "
        "its effect can be told from what would have been paid anyway.",
    )
    result_days = fields.Integer(
        string="Cash within (days)",
        default=15,
        aggregator=None,
        help="Cash counts for so many days after the day of each debtor.",
    )
    repeat_months = fields.Integer(
        string="Again every (months)",
        aggregator=None,
        help="When it is over, the next one is prepared for you to look at. Zero: no.",
    )
    line_ids = fields.One2many("collection.campaign.line", "campaign_id", copy=False)
    debtor_count = fields.Integer(compute="_compute_figures", string="Debtors")
    contact_count = fields.Integer(compute="_compute_figures", string="To contact")
    control_count = fields.Integer(compute="_compute_figures", string="Control group")
    done_count = fields.Integer(compute="_compute_figures", string="Contacted")
    amount_selected = fields.Monetary(
        compute="_compute_figures", string="Overdue of those to contact"
    )
    amount_cashed = fields.Monetary(
        compute="_compute_figures", string="Cashed of those to contact"
    )
    effect = fields.Text(compute="_compute_effect")

    _numbers_positive = models.Constraint(
        "CHECK(spread_days > 0 AND result_days > 0 AND repeat_months >= 0"
        " AND control_share BETWEEN 0 AND 90)",
        "A campaign takes a day at least; its control group is 90 percent at most.",
    )

    # === COMPUTE METHODS === #

    @api.depends("line_ids.group", "line_ids.state", "line_ids.amount_cashed")
    def _compute_figures(self):
        rows = self.env["collection.campaign.line"]._read_group(
            [("campaign_id", "in", self.ids)],
            ["campaign_id", "group", "state"],
            ["__count", "amount:sum", "amount_cashed:sum"],
        )
        for campaign in self:
            mine = [row[1:] for row in rows if row[0] == campaign]
            contact = [row for row in mine if row[0] == "contact"]
            chosen = [row for row in contact if row[1] != "left_out"]
            campaign.debtor_count = sum(row[2] for row in mine)
            campaign.contact_count = sum(row[2] for row in chosen)
            campaign.control_count = campaign.debtor_count - sum(
                row[2] for row in contact
            )
            campaign.done_count = sum(row[2] for row in chosen if row[1] == "done")
            campaign.amount_selected = sum(row[3] for row in chosen)
            campaign.amount_cashed = sum(row[4] for row in chosen)

    @api.depends("line_ids.amount_cashed", "line_ids.group", "line_ids.state")
    @api.depends_context("lang")
    def _compute_effect(self):
        for campaign in self:
            campaign.effect = campaign._describe_effect()

    def _describe_effect(self):
        """Say what the campaign has brought, beside its control group.

        All debtors who were to be contacted are compared, also those who could not be:
        leaving them out would compare other debtors than those of the control group.
        """
        self.ensure_one()
        if self.state not in ("running", "done"):
            return False
        groups = {
            name: (len(lines.filtered("is_paid")), len(lines))
            for name in ("contact", "control")
            for lines in [self.line_ids.filtered(lambda line, n=name: line.group == n)]
        }
        if not groups["contact"][1] or not groups["control"][1]:
            return self.env._("Without a control group its effect cannot be told.")
        found = difference(groups["contact"], groups["control"])
        verdict = compare(groups["contact"], groups["control"])
        return self.env._(
            "%(paid)s of %(count)s debtors to contact paid something, %(control)s of "
            "%(controls)s in the control group: %(value)s points, 95%% interval "
            "%(low)s to %(high)s. %(verdict)s",
            paid=groups["contact"][0],
            count=groups["contact"][1],
            control=groups["control"][0],
            controls=groups["control"][1],
            value=self._format_points(found.value),
            low=self._format_points(found.low),
            high=self._format_points(found.high),
            verdict=self._get_verdicts()[verdict],
        )

    @api.model
    def _format_points(self, difference):
        """Return a difference of two shares, in points and with its sign."""
        sign = "+" if difference > 0 else ""
        return sign + formatLang(self.env, 100 * difference, digits=1)

    @api.model
    def _get_verdicts(self):
        return {
            "higher": self.env._("More pay with the campaign than without."),
            "lower": self.env._("Fewer pay with the campaign than without."),
            "undecided": self.env._("The difference may be chance."),
            "too_few": self.env._("A group has less than 30 debtors: too few to tell."),
        }

    # === CONSTRAINTS === #

    @api.constrains("domain")
    def _check_domain(self):
        for campaign in self:
            try:
                with self.env.cr.savepoint():
                    self.env["collection.case"].search(campaign._get_domain(), limit=1)
            except UNREADABLE as error:
                raise UserError(
                    self.env._(
                        "The selection of campaign “%(campaign)s” cannot be read: "
                        "%(error)s",
                        campaign=campaign.name,
                        error=error,
                    )
                ) from error

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            company = vals.get("campaign_company_id") or self.env.company.id
            vals["campaign_company_id"] = company
            if not vals.get("step_id"):
                vals["scenario_id"] = self._make_scenario(vals.get("name"), company).id
            vals.setdefault("delay_days", 1)
        return super().create(vals_list)

    @api.model
    def _make_scenario(self, name, company_id):
        """Return an archived scenario: it holds the step and takes no case."""
        return self.env["collection.scenario"].create(
            {
                "name": self.env._("Campaign: %s", name or ""),
                "company_id": company_id,
                "active": False,
            }
        )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for campaign, vals in zip(self, vals_list, strict=True):
            vals.pop("step_id", None)
            vals.pop("scenario_id", None)
            vals["name"] = (default or {}).get("name") or self.env._(
                "%s (copy)", campaign.name
            )
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_except_launched(self):
        if any(campaign.state in ("running", "done") for campaign in self):
            raise UserError(
                self.env._("A campaign that was launched is kept: give it up instead.")
            )

    # === ACTION METHODS === #

    def action_select(self):
        """Choose the debtors anew, draw the control group and spread the days."""
        for campaign in self:
            campaign._select(campaign._search_cases())
        return True

    def action_launch(self):
        """Ask the next runs for the contacts; they decide on the day of each."""
        for campaign in self:
            campaign._launch()
        return True

    def action_cancel(self):
        """Give the campaign up: what has not left yet does not leave."""
        self._release(self.line_ids.filtered(lambda line: line.state == "planned"))
        self._update_state("cancelled")
        return True

    def action_draft(self):
        self._update_state("draft")
        return True

    def action_open_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_campaign_line_action"
        )
        return action | {"domain": [("campaign_id", "=", self.id)], "context": {}}

    # === SELECTION === #

    def _get_domain(self):
        self.ensure_one()
        return self.env["collection.segment"].new({"domain": self.domain})._get_domain()

    def _search_cases(self):
        """Return the cases of the selection, whatever a run may find on the day."""
        self.ensure_one()
        company = self.campaign_company_id
        cases = self.env["collection.case"]._for_segments(company)
        domain = Domain("company_id", "=", company.id) & self._get_domain()
        return cases.search(domain).with_env(self.env)

    def _select(self, cases):
        """Make the lines of ``cases``: group, day, and what would stop a run today."""
        self.ensure_one()
        self._update_state("selected")
        self.line_ids.unlink()
        weights = [100 - self.control_share, self.control_share]
        groups = {
            case: pick_group(f"{self._name},{self.id}", case.id, weights)
            for case in cases
        }
        contacted = cases.filtered(lambda case: groups[case] == 0)
        days = self._spread(contacted)
        obstacles = self._get_obstacles(contacted)
        self.env["collection.campaign.line"].create(
            [
                {
                    "campaign_id": self.id,
                    "case_id": case.id,
                    "amount": case.amount_overdue,
                    "group": "control" if groups[case] else "contact",
                    "date": days.get(case.id, self.date_start),
                    "note": obstacles.get(case.id),
                }
                for case in cases
            ]
        )

    def _spread(self, cases):
        """Return ``{case id: day}``, the largest debts first."""
        ordered = cases.sorted("amount_overdue", reverse=True)
        return {
            case.id: self.date_start
            + timedelta(days=place * self.spread_days // len(ordered))
            for place, case in enumerate(ordered)
        }

    def _get_obstacles(self, cases):
        """Return ``{case id: why a run would contact nobody today}``."""
        planner = self.env["collection.planner"].with_company(self.campaign_company_id)
        today = self.campaign_company_id._get_collection_today()
        decisions = planner._cover(dict.fromkeys(cases, self.step_id), today)
        reasons = {
            case_id: planner._explain_decision(decision)
            for case_id, decision in decisions.items()
            if not decision.step
        }
        for case in cases:
            if case.requested_step_id and case.id not in reasons:
                reasons[case.id] = self.env._(
                    "Something else has been decided: %s",
                    case.requested_step_id.display_name,
                )
        return reasons

    # === EXECUTION === #

    def _launch(self):
        self.ensure_one()
        if not self.line_ids:
            raise UserError(
                self.env._("Campaign “%s” has no debtor: select them first.", self.name)
            )
        if not self._update_state("running"):
            return
        lines = self.line_ids.filtered(lambda line: line.group == "contact")
        # What somebody has decided for a debtor comes before a campaign.
        taken = lines.filtered(lambda line: line.case_id.requested_step_id)
        taken.state = "left_out"
        for day, group in (lines - taken).grouped("date").items():
            group.state = "planned"
            group.case_id._request_step(
                self.step_id, date=day, reason=self._get_reason()
            )

    def _get_reason(self):
        return self.env._("Campaign “%s”", self.name)

    @api.model
    def _cron_follow(self):
        """See what the runs have done, measure the cash and end what is over."""
        cron = self.env["ir.cron"]
        campaigns = self.search([("state", "=", "running")])
        cron._commit_progress(remaining=len(campaigns))
        for campaign in campaigns:
            lang = campaign.campaign_company_id._get_house_lang()
            campaign.with_context(lang=lang)._follow()
            if not cron._commit_progress(1):
                break

    def _follow(self):
        self.ensure_one()
        today = self.campaign_company_id._get_collection_today()
        self.line_ids._take_actions()
        self.line_ids._take_lost(today)
        late = today - timedelta(days=PATIENCE_DAYS)
        overdue = self.line_ids.filtered(
            lambda line: line.state == "planned" and line.date < late
        )
        self._release(overdue, self.env._("No run could contact the debtor in time."))
        self._measure_cash()
        last = max(self.line_ids.mapped("date"), default=today)
        is_decided = "planned" not in self.line_ids.mapped("state")
        if is_decided and last + timedelta(days=self.result_days) < today:
            self._finish()

    def _release(self, lines, note=""):
        """Leave these lines out; their cases go on with their scenario."""
        asked = lines.case_id.filtered(
            lambda case: case.requested_step_id == self.step_id
        )
        asked._clear_request()
        lines.write({"state": "left_out", **({"note": note} if note else {})})

    def _finish(self):
        self._update_state("done")
        if not self.repeat_months:
            return
        following = self.copy(
            {
                "name": self.name,
                "date_start": self.date_start
                + relativedelta(months=self.repeat_months),
            }
        )
        following.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=following.date_start,
            user_id=self.user_id.id,
            summary=self.env._("Look at the campaign and launch it"),
        )

    def _measure_cash(self):
        """Write what each debtor paid within the days of the campaign, control too."""
        self.env.flush_all()
        ledger = self.env["collection.payment.ledger"]
        lines = SQL(
            """line.company_id = %s AND line.partner_id IN (
                   SELECT contact.id FROM res_partner contact
                     JOIN collection_case c
                       ON c.partner_id = contact.commercial_partner_id
                     JOIN collection_campaign_line member ON member.case_id = c.id
                    WHERE member.campaign_id = %s)""",
            self.campaign_company_id.id,
            self.id,
        )
        self.env.cr.execute(
            SQL(
                """WITH instalment AS MATERIALIZED (%(instalments)s),
                        matched AS (%(matched)s)
                   UPDATE collection_campaign_line member
                      SET amount_cashed = cash.amount, is_paid = cash.amount > 0
                     FROM (SELECT member.id, COALESCE(round(sum(
                                      matched.amount * matched.cash_share
                                      * instalment.rate), %(digits)s), 0) AS amount
                             FROM collection_campaign_line member
                             JOIN collection_case c ON c.id = member.case_id
                        LEFT JOIN instalment
                               ON instalment.partner_id = c.partner_id
                              AND instalment.due < member.date
                        LEFT JOIN matched ON matched.line_id = instalment.id
                                         AND matched.kind = 'payment'
                                         AND matched.day BETWEEN member.date
                                             AND member.date + %(days)s
                            WHERE member.campaign_id = %(campaign)s
                         GROUP BY member.id) cash
                    WHERE cash.id = member.id""",
                instalments=ledger._sql_instalments(lines),
                matched=ledger._sql_matched(),
                digits=self.currency_id.decimal_places,
                days=self.result_days,
                campaign=self.id,
            )
        )
        self.line_ids.invalidate_recordset(["amount_cashed", "is_paid"])

    def _may_move(self, target):
        # Debtors may be selected anew as often as wanted.
        return self.state == target == "selected" or super()._may_move(target)
