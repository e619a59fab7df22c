from odoo import api, models


class CollectionCase(models.Model):
    """Natural persons who have paid bear no mark of it.

    CNIL, reference document on unpaid debts: off the list within 48 hours of payment.
    The job runs every day; what is past its retention is erased on its own schedule.
    """

    _inherit = "collection.case"

    @api.model
    def _cron_release(self):
        """Lift what was decided against natural persons who owe nothing any more."""
        for company in self.env["res.company"]._iterate_in_cron():
            self._release_paid_persons(company)

    @api.model
    def _release_paid_persons(self, company):
        """Give back their credit to the persons of ``company`` who have paid.

        :return: the cases
        """
        persons = self.search(
            [
                ("company_id", "=", company.id),
                ("partner_id.is_company", "=", False),
                ("amount_due", "<=", 0),
                ("credit_limit", ">", 0),
                ("credit_limit", "<=", company.currency_id.rounding),
            ]
        )
        # The job runs for the house: collectors do not write limits.
        persons.partner_id.sudo().with_company(company).credit_limit = 0
        persons._message_log_batch(
            dict.fromkeys(
                persons.ids,
                self.env._("All is paid: the refusal of credit was lifted."),
            )
        )
        return persons
