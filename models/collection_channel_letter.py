from odoo import api, models


class CollectionChannelLetter(models.AbstractModel):
    """Letter by ordinary post: a PDF to print, put in an envelope and post."""

    _name = "collection.channel.letter"
    _description = "Collection by letter"
    _inherit = ["collection.channel"]

    _rank = 20
    _needs_text = True

    @api.model
    def _get_label(self):
        return self.env._("Letter")

    @api.model
    def _get_problem(self, contact, case):
        missing = [
            label
            for value, label in (
                (contact.street, self.env._("street")),
                (contact.zip, self.env._("postcode")),
                (contact.city, self.env._("town")),
            )
            if not (value or "").strip()
        ]
        if missing:
            return self.env._("no complete address (%s missing)", ", ".join(missing))
        return contact._get_returned_letter_problem()

    @api.model
    def _get_address(self, contact):
        return ", ".join(
            filter(None, map(str.strip, contact._display_address().splitlines()))
        )

    @api.model
    def _deliver(self, actions):
        actions._freeze_texts()
        actions._make_attachments()
        actions._update_state("todo")
