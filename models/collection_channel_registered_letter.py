from odoo import api, models


class CollectionChannelRegisteredLetter(models.AbstractModel):
    """Registered letter with acknowledgement of receipt: by hand or by a provider.

    What becomes of the letter is kept apart, in ``collection.registered.letter``.
    """

    _name = "collection.channel.registered_letter"
    _description = "Collection by registered letter"
    _inherit = ["collection.channel.letter"]

    _rank = 25
    _is_registered = True

    @api.model
    def _get_label(self):
        return self.env._("Registered letter")

    @api.model
    def _deliver(self, actions):
        result = super()._deliver(actions)
        self.env["collection.registered.letter"]._make(actions)
        return result
