from odoo import api, fields, models

MODULE = "l10n_fr_debt_collection."


class CollectionCase(models.Model):
    """The tasks to find another way to reach a debtor."""

    _inherit = "collection.case"

    @api.model
    def _get_of_contacts(self, contacts):
        """Return the cases, of all companies, of the debtors of these contacts."""
        # An address that is wrong is wrong for every company that writes to it.
        return self.sudo().search(
            [("partner_id", "in", contacts.commercial_partner_id.ids)]
        )

    def _ask_for(self, what, notes):
        """Give the collector of each case one task to find this, unless he has it.

        A case on which nothing is owed gets none: there is nobody to reach.

        :param what: ``email``, ``address`` or ``phone``
        :param notes: ``{case id: what happened}``
        """
        activity_type = self.env.ref(f"{MODULE}activity_type_find_{what}")
        owing = self.filtered(lambda case: case.amount_overdue or case.amount_not_due)
        # Whoever notices gives the task to the collector, who may be a colleague.
        Activity = self.env["mail.activity"].sudo()
        asked = Activity.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", owing.ids),
                ("activity_type_id", "=", activity_type.id),
            ]
        )
        model_id = self.env["ir.model"]._get_id(self._name)
        Activity.with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": case.id,
                    "activity_type_id": activity_type.id,
                    "user_id": case._get_collector().id,
                    "date_deadline": fields.Date.context_today(case),
                    "note": notes[case.id],
                    "automated": True,
                }
                for case in owing
                if case.id not in asked.mapped("res_id")
            ]
        )
