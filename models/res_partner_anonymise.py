from odoo import fields, models


class ResPartner(models.Model):
    """Rights of the persons whose data is held: access and erasure."""

    _inherit = "res.partner"

    collection_anonymised_on = fields.Date(
        string="Erased on",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="What collection held on this person was erased on this day.",
    )
    collection_name_kept_until = fields.Date(
        string="Name kept until",
        readonly=True,
        copy=False,
        help="Accounting documents bear this name and address: they are kept, for "
        "accounting only, up to this day, and erased then.",
    )

    def _is_natural_person(self):
        """Return whether this debtor is a person and no company."""
        self.ensure_one()
        return self.collection_debtor_type == "consumer" or not (
            self.is_company or self.collection_debtor_type or self.company_registry
        )

    def action_collection_anonymise(self):
        """Open the wizard that erases the personal data of these contacts."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Erase personal data"),
            "res_model": "collection.anonymise",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_ids": self.ids},
        }
