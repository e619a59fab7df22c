from odoo import api, fields, models

# A service that has said nothing about an item so often will not do so any more.
MOST_ATTEMPTS = 6
MESSAGE_SIZE = 500


class CollectionDataJobItem(models.Model):
    """One debtor, or one line of a file, of a data job, and what came of it."""

    _name = "collection.data.job.item"
    _description = "Item of a data job"
    _order = "job_id, sequence, id"
    _log_access = False

    job_id = fields.Many2one(
        "collection.data.job", required=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True)
    case_id = fields.Many2one(
        "collection.case",
        string="Debtor",
        ondelete="cascade",
        index="btree_not_null",
        readonly=True,
    )
    currency_id = fields.Many2one(related="case_id.currency_id")
    amount_overdue = fields.Monetary(related="case_id.amount_overdue")
    sequence = fields.Integer(readonly=True)
    state = fields.Selection(
        [
            ("todo", "To do"),
            ("postponed", "To ask again"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        default="todo",
        required=True,
        readonly=True,
    )
    attempts = fields.Integer(
        readonly=True, help="How often a service could not tell about it."
    )
    code = fields.Char(string="Result code", readonly=True)
    result = fields.Char(compute="_compute_result")
    message = fields.Char(readonly=True)

    _todo_idx = models.Index("(job_id, sequence) WHERE state = 'todo'")
    _job_idx = models.Index("(job_id, state, code)")

    # === COMPUTE METHODS === #

    @api.depends("code", "job_id.kind")
    @api.depends_context("lang")
    def _compute_result(self):
        worker = self.env["collection.data.worker"]
        for job, items in self.grouped("job_id").items():
            labels = worker._get_result_labels(job.kind)
            for item in items:
                item.result = labels.get(item.code, item.code)

    # === BUSINESS METHODS === #

    def _done(self, code="", message=""):
        self.write({"state": "done", "code": code, "message": message[:MESSAGE_SIZE]})

    def _failed(self, message="", code="error"):
        self.write({"state": "failed", "code": code, "message": message[:MESSAGE_SIZE]})

    def _postpone(self, message="", code="unanswered"):
        """Ask again about these items later, but not for ever."""
        for item in self:
            item.attempts += 1
            if item.attempts < MOST_ATTEMPTS:
                values = {"message": message[:MESSAGE_SIZE], "code": code}
                item.write({"state": "postponed", **values})
            else:
                item._failed(message, code)
