from odoo import api, fields, models


class ResPartner(models.Model):
    """Who wishes no text messages, and whose number takes none."""

    _inherit = "res.partner"

    collection_sms_opt_out = fields.Boolean(
        string="No text messages",
        copy=False,
        help="This contact has asked for no more text messages about payments.",
    )
    collection_sms_opt_out_on = fields.Date(
        string="No text messages since",
        compute="_compute_collection_sms_opt_out_on",
        store=True,
        copy=False,
    )

    # === COMPUTE METHODS === #

    @api.depends("collection_sms_opt_out")
    def _compute_collection_sms_opt_out_on(self):
        today = self.env.company._get_collection_today()
        for partner in self:
            partner.collection_sms_opt_out_on = partner.collection_sms_opt_out and (
                partner.collection_sms_opt_out_on or today
            )

    # === BUSINESS METHODS === #

    def _note_dead_number(self, reason):
        """Note that nobody has the number of these contacts.

        :param reason: what the provider says, for who looks for another number
        """
        numbered = self.filtered("phone")
        numbered.collection_phone_wrong_on = self.env.company._get_collection_today()
        cases = self.env["collection.case"]._get_of_contacts(numbered)
        cases._ask_for("phone", dict.fromkeys(cases.ids, reason))
