from odoo import api, fields, models


class CollectionRegistryWatch(models.Model):
    """How far the announcements of a bulletin have been read: one row per bulletin.

    The row is locked while announcements are read, and written in the transaction that
    keeps them: whatever interrupts the reading, the next one begins where it was.
    """

    _name = "collection.registry.watch"
    _description = "Reading of announcements"
    _rec_name = "code"

    code = fields.Char(required=True, readonly=True)
    read_until = fields.Date(
        readonly=True, help="Last day of publication whose announcements were read."
    )
    data_processed = fields.Char(
        readonly=True, help="The bulletin's own mark of its last update when it was."
    )
    last_read_at = fields.Datetime(readonly=True)

    _code_uniq = models.Constraint("UNIQUE(code)", "There is one entry per bulletin.")

    @api.model
    def _lock(self, code):
        """Return the locked row of a bulletin, empty while another worker has it."""
        watch = self.search([("code", "=", code)]) or self.create({"code": code})
        return watch.try_lock_for_update()

    def _note_read(self, read_until, data_processed):
        """Keep how far announcements have been read, never less far than before."""
        self.ensure_one()
        days = filter(None, (self.read_until, read_until))
        self.write(
            {
                "read_until": max(days, default=False),
                "data_processed": data_processed,
                "last_read_at": fields.Datetime.now(),
            }
        )
