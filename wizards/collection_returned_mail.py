from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..tools import letter_reference


class CollectionReturnedMail(models.TransientModel):
    """Notes a pile of letters that the post returned: scan, or choose by hand.

    A bar code reader types one reference after the other, each with Enter; each adds a
    line. A reference that is unknown says so on its line and holds up no other.
    """

    _name = "collection.returned.mail"
    _description = "Returned mail"

    scan = fields.Char(help="Scan the bar code of the letter, or type its reference.")
    date = fields.Date(
        string="Returned on",
        required=True,
        default=lambda self: self.env.company._get_collection_today(),
    )
    reason = fields.Selection(
        selection=lambda self: self.env["collection.returned.mail.line"]._get_reasons(),
        required=True,
        default="npai",
        help="Of the letters scanned from now on. It can be changed line by line.",
    )
    line_ids = fields.One2many("collection.returned.mail.line", "wizard_id")
    line_count = fields.Integer(compute="_compute_counts")
    problem_count = fields.Integer(compute="_compute_counts")

    # === COMPUTE METHODS === #

    @api.depends("line_ids.problem")
    def _compute_counts(self):
        for wizard in self:
            wizard.line_count = len(wizard.line_ids)
            wizard.problem_count = len(wizard.line_ids.filtered("problem"))

    @api.onchange("scan")
    def _onchange_scan(self):
        if not self.scan:
            return
        known = set(self.line_ids.mapped("reference"))
        self.line_ids = [
            Command.create({"reference": reference, "reason": self.reason})
            for reference in letter_reference.split(self.scan)
            if reference not in known
        ]
        self.scan = False

    # === ACTION METHODS === #

    def action_confirm(self):
        """Note all letters that are known; those that are not stay to be mended."""
        self.ensure_one()
        known = self.line_ids.filtered(lambda line: not line.problem)
        if not known:
            raise UserError(
                self.env._("There is no letter to note: scan one or choose it by hand.")
            )
        if self.date > self.env.company._get_collection_today():
            raise UserError(self.env._("No letter has come back after today yet."))
        for reason, lines in known.grouped("reason").items():
            lines.action_id._note_returned(reason, self.date)
            loose = lines.filtered(lambda line: not line.action_id)
            loose.partner_id._note_loose_return(reason, self.date)
        count = len(known)
        known.unlink()
        return self._reopen() if self.line_ids else self._tell_done(count)

    # === BUSINESS METHODS === #

    @api.model
    def _open_for(self, actions):
        """Return the window with these letters in it."""
        return self._get_window(
            {"default_line_ids": [Command.create({"action_id": a.id}) for a in actions]}
        )

    @api.model
    def _get_window(self, context):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Returned mail"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": context,
        }

    def _reopen(self):
        return self._get_window({}) | {"res_id": self.id}

    def _tell_done(self, count):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s returned letters noted.", count),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
