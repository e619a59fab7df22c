from odoo import models

from .collection_case_answer import ACTIVITY_TYPE


class MailActivity(models.Model):
    """Who has done the task to read an answer has read it."""

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        cases = self._get_answered_cases()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        cases.filtered("answer_pending").answer_pending = False
        return result

    def _get_answered_cases(self):
        """Return the cases whose answer these tasks ask somebody to read."""
        activity_type = self.env.ref(ACTIVITY_TYPE, raise_if_not_found=False)
        tasks = self.filtered(
            lambda activity: (
                activity.res_model == "collection.case"
                and activity.activity_type_id == activity_type
            )
        )
        # Whoever may close the task has read the answer.
        return self.env["collection.case"].sudo().browse(tasks.mapped("res_id"))
