from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..tools.postal import tracking


class CollectionPosting(models.TransientModel):
    """Posts a pile of registered letters: each number scanned goes to the next one.

    Letters without a number, or with one that cannot be right, stay to be mended.
    """

    _name = "collection.posting"
    _description = "Posting of registered letters"

    scan = fields.Char(help="Scan the bar code of the next letter, or type its number.")
    date = fields.Date(
        string="Posted on",
        required=True,
        default=lambda self: self.env.company._get_collection_today(),
    )
    line_ids = fields.One2many("collection.posting.line", "wizard_id")
    line_count = fields.Integer(compute="_compute_counts")
    ready_count = fields.Integer(string="Ready", compute="_compute_counts")

    # === COMPUTE METHODS === #

    @api.depends("line_ids.problem")
    def _compute_counts(self):
        for wizard in self:
            wizard.line_count = len(wizard.line_ids)
            wizard.ready_count = len(wizard._get_ready())

    @api.onchange("scan")
    def _onchange_scan(self):
        if not self.scan:
            return
        known = set(self.line_ids.mapped("tracking_number"))
        empty = iter(self.line_ids.filtered(lambda line: not line.tracking_number))
        for number in tracking.split(self.scan):
            line = next(empty, None) if number not in known else None
            if line:
                line.tracking_number = number
        self.scan = False

    # === ACTION METHODS === #

    def action_print(self):
        """Download the letters, in the order in which their numbers are scanned."""
        self.ensure_one()
        return self.line_ids.letter_id.action_print()

    def action_confirm(self):
        """Note the letters with a number as posted; the others stay to be mended."""
        self.ensure_one()
        ready = self._get_ready()
        if not ready:
            raise UserError(
                self.env._("There is no letter to post: scan their numbers first.")
            )
        if self.date > self.env.company._get_collection_today():
            raise UserError(self.env._("No letter can have been posted after today."))
        for line in ready:
            line.letter_id.tracking_number = line.tracking_number
        ready.letter_id._note_posted(self.date)
        count = len(ready)
        ready.unlink()
        return self._reopen() if self.line_ids else self._tell_done(count)

    # === BUSINESS METHODS === #

    def _get_ready(self):
        return self.line_ids.filtered(
            lambda line: line.tracking_number and not line.problem
        )

    @api.model
    def _open_for(self, letters):
        """Return the window with those of these letters that wait to be posted."""
        waiting = letters.filtered(
            lambda letter: letter.state == "to_post" and letter.is_by_hand
        )
        if not waiting:
            raise UserError(
                self.env._(
                    "None of the chosen letters waits to be posted by hand: choose "
                    "letters in the state “To post”."
                )
            )
        wizard = self.create(
            {
                "line_ids": [
                    Command.create({"letter_id": letter.id})
                    for letter in waiting.sorted("id")
                ]
            }
        )
        return wizard._reopen()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Post registered letters"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _tell_done(self, count):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s registered letters posted.", count),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
