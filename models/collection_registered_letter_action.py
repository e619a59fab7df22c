from odoo import api, fields, models

from ..tools import letter_reference


class CollectionAction(models.Model):
    """An action that is a registered letter: its document, and where it is."""

    _inherit = "collection.action"

    registered_letter_ids = fields.One2many(
        "collection.registered.letter",
        "action_id",
        string="Registered letter",
        readonly=True,
    )

    # === COMPUTE METHODS === #

    @api.depends("channel")
    def _compute_letter_reference(self):
        registered = self.filtered(lambda action: action._is_registered())
        for action in registered:
            number = action._origin.id
            action.letter_reference = number and letter_reference.make(number)
        return super(CollectionAction, self - registered)._compute_letter_reference()

    # === ACTION METHODS === #

    def action_mark_posted(self):
        """Note that these letters have been put in the post today."""
        waiting = self.filtered(
            lambda action: action._is_registered() and action.state == "todo"
        )
        for company, actions in waiting.grouped("company_id").items():
            actions.registered_letter_ids._note_posted(company._get_collection_today())
        return super(CollectionAction, self - waiting).action_mark_posted()

    def action_open_registered_letter(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "collection.registered.letter",
            "res_id": self.registered_letter_ids.id,
            "views": [[False, "form"]],
        }

    # === BUSINESS METHODS === #

    def _is_registered(self):
        """Return whether this action is a registered letter, of whatever kind."""
        self.ensure_one()
        channels = self.env["collection.channel"]
        return bool(self.channel) and channels._get(self.channel)._is_registered

    def _cancel(self, reason=False, outcome=False):
        """Cancel letters with their actions, but for those that may have left.

        The provider has them, and has not said yet whether it posts them.
        """
        in_doubt = self.filtered(
            lambda action: any(
                action.registered_letter_ids.mapped("provider_reference")
            )
        )
        cancelled = super(CollectionAction, self - in_doubt)._cancel(
            reason=reason, outcome=outcome
        )
        cancelled.registered_letter_ids.filtered(
            lambda letter: letter.state == "to_post"
        )._update_state("cancelled", problem=reason)
        return cancelled

    def _note_returned(self, reason, date):
        result = super()._note_returned(reason, date)
        self.registered_letter_ids._note_return(reason, date)
        return result

    # === DOCUMENTS === #

    def _make_attachments(self):
        """Make the letter before its enclosures."""
        registered = self.filtered(lambda action: action._is_registered())
        letters = self._store_documents(registered._render_registered_letters())
        ids_by_action = super()._make_attachments()
        for action_id, ids in letters.items():
            ids_by_action[action_id] = [*ids, *ids_by_action[action_id]]
        return ids_by_action

    def _render_registered_letters(self):
        """Return ``{action id: [(name, content)]}``: letters and what belongs to them.

        Hook.
        """
        pdfs = self.env["collection.pdf"]._render(self._letter_report(), self)
        return {
            action.id: [(action._get_letter_name(), pdfs[action.id])] for action in self
        }

    def _get_letter_name(self):
        self.ensure_one()
        name = self.env._(
            "Registered letter %(debtor)s %(date)s.pdf",
            debtor=self.partner_id.name,
            date=self.date,
        )
        return name.replace("/", "-")

    def _get_letter_attachments(self):
        registered = self.filtered(lambda action: action._is_registered())
        return (
            super(CollectionAction, self - registered)._get_letter_attachments()
            | registered._get_postal_documents()
        )

    def _get_postal_documents(self):
        """Return what is in the envelope, in the order of printing."""
        return self.attachment_ids.filtered(
            lambda attachment: attachment.mimetype == "application/pdf"
        ).sorted("id")

    def _remake_letter(self):
        """Write these letters anew from what is due now, enclosures included."""
        self.attachment_ids.unlink()
        for action in self.filtered(lambda action: not action.is_text_edited):
            action.with_context(collection_freezing=True).write(
                {"subject": False, "body": False}
            )
        self._freeze_texts()
        self._make_attachments()
