from odoo import api, models

# More files than a person waits for.
FILES_AT_ONCE = 5
FILE_BATCH = 20


class CollectionHandover(models.Model):
    """Makes the file of a case for its provider: at once, or for many by a job."""

    _inherit = "collection.handover"

    # === ACTION METHODS === #

    def action_make_package(self):
        """Make the file for the provider again, of what the case holds now."""
        self._make_packages()
        return True

    def action_download(self):
        """Download the last file that was made for the provider."""
        self.ensure_one()
        package = self.package_ids[:1] or self._make_packages()
        return package.action_download()

    # === CRONS === #

    @api.model
    def _cron_make_packages(self):
        """Make the files that wait, a few at a time."""
        cron = self.env["ir.cron"]
        domain = [("package_pending", "=", True)]
        cron._commit_progress(remaining=self.search_count(domain))
        while handovers := self.search(domain, order="id", limit=FILE_BATCH):
            locked = handovers.try_lock_for_update().filtered("package_pending")
            self.env["collection.batch"]._one_by_one_on_error(
                locked, type(locked)._make_packages, type(locked)._give_up_package
            )
            if not cron._commit_progress(len(handovers)) or not locked:
                break

    # === BUSINESS METHODS === #

    def _request_packages(self):
        """Have the files of these cases made: now if they are few, else by the job."""
        if len(self) <= FILES_AT_ONCE:
            self._make_packages()
            return
        self.package_pending = True
        cron = self.env.ref("l10n_fr_debt_collection.ir_cron_make_packages")
        # Whoever hands cases over may not see the scheduled jobs.
        cron.sudo()._trigger()

    def _give_up_package(self, reason):
        """Note that a file cannot be made; a person tries again."""
        self.package_pending = False
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("The file could not be made"),
            note=reason,
            user_id=(self.user_id or self.case_id._get_watch_user()).id,
        )

    def _make_packages(self):
        """Make and keep the file of each of these cases for its provider."""
        statements = self.statement_id
        statements.filtered(lambda one: not one.attachment_ids)._attach()
        self.package_pending = False
        return self.env["collection.handover.package"]._make(
            [handover._prepare_package() for handover in self]
        )

    def _prepare_package(self):
        """Return the values of a file for the provider, and its content."""
        self.ensure_one()
        files = self.case_id._get_package_files(
            self.statement_id, self.line_ids, exhibits=self._get_package_exhibits()
        )
        values = {
            "handover_id": self.id,
            "file_names": "\n".join(path for path, _content in files),
        }
        return values, self.case_id._build_package(files)

    def _get_package_exhibits(self):
        """Return ``[(name, content)]`` of what proves the claim. Hook."""
        self.ensure_one()
        proofs = self.case_id._get_last_notice()._get_proofs()
        agreements = self.case_id.plan_ids.agreement_id
        return [(attachment.name, attachment.raw) for attachment in proofs | agreements]
