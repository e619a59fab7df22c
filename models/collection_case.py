import json
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date, split_every

from ..tools.risk_score import add_up

_logger = logging.getLogger(__name__)

REVIEW_BATCH = 1000
RISK_BATCH = 5000
LEGAL_STATES = ("legal", "handed_over")
STATE_MOVES = {
    "watch": {"open", "on_hold", "legal", "handed_over"},
    "open": {"watch", "on_hold", "legal", "handed_over"},
    "on_hold": {"watch", "open", "legal", "handed_over"},
    "legal": {"watch", "open", "on_hold", "handed_over"},
    "handed_over": {"watch", "open", "on_hold", "legal"},
}


class CollectionCase(models.Model):
    """One debtor (commercial partner) of one company: what is owed, done and next.

    Cases make themselves for every debtor with posted receivables. Their figures are
    those of the ledger, see ``collection.balance``.
    """

    _name = "collection.case"
    _description = "Collection case"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "collection.access.logged",
        "collection.stateful",
    ]
    _order = "amount_overdue desc, id"
    _rec_names_search = ["partner_id.complete_name", "partner_id.ref"]
    _mail_post_access = "read"
    _state_moves = STATE_MOVES

    # Who
    partner_id = fields.Many2one(
        "res.partner",
        string="Debtor",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade", readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id", store=True)
    active = fields.Boolean(default=True)
    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        tracking=True,
        index="btree_not_null",
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
        help="Who calls this debtor and signs. Empty: the company's default collector.",
    )
    debtor_type = fields.Selection(
        [
            ("business", "Business"),
            ("public", "Public body"),
            ("consumer", "Consumer"),
            ("unknown", "Unknown"),
        ],
        readonly=True,
        default="unknown",
        help="Set on the contact, otherwise guessed: a company is a business, a SIREN "
        "that begins with 1 or 2 belongs to a public body, a person is a consumer.",
    )
    email = fields.Char(related="partner_id.email")
    phone = fields.Char(related="partner_id.phone")
    contact_address = fields.Char(related="partner_id.contact_address")
    siret = fields.Char(related="partner_id.company_registry", string="SIRET")
    vat = fields.Char(related="partner_id.vat")
    lang = fields.Selection(related="partner_id.lang")
    contact_ids = fields.Many2many("res.partner", compute="_compute_contact_ids")
    enrichment_status = fields.Selection(related="partner_id.enrichment_status")
    reachability_note = fields.Char(compute="_compute_reachability_note")

    # What is owed, in company currency
    amount_due = fields.Monetary(
        string="Balance",
        readonly=True,
        help="Everything open, due or not, less the credits: the balance of the "
        "receivable accounts in the ledger.",
    )
    amount_not_due = fields.Monetary(string="Not due", readonly=True)
    amount_1_30 = fields.Monetary(string="1-30 days", readonly=True)
    amount_31_60 = fields.Monetary(string="31-60 days", readonly=True)
    amount_61_90 = fields.Monetary(string="61-90 days", readonly=True)
    amount_91_120 = fields.Monetary(string="91-120 days", readonly=True)
    amount_over_120 = fields.Monetary(string="> 120 days", readonly=True)
    amount_overdue = fields.Monetary(
        string="Overdue",
        readonly=True,
        help="What is past its due date, credits not deducted.",
    )
    amount_credit = fields.Monetary(
        string="Credits",
        readonly=True,
        help="Credit notes and payments that are not allocated to an invoice.",
    )
    amount_overdue_net = fields.Monetary(
        string="Overdue, net",
        readonly=True,
        help="What is past its due date, less the credits; never negative.",
    )
    overdue_since = fields.Date(readonly=True)
    next_due_date = fields.Date(readonly=True)
    balance_date = fields.Date(
        readonly=True, help="The day the ageing of these figures refers to."
    )
    days_overdue = fields.Integer(
        compute="_compute_days_overdue",
        help="Age of the oldest overdue item, in days.",
    )
    line_ids = fields.Many2many(
        "account.move.line", compute="_compute_line_ids", string="Open items"
    )

    # What is done about it
    state = fields.Selection(
        [
            ("watch", "Up to date"),
            ("open", "In collection"),
            ("on_hold", "On hold"),
            ("legal", "Legal action"),
            ("handed_over", "Handed over"),
        ],
        default="watch",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        group_expand=True,
    )
    segment_id = fields.Many2one(
        "collection.segment", readonly=True, index="btree_not_null"
    )
    manual_scenario_id = fields.Many2one(
        "collection.scenario",
        string="Scenario chosen by hand",
        check_company=True,
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    scenario_id = fields.Many2one(
        "collection.scenario",
        compute="_compute_scenario_id",
        inverse="_inverse_scenario_id",
        store=True,
        index="btree_not_null",
        domain="[('company_id', 'in', (False, company_id))]",
        help="Chosen by hand, else the segment's, else the company's default. A choice "
        "by hand stays until it is released.",
    )
    scenario_source = fields.Selection(
        [
            ("manual", "By hand"),
            ("segment", "Segment"),
            ("default", "Company default"),
            ("none", "None"),
        ],
        compute="_compute_scenario_source",
    )
    next_step_id = fields.Many2one(
        "collection.step", readonly=True, index="btree_not_null", ondelete="set null"
    )
    next_action_date = fields.Date(readonly=True, index=True)
    next_note = fields.Char(
        string="Why",
        compute="_compute_next_note",
        help="Why the next step is not taken today.",
    )
    last_contact_date = fields.Date(
        readonly=True,
        help="The last time something reached or should have reached him.",
    )
    risk_score = fields.Integer(
        readonly=True,
        aggregator="avg",
        help="0 to 100, 100 is the worst. Made of the factors shown beside it.",
    )
    risk_factors = fields.Json(readonly=True)
    risk_note = fields.Text(
        compute="_compute_risk_note",
        string="Risk factors",
        help="One factor a line: its points and its evidence.",
    )
    hold_ids = fields.One2many("collection.hold", "case_id")
    active_hold_ids = fields.One2many(
        "collection.hold", compute="_compute_active_hold_ids"
    )
    action_ids = fields.One2many("collection.action", "case_id")
    action_count = fields.Integer(compute="_compute_action_count")
    is_unreachable = fields.Boolean(
        readonly=True, index=True, help="The last attempt found no way to reach him."
    )
    review_pending = fields.Boolean(readonly=True)
    note = fields.Html(help="What every colleague who opens this case should know.")
    color = fields.Integer()

    _one_per_debtor = models.Constraint(
        "UNIQUE(partner_id, company_id)", "A debtor has one case per company."
    )
    _overdue_idx = models.Index("(company_id, amount_overdue) WHERE amount_overdue > 0")
    _review_idx = models.Index("(id) WHERE review_pending IS TRUE")

    # === COMPUTE METHODS === #

    @api.depends("partner_id.complete_name")
    def _compute_display_name(self):
        for case in self:
            case.display_name = case.partner_id.complete_name or ""

    @api.depends("overdue_since")
    def _compute_days_overdue(self):
        for case in self:
            today = case.company_id._get_collection_today()
            since = case.overdue_since
            case.days_overdue = (today - since).days if since and since < today else 0

    @api.depends(
        "manual_scenario_id",
        "segment_id.scenario_id",
        "company_id.collection_scenario_id",
    )
    def _compute_scenario_id(self):
        for case in self:
            case.scenario_id = (
                case.manual_scenario_id
                or case.segment_id.scenario_id
                or case.company_id.collection_scenario_id
            )

    def _inverse_scenario_id(self):
        for case in self:
            case.manual_scenario_id = case.scenario_id

    @api.depends("manual_scenario_id", "segment_id", "scenario_id")
    def _compute_scenario_source(self):
        for case in self:
            case.scenario_source = (
                (case.manual_scenario_id and "manual")
                or (case.segment_id and "segment")
                or (case.scenario_id and "default")
                or "none"
            )

    def _compute_line_ids(self):
        lines = self.env["account.move.line"].search(
            self._get_open_line_domain(), order="date_maturity, date, id"
        )
        by_debtor = lines.grouped(
            lambda line: (line.partner_id.commercial_partner_id, line.company_id)
        )
        for case in self:
            case.line_ids = by_debtor.get((case.partner_id, case.company_id), False)

    def _compute_contact_ids(self):
        contacts = self.env["res.partner"].search(
            [("commercial_partner_id", "in", self.partner_id.ids)]
        )
        by_debtor = contacts.grouped("commercial_partner_id")
        for case in self:
            case.contact_ids = by_debtor.get(case.partner_id, False)

    @api.depends("hold_ids.date_from", "hold_ids.date_to", "hold_ids.active")
    def _compute_active_hold_ids(self):
        for case in self:
            today = case.company_id._get_collection_today()
            case.active_hold_ids = case.hold_ids.filtered(
                lambda hold, today=today: hold._covers(today)
            )

    @api.depends("action_ids")
    def _compute_action_count(self):
        counts = dict(
            self.env["collection.action"]._read_group(
                [("case_id", "in", self.ids), ("state", "!=", "preview")],
                ["case_id"],
                ["__count"],
            )
        )
        for case in self:
            case.action_count = counts.get(case, 0)

    @api.depends("risk_factors")
    @api.depends_context("lang")
    def _compute_risk_note(self):
        sentences = self._get_risk_sentences()
        for case in self:
            case.risk_note = "\n".join(
                f"{points:+d}  {self._word_risk_factor(code, facts, sentences)}"
                for code, points, facts in case.risk_factors or []
            )

    def _compute_next_note(self):
        planner = self.env["collection.planner"]
        for company, cases in self.grouped("company_id").items():
            today = company._get_collection_today()
            notes = planner.with_company(company)._explain_cases(cases, today)
            for case in cases:
                case.next_note = notes.get(case.id, False)

    def _compute_reachability_note(self):
        reasons = self.env["collection.channel"]._get_reachability(self)
        for case in self:
            case.reachability_note = reasons.get(case.id, False)

    # === CRUD METHODS === #

    @api.model
    def _search(self, domain, *args, **kwargs):
        # Like a flush: who looks for cases finds what this transaction has changed.
        self.env["collection.balance"].sudo()._refresh_marked()
        return super()._search(domain, *args, **kwargs)

    # === ACTION METHODS === #

    def action_open_items(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.account_move_line_collection_action"
        )
        return action | {"domain": list(self._get_open_line_domain()), "context": {}}

    def action_open_actions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_action_action"
        )
        return action | {
            "domain": [("case_id", "=", self.id)],
            "context": {"default_case_id": self.id},
        }

    def action_follow_up(self):
        """Open the follow-up wizard on these cases."""
        return self.env["collection.follow.up"]._open_for(self)

    def action_hold(self):
        """Open the form of a new hold on this case."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hold"),
            "res_model": "collection.hold",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": self.id},
        }

    def action_release_holds(self):
        self.active_hold_ids._release()
        self._review()
        return True

    def action_release_scenario(self):
        """Give up the scenario chosen by hand: segment or company decide again."""
        self.manual_scenario_id = False
        return True

    def action_start_legal(self):
        self._update_state("legal")
        return True

    def action_hand_over(self):
        self._update_state("handed_over")
        return True

    def action_resume(self):
        """Bring cases back from legal action or handover to what their figures say."""
        for state, cases in self._grouped_by_due_state().items():
            cases._update_state(state)
        return True

    def action_log_call(self):
        """Open the outcome of a call that a person has just made or received."""
        self.ensure_one()
        return self.env["collection.outcome"]._open(
            default_case_id=self.id, default_channel="phone"
        )

    # === BUSINESS METHODS === #

    def _get_open_line_domain(self):
        """Return the domain of the open receivables, credits included, of the cases."""
        return Domain(
            [
                ("partner_id.commercial_partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )

    def _get_exclusions(self, date):
        """Return why items of these cases may not be chased on ``date``.

        :return: ``{account.move.line: [(code, explanation), ...]}`` with the items that
            may not be chased only. The engine, the screens and the portal all ask here.
        """
        return self.env["collection.planner"]._get_line_exclusions(self, date)

    @api.model
    def _get_for_partners(self, partners, company):
        """Return the cases of the debtors these contacts belong to."""
        return self.search(
            [
                ("partner_id", "in", partners.commercial_partner_id.ids),
                ("company_id", "=", company.id),
            ]
        )

    def _get_collector(self):
        """Return the user who works the case: its own, else the company's."""
        self.ensure_one()
        return self.user_id or self.company_id.collection_user_id

    @api.model
    def _get_new_case_columns(self):
        """Return ``{column: SQL}`` of what a new case starts with beside its figures.

        Hook. The expressions may use ``company``, ``partner`` and ``fresh`` (the
        figures).
        """
        return {
            "active": SQL("TRUE"),
            "currency_id": SQL("company.currency_id"),
            "state": SQL("'watch'"),
            "debtor_type": self._sql_debtor_type(),
            "scenario_id": SQL("company.collection_scenario_id"),
            "risk_score": SQL("0"),
            "is_unreachable": SQL("FALSE"),
            "review_pending": SQL("TRUE"),
        }

    @api.model
    def _sql_debtor_type(self):
        # A SIREN that begins with 1 or 2 is one of the State or a local authority.
        return SQL(
            """CASE
               WHEN partner.collection_debtor_type IS NOT NULL
                   THEN partner.collection_debtor_type
               WHEN partner.company_registry ~ '^[12][0-9]{8}([0-9]{5})?$' THEN 'public'
               WHEN partner.is_company THEN 'business'
               WHEN partner.company_registry IS NOT NULL THEN 'business'
               ELSE 'consumer' END"""
        )

    def _prepare_follow_up(self):
        """Make previews of what a person may send now for these cases of one company.

        The step is the one a run would take whatever the calendar, else the next one,
        else the furthest one.

        :return: the previews, and one sentence per case that has nothing to send.
        """
        today = self.company_id._get_collection_today()
        planner = self.env["collection.planner"]
        decisions = planner._plan(self, today, ignore_timing=True)
        steps = {case: case._choose_step(decisions[case.id]) for case in self}
        decisions = planner._cover(steps, today)
        due = {case: step for case, step in steps.items() if decisions[case.id].step}
        left_out = [
            self.env._(
                "%(debtor)s: %(reason)s",
                debtor=case.display_name,
                reason=planner._explain_decision(decisions[case.id]),
            )
            for case in self
            if case not in due
        ]
        actions = self.env["collection.action"]._make_previews(due, decisions, today)
        return actions, left_out

    def _choose_step(self, decision):
        self.ensure_one()
        chosen = decision.step or decision.next_step
        if chosen:
            return self.env["collection.step"].browse(chosen.id)
        return self.scenario_id.step_ids[-1:]

    def _make_manual_action(self, channel):
        """Create an action that a person takes now, outside the scenario."""
        self.ensure_one()
        action = self.env["collection.action"].create(
            {
                "case_id": self.id,
                "channel": channel,
                "date": self.company_id._get_collection_today(),
                "user_id": self.env.uid,
                "recipient_id": self.partner_id.id,
                "state": "todo",
            }
        )
        action._snapshot_open_items()
        return action

    # === MERGE === #

    @api.model
    def _merge_debtors(self, sources, target):
        """Move what hangs on the cases of ``sources`` to those of ``target``.

        Where ``target`` has no case in a company, the one with the oldest id becomes
        its.
        """
        cases = self.with_context(active_test=False).search(
            [("partner_id", "in", (sources | target).ids)], order="id"
        )
        for group in cases.grouped("company_id").values():
            own = group.filtered(lambda case: case.partner_id == target)
            (group - (own or group[:1]))._move_content(own or group[:1])

    @api.model
    def _get_moved_tables(self):
        """Return the tables whose ``case_id`` follows when cases are merged. Hook."""
        return ["collection_action", "collection_hold", "collection_run_log"]

    def _move_content(self, survivor):
        """Give actions, holds, messages and tasks of these cases to ``survivor``."""
        if not self:
            return
        self.action_ids.from_merge = True
        self.env.flush_all()
        for table in self._get_moved_tables():
            # What was said stays as it was: not through write, which guards it.
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET case_id = %s WHERE case_id = ANY(%s)",
                    SQL.identifier(table),
                    survivor.id,
                    list(self.ids),
                )
            )
        for table, model_column in (
            ("mail_message", "model"),
            ("mail_activity", "res_model"),
            ("ir_attachment", "res_model"),
        ):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET res_id = %s WHERE %s = %s AND res_id = ANY(%s)",
                    SQL.identifier(table),
                    survivor.id,
                    SQL.identifier(model_column),
                    self._name,
                    list(self.ids),
                )
            )
        self.env.cr.execute(
            SQL(
                """UPDATE collection_action SET partner_id = %s WHERE case_id = %s""",
                survivor.partner_id.id,
                survivor.id,
            )
        )
        self.env.invalidate_all()
        self.unlink()

    # === REVIEW === #

    def _request_review(self):
        """Have these cases reviewed by the next review job."""
        if not self:
            return
        # A collector may create a hold but not write figures or wake jobs.
        self.sudo().review_pending = True
        cron = self.env.ref("l10n_fr_debt_collection.ir_cron_review_cases")
        cron.sudo()._trigger()

    def _review(self):
        """Set segment, type, risk, state and next step of the cases from the facts."""
        planner = self.env["collection.planner"]
        for company, cases in self.grouped("company_id").items():
            cases = cases.with_company(company)
            cases._refresh_debtor_types()
            new = cases.filtered(lambda case: not case.segment_date)
            # Segments may be told by the risk: it comes first.
            cases._refresh_risk()
            self.env["collection.segment"]._assign(company, cases)
            for state, group in cases._grouped_by_due_state(keep_legal=True).items():
                (group - new)._update_state(state)
                # A case has no past to tell of: no message about its first state.
                (group & new).with_context(tracking_disable=True)._update_state(state)
            planner._store_next_steps(cases, company._get_collection_today())
        self.review_pending = False

    def _refresh_debtor_types(self):
        self.env["res.partner"].flush_model()
        self.env.cr.execute(
            SQL(
                """UPDATE collection_case c SET debtor_type = fresh.debtor_type
                     FROM (SELECT partner.id, %(debtor_type)s AS debtor_type
                             FROM res_partner partner) fresh
                    WHERE fresh.id = c.partner_id AND c.id = ANY(%(ids)s)
                      AND c.debtor_type IS DISTINCT FROM fresh.debtor_type""",
                debtor_type=self._sql_debtor_type(),
                ids=list(self.ids),
            )
        )
        self.invalidate_recordset(["debtor_type"])

    def _refresh_risk(self):
        """Store the score made of all factors, and the factors, the heaviest first.

        A fixed number of statements per batch of cases.
        """
        for batch in split_every(RISK_BATCH, self.ids):
            cases = self.browse(batch)
            factors = cases._get_risk_factors()
            cases._write_risk(
                {case.id: add_up(factors.get(case.id, ())) for case in cases}
            )

    def _get_risk_factors(self):
        """Return ``{case id: [(code, points, facts)]}``, ``facts`` being plain JSON.

        Hook: add factors here and their words to :meth:`_get_risk_sentences`; the
        points of a case are added up. Facts whose names end with ``_on`` are dates.
        """
        return {case.id: [] for case in self}

    @api.model
    def _get_risk_sentences(self):
        """Return ``{code: translated sentence}`` with the facts as placeholders.

        A factor whose facts hold a ``wording`` takes the sentence of that code.
        """
        return {}

    @api.model
    def _word_risk_factor(self, code, facts, sentences):
        """Return the sentence that gives the evidence of a factor."""
        shown = {
            name: format_date(self.env, value) if name.endswith("_on") else value
            for name, value in facts.items()
        }
        wording = facts.get("wording", code)
        return sentences.get(wording, wording) % shown

    @api.model
    def _get_risk_columns(self):
        """Return ``{column: SQL}`` of what is written with a score.

        Hook. The expressions may use ``c`` (the case) and ``fresh`` (its new ``score``
        and ``factors``).
        """
        return {"risk_score": SQL("fresh.score"), "risk_factors": SQL("fresh.factors")}

    def _write_risk(self, scores):
        """Write what has changed, by one statement; return the cases it changed.

        :param scores: ``{case id: (score, factors)}``
        """
        columns = self._get_risk_columns()
        changed = self.env.execute_query(
            SQL(
                """WITH new AS MATERIALIZED (
                       SELECT c.id, fresh_values.*
                         FROM unnest(%(ids)s::int4[], %(scores)s::int4[],
                                     %(factors)s::jsonb[]) AS fresh (id, score, factors)
                         JOIN collection_case c ON c.id = fresh.id
                   CROSS JOIN LATERAL (SELECT %(expressions)s OFFSET 0) fresh_values
                        WHERE (%(old_values)s) IS DISTINCT FROM (%(new_values)s))
                   UPDATE collection_case c SET (%(names)s) = (%(final_values)s)
                     FROM new
                    WHERE c.id = new.id
                RETURNING c.id""",
                expressions=SQL(", ").join(
                    SQL("%s AS %s", expression, SQL.identifier(name))
                    for name, expression in columns.items()
                ),
                names=SQL(", ").join(map(SQL.identifier, columns)),
                old_values=SQL(", ").join(SQL.identifier("c", n) for n in columns),
                new_values=SQL(", ").join(
                    SQL.identifier("fresh_values", n) for n in columns
                ),
                final_values=SQL(", ").join(SQL.identifier("new", n) for n in columns),
                ids=list(scores),
                scores=[score for score, _factors in scores.values()],
                factors=[json.dumps(factors) for _score, factors in scores.values()],
            )
        )
        self.invalidate_recordset(columns)
        cases = self.browse(case_id for (case_id,) in changed)
        cases.modified(columns)
        return cases

    def _grouped_by_due_state(self, keep_legal=False):
        """Group the cases by the state their figures and holds call for."""
        held_ids = set(
            self.env["collection.hold"]
            .search(
                Domain("case_id", "in", self.ids)
                & Domain("line_ids", "=", False)
                & self.env["collection.hold"]._get_active_domain(
                    self.company_id[:1]._get_collection_today()
                )
            )
            .case_id.ids
        )

        def due_state(case):
            if case.currency_id.is_zero(case.amount_overdue_net):
                if not keep_legal or case.currency_id.is_zero(case.amount_due):
                    return "watch"
            if keep_legal and case.state in LEGAL_STATES:
                return case.state
            if case.id in held_ids:
                return "on_hold"
            is_late = not case.currency_id.is_zero(case.amount_overdue_net)
            return "open" if is_late else "watch"

        return self.grouped(due_state)

    # === CRONS === #

    @api.model
    def _cron_review(self, limit=REVIEW_BATCH):
        """Review the cases that something has touched since their last review."""
        domain = [("review_pending", "=", True)]
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count(domain))
        while cases := self.search(domain, limit=limit, order="id"):
            locked = cases.try_lock_for_update().filtered_domain(domain)
            self.env["collection.batch"]._one_by_one_on_error(
                locked, type(locked)._review, type(locked)._give_up_review
            )
            if not cron._commit_progress(len(cases)) or not locked:
                break

    def _give_up_review(self, reason):
        """Note on a case that it could not be reviewed; the next change tries again."""
        self._message_log(
            body=self.env._("This case could not be reviewed: %s", reason)
        )
        self.review_pending = False

    @api.model
    def _cron_refresh_balances(self):
        """Recompute all figures for the new day; report those that had drifted."""
        balance = self.env["collection.balance"]
        for company in self.env["res.company"]._iterate_in_cron():
            self._report_drift(balance._find_drift(company))
            balance._refresh_companies(company, is_new_day=True)
            self.env["collection.hold"]._keep_time(company)
        self.env.ref("l10n_fr_debt_collection.ir_cron_review_cases")._trigger()

    @api.model
    def _report_drift(self, drift):
        for batch in split_every(REVIEW_BATCH, drift):
            _logger.error("Collection balances had drifted: %s", batch)
            self.browse(case_id for case_id, _old, _new in batch)._message_log_batch(
                {
                    case_id: self.env._(
                        "The figures of this case had drifted from the ledger: balance "
                        "%(old)s instead of %(new)s. They have been corrected.",
                        old=old,
                        new=new,
                    )
                    for case_id, old, new in batch
                }
            )

    def _raise_if_none(self):
        if not self:
            raise UserError(
                self.env._(
                    "There is no collection case here: none of these customers has a "
                    "posted receivable in the company you are working in."
                )
            )
        return self
