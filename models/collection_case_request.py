from odoo import fields, models

from ..tools import planning


class CollectionCase(models.Model):
    """What is to come next on a case because somebody or something has decided so."""

    _inherit = "collection.case"

    requested_step_id = fields.Many2one(
        "collection.step",
        string="Next by decision",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Comes before the steps of the scenario: a broken promise, the reason for "
        "a delay or a person asked for it.",
    )
    requested_date = fields.Date(string="Not before", readonly=True)
    requested_reason = fields.Char(string="Asked for because", readonly=True)

    # === ACTION METHODS === #

    def action_release_request(self):
        """Give up what had been decided: the scenario goes on by itself."""
        self._clear_request()
        self._review()
        return True

    # === BUSINESS METHODS === #

    def _request_step(self, step, date=None, reason=""):
        """Make ``step`` the next thing that happens on these cases.

        :param date: not before this day, today if empty
        :param reason: why, shown on the case and in its history
        """
        for company, cases in self.grouped("company_id").items():
            # Who notes a broken promise may be no collector.
            cases.sudo().write(
                {
                    "requested_step_id": step.id,
                    "requested_date": date or company._get_collection_today(),
                    "requested_reason": reason,
                }
            )
        self._message_log_batch(
            {
                case.id: self.env._(
                    "Next: %(step)s. %(reason)s", step=step.name, reason=reason or ""
                )
                for case in self
            }
        )
        self._request_review()

    def _clear_request(self):
        self.filtered("requested_step_id").sudo().write(
            {
                "requested_step_id": False,
                "requested_date": False,
                "requested_reason": False,
            }
        )

    def _get_requests(self):
        """Return ``{case id: planning.Request}`` of the cases that have one."""
        return {
            case.id: planning.Request(
                step=case.requested_step_id._to_plan(),
                day=case.requested_date or case.company_id._get_collection_today(),
                reason=case.requested_reason or "",
            )
            for case in self
            if case.requested_step_id.active
        }
