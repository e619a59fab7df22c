from markupsafe import Markup

from odoo import api, models
from odoo.tools import plaintext2html

OWN_MODELS = "collection."


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [self._escape_collection_note(vals) for vals in vals_list]
        )

    @api.model
    def _escape_collection_note(self, vals):
        """Have text that a program gives as the note of a task stay text.

        It often holds words of a debtor; what is meant as markup is ``Markup``. Notes
        that people write come from the editor and are not ``automated``.
        """
        note = vals.get("note")
        if not vals.get("automated") or not note or isinstance(note, Markup):
            return vals
        model = vals.get("res_model") or (
            self.env["ir.model"].sudo().browse(vals.get("res_model_id")).model
        )
        if not (model or "").startswith(OWN_MODELS):
            return vals
        return {**vals, "note": plaintext2html(note)}

    def _action_done(self, feedback=False, attachment_ids=None):
        actions = self._get_open_collection_actions()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        actions._update_state("done", outcome="done", outcome_note=feedback)
        actions.case_id._request_review()
        return result

    def unlink(self):
        actions = self._get_open_collection_actions()
        result = super().unlink()
        if actions:
            actions._cancel(outcome="skipped")
        return result

    def _get_open_collection_actions(self):
        # Whoever may close the activity closes the action that it stands for.
        actions_sudo = self.env["collection.action"].sudo()
        if not self:
            return actions_sudo
        return actions_sudo.search(
            [("activity_id", "in", self.ids), ("state", "=", "todo")]
        )
