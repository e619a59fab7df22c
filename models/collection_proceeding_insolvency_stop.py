from odoo import models


class CollectionProceeding(models.Model):
    """What was asked of a court ends when the debtor's proceedings open."""

    _inherit = "collection.proceeding"

    def _stop_for_insolvency(self, event):
        """Close what is asked of a court when its debtor's proceedings open.

        What has been filed is closed with a task: the court has to be told.
        """
        for proceeding in self:
            is_filed = bool(proceeding.date_filed)
            if not proceeding._close_for_insolvency(is_filed):
                continue
            note = self.env._(
                "%(judgment)s: individual actions stop (Code de commerce, L622-21). "
                "The claim is declared instead.",
                judgment=event.name,
            )
            proceeding._message_log(body=note)
            if is_filed:
                proceeding._ask_to_tell_the_court(note)

    def _close_for_insolvency(self, is_filed):
        """Move to the end that this kind has; return whether it was still open."""
        self.ensure_one()
        targets = self._get_moves().get(self.state, set())
        target = "closed" if is_filed and "closed" in targets else "cancelled"
        if target not in targets:
            return False
        self._update_state(target)
        return True

    def _ask_to_tell_the_court(self, note):
        self.ensure_one()
        self.env["mail.activity"].create(
            self.case_id._prepare_watch_activity(
                summary=self.env._("Tell the court: %s", self.display_name),
                note=note,
                date_deadline=self.company_id._get_collection_today(),
                user=self.case_id._get_watch_user(),
            )
        )
