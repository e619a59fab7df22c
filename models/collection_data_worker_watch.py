from datetime import timedelta

from odoo import api, fields, models

BODACC = "bodacc"
# Announcements may be loaded late: the last days are read again.
OVERLAP = timedelta(days=7)
# After a longer pause the past of each debtor is read instead of the window.
LONGEST_WINDOW = timedelta(days=60)
HISTORY_LOT = 200


class CollectionDataWorkerWatch(models.AbstractModel):
    """Watch the official announcements about the debtors of all companies.

    One window of announcements is read whole and compared with all SIRENs in memory:
    its cost does not depend on the number of debtors. Only what concerns one of them is
    read in full. The past of new debtors is read by SIREN.
    """

    _name = "collection.data.worker.watch"
    _description = "Watch of official announcements"
    _inherit = ["collection.data.worker"]

    _rank = 20

    @api.model
    def _get_label(self):
        return self.env._("Watch announcements")

    @api.model
    def _get_codes(self):
        event = self.env["collection.registry.event"]
        return dict(event._fields["code"]._description_selection(self.env)) | {
            "malformed": self.env._("Announcement not understood")
        }

    @api.model
    def _fill(self, job):
        """Debtors are not gone through one by one."""

    @api.model
    def _run(self, job):
        """Read what is new, then the past of new debtors."""
        watch = self.env["collection.registry.watch"]._lock(BODACC)
        if not watch:
            # Another job is reading them.
            return
        service = self.env["collection.registry.service"]
        processed = str(service._call(BODACC, "last_processed"))
        client = service._get(BODACC)._client()
        if processed != watch.data_processed:
            self._read_new(job, watch, client, processed)
        yield 1, 1 + self.env["collection.case"]._count_unwatched_sirens()
        yield from self._read_past(job, client)

    # === WINDOW === #

    @api.model
    def _read_new(self, job, watch, client, processed):
        """Read what was published since the last time; keep how far in one go."""
        today = fields.Date.context_today(self)
        if not watch.read_until or watch.read_until < today - LONGEST_WINDOW:
            self.env["collection.case"]._forget_watched()
            watch._note_read(today, processed)
            return
        hits, read_until = self._read_window(client, watch.read_until - OVERLAP)
        known = self.env["collection.registry.event"]._get_known(hits)
        unknown = hits.difference(notice_id for _case, notice_id in known)
        self._record(job, client, "notices", sorted(unknown))
        watch._note_read(read_until, processed)

    @api.model
    def _read_window(self, client, since):
        """Return the ids of the announcements about a debtor, and the last day read."""
        watched = self.env["collection.case"]._get_watched_sirens()
        hits, read_until = set(), since
        for notice in self._ask(client, "window", since):
            read_until = max(read_until, notice.published_on)
            if not watched.isdisjoint(notice.sirens):
                hits.add(notice.id)
        return hits, read_until

    # === PAST === #

    @api.model
    def _read_past(self, job, client):
        """Read the past of the debtors it was not read of, lot by lot."""
        cases = self.env["collection.case"]
        done = 1
        while sirens := cases._get_unwatched_sirens(HISTORY_LOT):
            self._record(job, client, "history", sirens)
            cases._note_watched(sirens)
            done += len(sirens)
            yield done, done + cases._count_unwatched_sirens()

    # === RESULTS === #

    @api.model
    def _ask(self, client, method, *args):
        """Yield the answers of the bulletin; its failures are booked."""
        with self.env["collection.registry.service"]._get(BODACC)._booked():
            yield from getattr(client, method)(*args)

    @api.model
    def _record(self, job, client, method, keys):
        """Keep the announcements asked for; the report of the job tells which."""
        notices = list(self._ask(client, method, keys)) if keys else []
        events = self.env["collection.registry.event"]._record(notices)
        self.env["collection.data.job.item"].create(
            [self._prepare_item(job, event) for event in events]
            + [self._prepare_failure(job, *skipped) for skipped in client.skipped]
        )
        client.skipped.clear()

    @api.model
    def _prepare_item(self, job, event):
        return {
            "job_id": job.id,
            "company_id": event.company_id.id,
            "case_id": event.case_id.id,
            "state": "done",
            "code": event.code,
            "message": event.name,
        }

    @api.model
    def _prepare_failure(self, job, notice_id, reason):
        return {
            "job_id": job.id,
            "company_id": job.company_id.id,
            "state": "failed",
            "code": "malformed",
            "message": f"{notice_id or '?'}: {reason}",
        }

    # === CRONS === #

    @api.model
    def _cron_watch(self):
        """Read the announcements of the day, for the debtors of all companies."""
        self.env["collection.data.job"]._start("watch", self.env.company)
