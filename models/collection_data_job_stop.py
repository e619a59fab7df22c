from odoo import fields, models


class CollectionDataJobStop(models.Model):
    """Somebody's wish that a data job stops: read by the worker between two batches."""

    _name = "collection.data.job.stop"
    _description = "Stop of a data job"

    job_id = fields.Many2one(
        "collection.data.job", required=True, ondelete="cascade", index=True
    )
