import logging

from psycopg2 import OperationalError
from psycopg2.errors import UniqueViolation

from odoo import api, models, modules
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

PROGRESS_NOTIFICATION = "collection_progress"


class CollectionBatch(models.AbstractModel):
    """What long work has in common: batches, their commit, progress, lonely failures.

    The model that inherits this one has a ``company_id``. Each of its records is one
    piece of long work, and the screens that show it follow the bus channel
    ``<model>_<id>``.
    """

    _name = "collection.batch"
    _description = "Work in batches"

    def _in_company(self):
        """Return this work as its company sees it, to log in its language."""
        self.ensure_one()
        lang = self.company_id.partner_id.lang or self.env.lang
        return self.with_company(self.company_id).with_context(lang=lang)

    def _commit_batch(self, processed=0, remaining=None):
        """Commit one batch, tell the screens, and return the seconds left to work.

        ``remaining`` is what the scheduled job has still to do; see ``ir.cron``.
        """
        self._notify_progress()
        if modules.module.current_test:
            self.env.flush_all()
            self.env.cr.precommit.run()
            return float("inf")
        return self.env["ir.cron"]._commit_progress(processed, remaining=remaining)

    def _notify_progress(self):
        # The message says nothing: who may read the record reads it again.
        for record in self:
            self.env["bus.bus"]._sendone(
                f"{self._name}_{record.id}",
                PROGRESS_NOTIFICATION,
                {"model": self._name, "id": record.id},
            )

    @api.model
    def _one_by_one_on_error(self, records, work, give_up, fatal=()):
        """Call ``work`` on all ``records``; on an error, on each alone.

        A record that fails alone is passed to ``give_up(record, reason)``, the others
        go on. Concurrency errors are the caller's: they concern the whole transaction;
        so are those of the classes ``fatal``, and, where the context says that the
        caller begins again (``collection_begins_again``), what another process was
        first to write.
        """
        if self.env.context.get("collection_begins_again"):
            fatal = (*fatal, UniqueViolation)
        try:
            with self.env.cr.savepoint():
                work(records)
                self.env.flush_all()
                return
        except OperationalError:
            raise
        except fatal:
            raise
        except Exception as error:
            self.env.invalidate_all()
            if len(records) == 1:
                _logger.warning("%s could not be carried out", records, exc_info=True)
                give_up(records, self._describe_error(error))
                return
        for record in records:
            self._one_by_one_on_error(record, work, give_up, fatal)

    @api.model
    def _describe_error(self, error):
        if isinstance(error, UserError):
            return str(error)
        return f"{type(error).__name__}: {error}"[:500]
