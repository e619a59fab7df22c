from odoo import fields, models

from .collection_hold import STANDING_DAYS
from .collection_proceeding import ENDED_STATES


class CollectionProceeding(models.Model):
    """What filing stops: the reminders of the case, or of the items it is about."""

    _inherit = "collection.proceeding"

    hold_id = fields.Many2one(
        "collection.hold",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def _update_state(self, target, **values):
        moved = super()._update_state(target, **values)
        if target in ENDED_STATES:
            moved.hold_id.filtered("is_active")._release()
            moved.filtered("date_filed")._leave_court(is_paid=target == "settled")
        return moved

    def _leave_court(self, is_paid):
        """Have reminders go on by themselves once paid, else ask what follows."""
        cases = self.case_id.filtered(
            lambda case: case.state == "legal" and not case._get_filed_proceedings()
        )
        if not cases:
            return
        if is_paid:
            cases.action_resume()
            return
        self.env["mail.activity"].create(
            [
                case._prepare_watch_activity(
                    self.env._("What follows the proceeding?"),
                    self.env._(
                        "The proceeding has ended and nothing is sent any more. Ask "
                        "again, choose another way, or resume the reminders."
                    ),
                    case.company_id._get_collection_today(),
                )
                for case in cases
            ]
        )

    def _stop_reminders(self):
        """Leave the debtor alone, or only the items when others remain to be paid."""
        for proceeding in self:
            if proceeding._is_about_everything():
                proceeding.case_id._update_state("legal")
            else:
                proceeding._hold_items()

    def _is_about_everything(self):
        """Is nothing that has fallen due left out of this proceeding?"""
        self.ensure_one()
        return not self.line_ids or not (
            self.case_id._get_lines_to_claim() - self.line_ids
        )

    def _hold_items(self):
        self.ensure_one()
        today = self.company_id._get_collection_today()
        self.hold_id = self.env["collection.hold"].create(
            {
                "case_id": self.case_id.id,
                "line_ids": [fields.Command.set(self.line_ids.ids)],
                "reason": "legal",
                "name": f"{self.name} {self._get_name_of_kind()}",
                "date_from": today,
                "date_to": fields.Date.add(today, days=STANDING_DAYS),
                "user_id": self.user_id.id or self.env.uid,
                "res_model": self._name,
                "res_id": self.id,
            }
        )
