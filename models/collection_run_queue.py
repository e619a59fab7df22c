import importlib
from collections import defaultdict

from psycopg2.errors import UniqueViolation

from odoo import api, models

from .collection_run import EXECUTE_BATCH

QUEUE = "queue.job"
CHANNEL = "root.collection"
METHOD = "_execute_job"
SIZE_PARAMETER = "l10n_fr_debt_collection.job_size"
# Seconds until a batch that met a conflict is tried again, by number of tries.
RETRY_PATTERN = {1: 10, 3: 60, 6: 600}
MAX_RETRIES = 10


class CollectionRun(models.Model):
    """Has batches of queued runs executed as jobs where OCA ``queue_job`` is installed.

    The scheduled job plans, cuts the work into jobs and finishes the run; the jobs do
    the rest, in as many processes as their channel has room for. Each batch is named by
    the run and the numbers of its actions, so that it waits in the queue once. Whoever
    carries out an action locks it first: jobs, the scheduled job of a database without
    the queue and a person's "Execute" do not get in each other's way.
    """

    _inherit = "collection.run"

    @api.model
    def _has_job_queue(self):
        return QUEUE in self.env

    def _carry_out(self):
        if not self._has_job_queue():
            return super()._carry_out()
        run = self._in_company()
        run._update_state("running")
        if run._stop_if_asked():
            return False
        waiting = run._get_all_waiting_ids()
        if waiting:
            run._make_jobs(waiting)
            run._commit_batch()
        else:
            run._finish()
        return True

    def _get_all_waiting_ids(self):
        return (
            self.env["collection.action"]
            ._search([("run_id", "=", self.id), ("state", "=", "preview")], order="id")
            .get_result_ids()
        )

    def _make_jobs(self, action_ids):
        """Queue a job for each batch of these actions that has none waiting."""
        self.ensure_one()
        self._configure_queue()
        size = self._get_job_size()
        batches = defaultdict(list)
        for action_id in action_ids:
            batches[action_id // size].append(action_id)
        for number, batch_ids in batches.items():
            self.with_delay(
                channel=CHANNEL,
                identity_key=f"{self._name}/{self.id}/{number}",
                max_retries=MAX_RETRIES,
                description=self.env._(
                    "%(run)s: %(count)s actions", run=self.name, count=len(batch_ids)
                ),
            )._execute_job(batch_ids)

    @api.model
    def _get_job_size(self):
        # Collectors may not read parameters.
        parameters = self.env["ir.config_parameter"].sudo()
        return int(parameters.get_param(SIZE_PARAMETER) or EXECUTE_BATCH)

    def _execute_job(self, action_ids):
        """Execute one batch, in the transaction of its job."""
        run = self._in_company()
        if run.state != "running" or run._get_stop_requests():
            return
        actions = self.env["collection.action"].browse(action_ids).exists()
        locked = actions.try_lock_for_update().filtered(
            lambda action: action.state == "preview"
        )
        try:
            run._execute_batch(locked.with_context(collection_begins_again=True))
            run.env.flush_all()
        except UniqueViolation as error:
            # Only where the queue is installed may its code be loaded.
            exceptions = importlib.import_module("odoo.addons.queue_job.exception")
            raise exceptions.RetryableJobError(str(error)) from error
        run._notify_progress()
        # It finishes the run, or finds what nobody has done.
        run._wake_worker()

    def _note_job_failure(self, exc_message="", **_values):
        """Say in the log that a batch was given up. Called by the queue."""
        self.env["collection.run.log"].create(
            {
                "run_id": self.id,
                "level": "error",
                "code": "error",
                "message": self.env._(
                    "A batch was given up and is tried again within the hour: %s",
                    exc_message,
                ),
            }
        )

    @api.model
    def _configure_queue(self):
        """Make the channel and the retry pattern of the batches, once."""
        # Whoever starts a run need not be allowed to configure the queue.
        functions = self.env["queue.job.function"].sudo()
        name = functions.job_function_name(self._name, METHOD)
        if functions.search_count([("name", "=", name)]):
            return
        channels = self.env["queue.job.channel"].sudo()
        root, _dot, leaf = CHANNEL.partition(".")
        channel = channels.search([("complete_name", "=", CHANNEL)]) or channels.create(
            {"name": leaf, "parent_id": self.env.ref(f"queue_job.channel_{root}").id}
        )
        functions.create(
            {
                "name": name,
                "channel_id": channel.id,
                "retry_pattern": RETRY_PATTERN,
                "on_fail_method": "_note_job_failure",
            }
        )
