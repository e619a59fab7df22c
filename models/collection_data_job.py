import logging
from collections import Counter
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models, modules
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import split_every

from ..tools.registries.errors import UnavailableError

_logger = logging.getLogger(__name__)

STATE_MOVES = {
    "draft": {"running"},
    "running": {"waiting", "stopped", "done", "failed"},
    "waiting": {"running", "stopped"},
    "stopped": {"running"},
    "failed": {"running"},
    "done": set(),
}
FINISHED = ("done", "failed", "stopped")
OPEN_ITEMS = ("todo", "postponed")
# How long after a service has failed it is asked again, before the hourly round.
NEXT_TRY = timedelta(minutes=16)


class CollectionDataJob(models.Model):
    """Long work on the data of debtors: enrichment, cleaning, duplicates, watch.

    Done in batches that are committed one by one: it can be stopped, or killed, at any
    point and goes on where it was. A public service that does not answer makes it wait.
    """

    _name = "collection.data.job"
    _description = "Data job"
    _inherit = ["collection.batch", "collection.stateful"]
    _order = "id desc"
    _state_moves = STATE_MOVES

    name = fields.Char(compute="_compute_name")
    kind = fields.Selection(
        selection=lambda self: self.env["collection.data.worker"]._get_selection(),
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Started by",
        default=lambda self: self.env.user,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("draft", "New"),
            ("running", "Running"),
            ("waiting", "Waiting for a service"),
            ("stopped", "Stopped"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
    )
    is_queued = fields.Boolean(
        readonly=True, help="The scheduled job is to execute or go on with this one."
    )
    params = fields.Json(readonly=True)
    started_at = fields.Datetime(string="Begun", readonly=True)
    ended_at = fields.Datetime(string="Ended", readonly=True)
    total = fields.Integer(readonly=True)
    processed = fields.Integer(readonly=True)
    progress = fields.Integer(
        compute="_compute_progress", help="Percent of the work already done."
    )
    note = fields.Char(readonly=True, help="Why it waits, was stopped or has failed.")
    item_ids = fields.One2many("collection.data.job.item", "job_id", readonly=True)
    failed_item_ids = fields.One2many(
        "collection.data.job.item",
        "job_id",
        string="Failed lines",
        domain=[("state", "=", "failed")],
        readonly=True,
    )
    subject = fields.Char(string="About", compute="_compute_subject")
    item_count = fields.Integer(compute="_compute_item_counts")
    failed_count = fields.Integer(compute="_compute_item_counts")
    result_note = fields.Text(string="Report", compute="_compute_item_counts")
    proposal_ids = fields.One2many(
        "collection.enrichment.proposal", "job_id", readonly=True
    )
    proposal_count = fields.Integer(compute="_compute_proposal_count")
    pending_count = fields.Integer(compute="_compute_proposal_count")

    _queue_idx = models.Index("(id) WHERE is_queued IS TRUE")

    # === COMPUTE METHODS === #

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for job in self:
            job.name = f"{labels.get(job.kind, job.kind)} #{job.id or ''}"

    @api.depends("total", "processed", "state")
    def _compute_progress(self):
        for job in self:
            if job.state == "done":
                job.progress = 100
            else:
                job.progress = job.total and round(100 * job.processed / job.total)

    @api.depends("kind", "params")
    @api.depends_context("lang")
    def _compute_subject(self):
        worker = self.env["collection.data.worker"]
        for job in self:
            job.subject = worker._get(job.kind)._get_subject(job) if job.kind else ""

    @api.depends("item_ids.state")
    @api.depends_context("lang")
    def _compute_item_counts(self):
        counts = {job.id: Counter() for job in self}
        total, failed = Counter(), Counter()
        for job, state, code, count in self.env["collection.data.job.item"]._read_group(
            [("job_id", "in", self.ids)],
            ["job_id", "state", "code"],
            ["__count"],
        ):
            total[job.id] += count
            failed[job.id] += count if state == "failed" else 0
            if state != "todo":
                counts[job.id][code or state] += count
        for job in self:
            labels = self.env["collection.data.worker"]._get_result_labels(job.kind)
            job.item_count = total[job.id]
            job.failed_count = failed[job.id]
            job.result_note = "\n".join(
                f"{labels.get(code, code)}: {count}"
                for code, count in counts.get(job.id, Counter()).most_common()
            )

    @api.depends("proposal_ids.state")
    def _compute_proposal_count(self):
        counts = {job.id: Counter() for job in self}
        for job, state, count in self.env["collection.enrichment.proposal"]._read_group(
            [("job_id", "in", self.ids)], ["job_id", "state"], ["__count"]
        ):
            counts[job.id][state] += count
        for job in self:
            job.proposal_count = counts.get(job.id, Counter()).total()
            job.pending_count = counts.get(job.id, Counter())["pending"]

    # === ACTION METHODS === #

    def action_start(self):
        """Have the scheduled job do this work, or go on with it."""
        self.check_access("read")
        # Whoever may see a job may start it, its state is nobody's to write.
        self.sudo().write({"is_queued": True, "note": False})
        self._wake_worker()
        return True

    def action_stop(self):
        """Ask the worker to stop after its current batch."""
        self.check_access("read")
        # A row of its own: writing on the job would collide with the worker.
        self.env["collection.data.job.stop"].sudo().create(
            [{"job_id": job.id} for job in self]
        )
        idle = self.filtered(lambda job: job.state in ("draft", "waiting"))
        idle._stop_if_asked()
        return True

    def action_open_proposals(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_enrichment_proposal_action"
        )
        return action | {"domain": [("job_id", "=", self.id)]}

    def action_open_items(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_data_job_item_action"
        )
        return action | {"domain": [("job_id", "=", self.id)]}

    def action_open_failed_items(self):
        action = self.action_open_items()
        return action | {"context": {"search_default_failed": 1}}

    # === BUSINESS METHODS === #

    @api.model
    def _start(self, kind, company=None, **params):
        """Make, queue and return a job; the same work under way is returned instead.

        :param params: kept as JSON for the worker; ``case_ids`` limits it to some cases
        """
        self.browse().check_access("read")
        company = company or self.env.company
        # Jobs are started by methods only, their state is nobody's to write.
        jobs_sudo = self.sudo()
        job = jobs_sudo.search(
            [
                ("kind", "=", kind),
                ("company_id", "=", company.id),
                ("is_queued", "=", True),
            ]
        ).filtered(lambda job: (job.params or {}) == params)[:1]
        if not job:
            job = jobs_sudo.create(
                {
                    "kind": kind,
                    "company_id": company.id,
                    "user_id": self.env.uid,
                    "params": params,
                }
            )
        job.action_start()
        return job.with_env(self.env)

    def _update_state(self, target, note=False, **values):
        """Move these jobs to ``target``, with a note for who started them."""
        if target in FINISHED:
            values.update(ended_at=fields.Datetime.now(), is_queued=False)
        return super()._update_state(target, note=note, **values)

    def _wake_worker(self, at=None):
        # Collectors may start a job but not read scheduled ones.
        cron = self.env.ref("l10n_fr_debt_collection.ir_cron_data_jobs").sudo()
        cron._trigger(at)

    def _execute(self):
        """Do the work to its end, here and now; return whether it is finished."""
        self.ensure_one()
        # A job does what it was started for, whoever's process carries it out.
        job = self.sudo()._in_company()
        if job.state == "done":
            return True
        try:
            return job._work()
        except OperationalError:
            raise
        except UnavailableError as error:
            service = job.env["collection.registry.service"]
            job._suspend("waiting", service._explain_error(error))
            job._wake_worker(fields.Datetime.now() + NEXT_TRY)
        except Exception as error:
            _logger.exception("%s failed", job)
            job._suspend("failed", self._describe_error(error))
        return True

    def _work(self):
        worker = self.env["collection.data.worker"]._get(self.kind)
        if self.state != "running":
            self._update_state("running")
        if not self.started_at:
            self.started_at = fields.Datetime.now()
            worker._fill(self)
            self.total = self.env["collection.data.job.item"].search_count(
                [("job_id", "=", self.id)]
            )
        self._commit_batch()
        for processed, total in worker._run(self):
            done = processed - self.processed
            self.write({"processed": processed, "total": total})
            seconds_left = self._commit_batch(max(0, done), max(0, total - processed))
            if self._stop_if_asked() or not seconds_left:
                return False
        self._update_state("done")
        self._commit_batch()
        return True

    def _suspend(self, state, note):
        """Leave off; what the batch under way has done is taken back."""
        if not modules.module.current_test:
            self.env.cr.rollback()
            self.env.invalidate_all()
        self._update_state(state, note)
        self._commit_batch()

    def _stop_if_asked(self):
        asked = (
            self.env["collection.data.job.stop"]
            .sudo()
            .search([("job_id", "in", self.ids)])
        )
        if not asked:
            return False
        note = self.env._("%s asked to stop.", asked[0].create_uid.name)
        jobs = asked.job_id
        asked.unlink()
        # Who may stop a job may not write its state by hand.
        for job in jobs.sudo():
            if job.state == "draft":
                job.is_queued = False
            else:
                job._update_state("stopped", note)
        self._commit_batch()
        return True

    def _get_waiting_items(self, limit):
        """Lock and return the next items that no other worker has taken."""
        items = self.env["collection.data.job.item"].search(
            [("job_id", "=", self.id), ("state", "=", "todo")], limit=limit
        )
        return items.try_lock_for_update()

    def _count_items(self):
        counts = dict(
            self.env["collection.data.job.item"]._read_group(
                [("job_id", "=", self.id)], ["state"], ["__count"]
            )
        )
        total = sum(counts.values())
        return total - sum(counts.get(state, 0) for state in OPEN_ITEMS), total

    def _get_postponed_lots(self, size):
        """Yield those still postponed, ``size`` at a time, each once."""
        items = self.env["collection.data.job.item"].search(
            [("job_id", "=", self.id), ("state", "=", "postponed")]
        )
        for lot in split_every(size, items.ids, items.browse):
            yield lot.try_lock_for_update()

    def _raise_if_postponed(self):
        """Wait when some items could not be answered about."""
        postponed = self.env["collection.data.job.item"].search_count(
            [("job_id", "=", self.id), ("state", "=", "postponed")]
        )
        if postponed:
            raise UnavailableError(
                self.env._(
                    "%s debtors could not be answered about yet. They are asked about "
                    "again within the hour.",
                    postponed,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        running = self.filtered(lambda job: job.state == "running")
        if running:
            raise UserError(
                self.env._("“%s” is being done: stop it first.", running[0].name)
            )

    # === AUTOVACUUM === #

    @api.autovacuum
    def _gc_finished(self):
        """Delete finished jobs with their lines when the company's logs expire."""
        for company in self.env["res.company"].search(Domain.TRUE):
            limit = fields.Datetime.subtract(
                fields.Datetime.now(), days=company.collection_log_days
            )
            self.search(
                [
                    ("company_id", "=", company.id),
                    ("state", "in", FINISHED),
                    ("ended_at", "<", limit),
                ]
            ).unlink()

    # === CRONS === #

    @api.model
    def _cron_execute(self):
        """Do the queued jobs, oldest first; go on with those that were interrupted."""
        jobs = self.search([("is_queued", "=", True)], order="id")
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(jobs))
        for done, job in enumerate(jobs, start=1):
            if not job._execute():
                break
            cron._commit_progress(1, remaining=len(jobs) - done)
