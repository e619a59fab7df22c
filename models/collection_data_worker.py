from odoo import api, models
from odoo.tools import SQL

from ..tools.registries.errors import UnavailableError

WORKER_PREFIX = "collection.data.worker."


class CollectionDataWorker(models.AbstractModel):
    """What one kind of data job does: a model ``collection.data.worker.<kind>``.

    A worker either goes through cases one batch after the other (:meth:`_fill`,
    :meth:`_work`), or overrides :meth:`_run`. Nothing else has to know about it.
    """

    _name = "collection.data.worker"
    _description = "Data job worker"

    # Cases done between two commits, and order in lists.
    _batch = 100
    _rank = 100

    # === LOOKUP === #

    @api.model
    def _get(self, kind):
        """Return the worker of jobs of this ``kind``."""
        return self.env[WORKER_PREFIX + kind]

    @api.model
    def _get_selection(self):
        kinds = [
            name.removeprefix(WORKER_PREFIX)
            for name in self.env.registry
            if name.startswith(WORKER_PREFIX)
        ]
        kinds.sort(key=lambda kind: (self._get(kind)._rank, kind))
        return [(kind, self._get(kind)._get_label()) for kind in kinds]

    @api.model
    def _get_result_labels(self, kind):
        """Return ``{result code: words}`` of the items of this ``kind`` of job."""
        common = {
            "error": self.env._("Errors"),
            "done": self.env._("Done"),
            "unanswered": self.env._("No answer"),
        }
        return common | self._get(kind)._get_codes() if kind else common

    # === TO BE EXTENDED === #

    @api.model
    def _get_codes(self):
        """Return ``{result code: words}`` of what may come of an item."""
        return {}

    @api.model
    def _get_label(self):
        """Return the name of this kind of work on screen."""
        raise NotImplementedError

    @api.model
    def _get_subject(self, job):
        """Return what a job of this kind is about: a file, a number of debtors."""
        case_ids = (job.params or {}).get("case_ids")
        if case_ids is None:
            return ""
        return self.env._("%s chosen debtors", len(case_ids))

    @api.model
    def _work(self, job, items):
        """Do one batch: each of ``items`` is told ``_done`` or ``_failed``.

        An item that a service cannot tell about now is told ``_postpone``.
        """
        raise NotImplementedError

    @api.model
    def _finish(self, job):
        """Do what is left when all items are done."""

    @api.model
    def _fill(self, job):
        """Give ``job`` its items: the largest and oldest debts first."""
        case_ids = (job.params or {}).get("case_ids")
        self.env["collection.case"].flush_model()
        self.env.cr.execute(
            SQL(
                """INSERT INTO collection_data_job_item
                          (job_id, company_id, case_id, sequence, state)
                   SELECT %(job)s, c.company_id, c.id,
                          ROW_NUMBER() OVER (ORDER BY c.amount_overdue DESC NULLS LAST,
                                             c.overdue_since, c.id), 'todo'
                     FROM collection_case c
                    WHERE c.company_id = %(company)s AND c.active AND %(chosen)s
                 ORDER BY c.amount_overdue DESC NULLS LAST, c.overdue_since, c.id
                    LIMIT %(limit)s""",
                job=job.id,
                company=job.company_id.id,
                chosen=(
                    self._sql_default_choice(job)
                    if case_ids is None
                    else SQL("c.id = ANY(%s)", list(case_ids))
                ),
                limit=(job.params or {}).get("limit"),
            )
        )
        job.invalidate_recordset(["item_ids"])

    @api.model
    def _sql_default_choice(self, job):
        """Return the condition on cases ``c`` when nobody has chosen some."""
        return SQL("c.amount_due > 0")

    @api.model
    def _get_batch_size(self):
        return self._batch

    @api.model
    def _run(self, job):
        """Work through the items; yield ``(done, total)`` when it may be committed.

        Those postponed come last, once; the job waits when some still are.
        """
        while items := job._get_waiting_items(self._get_batch_size()):
            self._work_safely(job, items)
            yield job._count_items()
        for items in job._get_postponed_lots(self._get_batch_size()):
            self._work_safely(job, items)
            yield job._count_items()
        job._raise_if_postponed()
        self._finish(job)

    @api.model
    def _work_safely(self, job, items):
        self.env["collection.batch"]._one_by_one_on_error(
            items,
            lambda records: self._work(job, records),
            type(items)._failed,
            fatal=(UnavailableError,),
        )
