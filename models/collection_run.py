import logging
from collections import Counter, defaultdict
from contextlib import contextmanager

from psycopg2 import OperationalError
from psycopg2.errors import LockNotAvailable, UniqueViolation

from odoo import api, fields, models, modules
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, format_date, split_every

from ..tools.planning import Exclusion

_logger = logging.getLogger(__name__)

PLAN_BATCH = 1000
EXECUTE_BATCH = 200
CONCURRENCY_RETRIES = 5
# A debtor contacted by another run at the same moment is one, too.
RETRIABLE = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, UniqueViolation)
# How long to wait for another process that plans the same run.
PLANNING_PATIENCE = "10s"
STOP_CODE = "stop_requested"
STATE_MOVES = {
    "draft": {"previewed", "failed"},
    "previewed": {"draft", "running", "failed"},
    "running": {"previewed", "done", "failed"},
    "failed": {"draft", "running"},
    "done": set(),
}


class CollectionRun(models.Model):
    """One pass of the engine over a company on a day: preview, execute, log, resume.

    Planning writes previews, executing decides again on fresh facts and delivers. Both
    work in batches that are committed one by one, so that a run can be stopped or
    killed at any point and goes on where it was. Running twice does nothing twice.
    """

    _name = "collection.run"
    _description = "Follow-up run"
    _inherit = ["collection.batch", "collection.stateful"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _state_moves = STATE_MOVES

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        required=True,
        index=True,
        default=lambda self: self.env.company._get_collection_today(),
        help="Lateness is counted up to this day, and actions bear it.",
    )
    origin = fields.Selection(
        [("manual", "By hand"), ("daily", "Daily")],
        default="manual",
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("previewed", "Previewed"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        group_expand=True,
    )
    is_queued = fields.Boolean(
        readonly=True, help="The scheduled job is to execute this run."
    )
    is_at_work = fields.Boolean(
        readonly=True,
        copy=False,
        help="A process is executing this run, or was when it died.",
    )
    user_id = fields.Many2one(
        "res.users", default=lambda self: self.env.user, readonly=True
    )
    started_at = fields.Datetime(readonly=True)
    ended_at = fields.Datetime(readonly=True)
    action_ids = fields.One2many("collection.action", "run_id", readonly=True)
    log_ids = fields.One2many("collection.run.log", "run_id", readonly=True)
    action_count = fields.Integer(compute="_compute_figures")
    waiting_count = fields.Integer(compute="_compute_figures")
    amount = fields.Monetary(compute="_compute_figures", string="Amount claimed")
    progress = fields.Integer(
        compute="_compute_figures", help="Percent of the actions already executed."
    )
    log_count = fields.Integer(compute="_compute_log_count")
    error_count = fields.Integer(compute="_compute_log_count")
    summary = fields.Html(compute="_compute_summary", sanitize=False)
    letter_attachment_id = fields.Many2one("ir.attachment", readonly=True)

    # === COMPUTE METHODS === #

    @api.depends("date")
    @api.depends_context("lang")
    def _compute_name(self):
        for run in self:
            run.name = self.env._(
                "Follow-up of %(date)s", date=format_date(self.env, run.date)
            )

    @api.depends("action_ids.state")
    def _compute_figures(self):
        groups = self.env["collection.action"]._read_group(
            [("run_id", "in", self.ids)],
            ["run_id", "state"],
            ["__count", "amount:sum"],
        )
        counts, amounts = defaultdict(Counter), Counter()
        for run, state, count, amount in groups:
            counts[run.id][state] += count
            if state != "cancelled":
                amounts[run.id] += amount
        for run in self:
            total = counts[run.id].total()
            run.action_count = total - counts[run.id]["cancelled"]
            run.waiting_count = counts[run.id]["preview"]
            run.amount = amounts[run.id]
            done = total - run.waiting_count
            run.progress = round(100 * done / total) if total else 0

    @api.depends("log_ids")
    def _compute_log_count(self):
        groups = self.env["collection.run.log"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "level"], ["__count"]
        )
        counts = defaultdict(Counter)
        for run, level, count in groups:
            counts[run.id][level] += count
        for run in self:
            run.log_count = counts[run.id].total()
            run.error_count = counts[run.id]["error"] + counts[run.id]["warning"]

    @api.depends("action_ids.state", "log_ids")
    def _compute_summary(self):
        for run in self:
            run.summary = self.env["ir.qweb"]._render(
                "l10n_fr_debt_collection.collection_run_summary",
                {
                    "run": run,
                    "channels": run._get_channel_figures(),
                    "reasons": run._get_reason_figures(),
                },
            )

    def _get_channel_figures(self):
        """Return ``[(channel label, state label, count, amount)]`` of the run."""
        self.ensure_one()
        if not self.id:
            return []
        Action = self.env["collection.action"]
        channels = dict(Action._get_channels())
        states = dict(Action._fields["state"]._description_selection(self.env))
        return [
            (channels.get(channel, channel), states[state], count, amount)
            for channel, state, count, amount in Action._read_group(
                [("run_id", "=", self.id)],
                ["channel", "state"],
                ["__count", "amount:sum"],
            )
        ]

    def _get_reason_figures(self):
        """Return ``[(code, example, count, amount)]`` of the cases left out."""
        self.ensure_one()
        return (
            self.env["collection.run.log"]._read_group(
                [("run_id", "=", self.id), ("case_id", "!=", False)],
                ["code"],
                ["message:min", "__count", "amount:sum"],
                order="amount:sum desc",
            )
            if self.id
            else []
        )

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_executed(self):
        executed = self.filtered(
            lambda run: run.action_ids.filtered(
                lambda action: action.state != "preview"
            )
        )
        if executed:
            raise UserError(
                self.env._(
                    "“%s” has done something: it is kept with its actions.",
                    executed[0].name,
                )
            )

    def unlink(self):
        self.action_ids.unlink()
        return super().unlink()

    # === ACTION METHODS === #

    def action_preview(self):
        """Plan the run: one preview per case that is due, one log per case left out."""
        for run in self:
            run._check_may_plan()
            run._preview()
        return True

    def action_execute(self):
        """Execute the run to its end, here and now; plan it first if needed."""
        for run in self.filtered(lambda run: run.state != "done"):
            is_planned = run.state == "failed" and run.waiting_count
            if run.state in ("draft", "failed") and not is_planned:
                run._preview()
            run._work()
        return True

    def action_start(self):
        """Have the scheduled job execute the run, with its progress on screen."""
        self.is_queued = True
        self._wake_worker()
        return True

    def action_stop(self):
        """Ask the worker to stop after its current batch."""
        # A row of its own: writing on the run would collide with the worker.
        self.env["collection.run.log"].create(
            [
                {
                    "run_id": run.id,
                    "code": STOP_CODE,
                    "level": "warning",
                    "message": self.env._("%s asked to stop.", self.env.user.name),
                }
                for run in self
            ]
        )
        return True

    def action_back_to_draft(self):
        """Throw the previews away."""
        self._clear_previews()
        self._update_state("draft")
        return True

    def action_open_actions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_action_action"
        )
        return action | {"domain": [("run_id", "=", self.id)], "context": {}}

    def action_open_logs(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_run_log_action"
        )
        return action | {"domain": [("run_id", "=", self.id)]}

    def action_print_letters(self):
        self.ensure_one()
        return self.action_ids.filtered(
            lambda action: action.state in ("todo", "sent")
        ).action_print()

    def action_mark_letters_posted(self):
        self.action_ids.filtered(
            lambda action: action.channel == "letter"
        ).action_mark_posted()
        return True

    # === BUSINESS METHODS: STATE === #

    def _update_state(self, target, **values):
        """Move these runs to ``target``; note when they began and ended."""
        moved = super()._update_state(target, **values)
        if target == "running":
            moved.filtered(
                lambda run: not run.started_at
            ).started_at = fields.Datetime.now()
        if target in ("done", "failed"):
            ended = {"ended_at": fields.Datetime.now(), "is_queued": False}
            moved.write(ended | {"is_at_work": False})
        return moved

    def _check_may_plan(self):
        self.ensure_one()
        if self.state not in ("draft", "previewed", "failed"):
            raise UserError(
                self.env._(
                    "“%s” is being executed or done: make a new run to plan again.",
                    self.name,
                )
            )

    def _wake_worker(self):
        # Collectors may start a run but not read scheduled jobs.
        cron = self.env.ref("l10n_fr_debt_collection.ir_cron_execute_runs").sudo()
        cron._trigger()

    # === BUSINESS METHODS: PLAN === #

    def _preview(self):
        """Plan batch by batch. Killed half-way, planning begins anew."""
        run = self._in_company()
        with run._plan_alone() as is_wanted:
            if is_wanted:
                run._plan()

    @contextmanager
    def _plan_alone(self):
        """Let one process at a time plan this run.

        Yield whether it is still to be planned after others have been waited for. The
        lock is held beside the transactions of planning, and goes with its process.
        """
        if modules.module.current_test:
            yield True
            return
        with self.env.registry.cursor() as cursor:
            cursor.execute(SQL("SET LOCAL lock_timeout = %s", PLANNING_PATIENCE))
            cursor.execute(
                SQL(
                    "SELECT pg_advisory_xact_lock(hashtext(%s), %s)",
                    self._name,
                    self.id,
                )
            )
            known_state = self.state
            self._commit_batch()
            self.env.invalidate_all()
            yield self.state == known_state

    def _plan(self):
        self._clear_previews()
        self._update_state("draft")
        self._drop_expired_actions()
        self.env["collection.balance"]._refresh_companies(self.company_id)
        self.env["collection.segment"]._assign(self.company_id)
        self._commit_batch()
        for case_ids in split_every(PLAN_BATCH, self._get_candidate_ids()):
            self._preview_batch(self.env["collection.case"].browse(case_ids))
            self._commit_batch()
        self._update_state("previewed")
        self._commit_batch()

    def _clear_previews(self):
        self.action_ids.filtered(lambda action: action.state == "preview").unlink()
        self.log_ids.unlink()

    def _drop_expired_actions(self):
        """Close the calls and tasks that nobody has carried out in time."""
        waiting = self.env["collection.action"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "todo"),
                ("step_id.expiry_days", ">", 0),
                ("activity_id", "!=", False),
            ]
        )
        expired = waiting.filtered(
            lambda action: (self.date - action.date).days > action.step_id.expiry_days
        )
        if expired:
            expired._close("expired")

    def _get_candidate_ids(self):
        """Return the ids of the cases that have something open to ask for."""
        return (
            self.env["collection.case"]
            ._search(
                [
                    ("company_id", "=", self.company_id.id),
                    "|",
                    ("amount_overdue", ">", 0),
                    ("amount_not_due", ">", 0),
                ],
                order="id",
            )
            .get_result_ids()
        )

    def _preview_batch(self, cases):
        decisions = self.env["collection.planner"]._plan(cases, self.date)
        due = {
            case: self.env["collection.step"].browse(decisions[case.id].step.id)
            for case in cases
            if decisions[case.id].step
        }
        actions = self.env["collection.action"]._make_previews(
            due, decisions, self.date, run_id=self.id
        )
        for case in set(due) - set(actions.case_id):
            decisions[case.id].exclusions.append(Exclusion("parcels_too_small"))
        self._log_left_out(
            {case: decisions[case.id] for case in cases - actions.case_id}
        )

    def _log_left_out(self, decisions_by_case):
        """Log why each case with something overdue is left alone."""
        planner = self.env["collection.planner"]
        self.env["collection.run.log"].create(
            [
                {
                    "run_id": self.id,
                    "case_id": case.id,
                    "code": planner._get_reason_code(decision),
                    "message": planner._explain_decision(decision),
                    "amount": case.amount_overdue_net,
                }
                for case, decision in decisions_by_case.items()
                if decision.has_overdue(self.date)
            ]
        )

    # === BUSINESS METHODS: EXECUTE === #

    def _work(self):
        """Execute what waits, batch by batch; return whether the run is finished."""
        run = self._in_company()
        if run.state == "done":
            return True
        if run.is_at_work:
            run._log_resumed()
        run._update_state("running")
        run.is_at_work = True
        run._commit_batch()
        while batch_ids := run._get_waiting_ids():
            processed = run._execute_with_retries(batch_ids)
            seconds_left = run._commit_batch(processed, run._count_waiting())
            if run._stop_if_asked():
                return False
            if not seconds_left:
                run.is_at_work = False
                return False
            if not processed:
                # Another worker holds all that is left: it will finish the run.
                return False
        run._finish()
        return True

    def _log_resumed(self):
        """Say in the log that the work was interrupted, or is shared."""
        self.env["collection.run.log"].create(
            {
                "run_id": self.id,
                "level": "warning",
                "code": "resumed",
                "message": self.env._(
                    "Work was taken up by another process, with %s actions left.",
                    self._count_waiting(),
                ),
            }
        )

    def _get_waiting_ids(self):
        return (
            self.env["collection.action"]
            ._search(
                [("run_id", "=", self.id), ("state", "=", "preview")],
                order="case_id",
                limit=EXECUTE_BATCH,
            )
            .get_result_ids()
        )

    def _count_waiting(self):
        return self.env["collection.action"].search_count(
            [("run_id", "=", self.id), ("state", "=", "preview")]
        )

    def _execute_with_retries(self, action_ids):
        """Execute one batch; begin it again when a colleague changed the same rows."""
        actions = self.env["collection.action"].browse(action_ids)
        for attempt in range(CONCURRENCY_RETRIES):
            is_last = attempt + 1 == CONCURRENCY_RETRIES
            try:
                locked = actions.try_lock_for_update().filtered(
                    lambda action: action.state == "preview"
                )
                self._execute_batch(
                    locked.with_context(collection_begins_again=not is_last)
                )
                self.env.flush_all()
                return len(locked)
            except (OperationalError, UniqueViolation) as error:
                if is_last or not isinstance(error, RETRIABLE):
                    raise
                _logger.info("%s: batch begun again after %s", self, error)
                self.env.cr.rollback()
                self.env.invalidate_all()
        return 0

    def _execute_batch(self, actions):
        """Decide again on fresh facts, then deliver what still holds."""
        if not actions:
            return
        actions.env["collection.batch"]._one_by_one_on_error(
            actions, self._settle_batch, type(actions)._fail
        )
        ready = actions.filtered(lambda action: action.state == "preview")
        to_validate = ready.filtered(
            lambda action: action.needs_reading or action.step_id.mode == "validate"
        )
        to_validate._update_state("to_validate")
        (ready - to_validate)._deliver()
        self._log_failures(actions)
        self.env["collection.planner"]._store_next_steps(actions.case_id, self.date)

    def _settle_batch(self, actions):
        decisions = self.env["collection.planner"]._plan(
            actions.case_id, self.date, run=self
        )
        actions._settle(decisions)

    def _log_failures(self, actions):
        failed = actions.filtered(lambda action: action.state == "failed")
        self.env["collection.run.log"].create(
            [
                {
                    "run_id": self.id,
                    "case_id": action.case_id.id,
                    "level": "warning" if action.is_unreachable else "error",
                    "code": "unreachable" if action.is_unreachable else "error",
                    "message": action.failure_reason or "",
                    "amount": action.amount,
                }
                for action in failed
            ]
        )

    def _finish(self):
        self._update_state("done")
        if self.company_id.collection_auto_print:
            self._merge_letters()
        self._commit_batch()
        _logger.info("%s: %s actions, %s logs", self, self.action_count, self.log_count)

    def _merge_letters(self):
        letters = self.action_ids.filtered(lambda action: action.state == "todo")
        contents = letters._get_letter_attachments().mapped("raw")
        if contents:
            self.letter_attachment_id = self.env["ir.attachment"].create(
                {
                    "name": self.env._("Letters of %s.pdf", self.date),
                    "raw": self.env["collection.pdf"]._merge(contents),
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )

    # === BUSINESS METHODS: STOP === #

    def _get_stop_requests(self):
        """Return the log entries by which somebody asks to stop."""
        return self.env["collection.run.log"].search(
            [("run_id", "=", self.id), ("code", "=", STOP_CODE)]
        )

    def _stop_if_asked(self):
        asked = self._get_stop_requests()
        if not asked:
            return False
        asked.code = "stopped"
        self.write({"is_queued": False, "is_at_work": False})
        self._update_state("previewed")
        self._commit_batch()
        return True

    # === CRONS === #

    @api.model
    def _cron_daily(self):
        """Make the run of the day of every company that wants one; wake the worker."""
        for company in self.env["res.company"].search(
            [("collection_auto_run", "=", True)]
        ):
            today = company._get_collection_today()
            made = self.search_count(
                [
                    ("company_id", "=", company.id),
                    ("date", "=", today),
                    ("origin", "=", "daily"),
                ]
            )
            if not made:
                self.create(
                    {
                        "company_id": company.id,
                        "date": today,
                        "origin": "daily",
                        "is_queued": True,
                    }
                )
        self._wake_worker()

    @api.model
    def _cron_execute(self):
        """Execute the queued runs, oldest first; go on with those that were killed."""
        queued = self.search(
            [("is_queued", "=", True), ("state", "!=", "done")], order="id"
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(queued))
        for done, run in enumerate(queued, start=1):
            if not run._work_or_fail():
                break
            cron._commit_progress(1, remaining=len(queued) - done)

    def _carry_out(self):
        """Execute a queued run, or have it executed; return whether others may be."""
        return self._work()

    def _work_or_fail(self):
        """Do one queued run; return whether there is time for the next one."""
        try:
            if self.state in ("draft", "failed"):
                self._preview()
            finished = self._carry_out()
        except LockNotAvailable:
            self.env.cr.rollback()
            _logger.info("%s is being planned by another process", self)
            finished = True
        except OperationalError:
            raise
        except Exception as error:
            self.env.cr.rollback()
            _logger.exception("%s failed", self)
            self.env["collection.run.log"].create(
                {
                    "run_id": self.id,
                    "code": "error",
                    "level": "error",
                    "message": self._describe_error(error),
                }
            )
            self._update_state("failed")
            finished = True
        return finished and self._commit_batch()
