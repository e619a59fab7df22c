from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError

ONE_DAY = timedelta(days=1)


class CollectionCase(models.Model):
    """The statement of what was due the evening before an opening judgment."""

    _inherit = "collection.case"

    def _find_frozen_statement(self, judgment_date):
        """Return the final statement of the claim before this judgment, if any."""
        self.ensure_one()
        return self.env["collection.claim.statement"].search(
            [
                ("case_id", "=", self.id),
                ("purpose", "=", "insolvency"),
                ("state", "=", "final"),
                ("date_stop", "=", judgment_date - ONE_DAY),
            ],
            order="version desc, id desc",
            limit=1,
        )

    def _freeze_claim(self, judgment_date):
        """Make the final statements of these cases as of the evening before.

        A statement that cannot be made (a rate that lacks) stops nothing else: the case
        says why, and the declaration asks for it again.
        """
        frozen = self._get_frozen_balances(dict.fromkeys(self.ids, judgment_date))
        for case in self:
            try:
                with self.env.cr.savepoint():
                    case._make_frozen_statement(judgment_date, frozen.get(case.id, {}))
            except UserError as error:
                case._message_log(
                    body=self.env._(
                        "The statement of the claim could not be made: %s", error
                    )
                )

    def _make_frozen_statement(self, judgment_date, balances):
        """Return the statement of what was past due on the evening before.

        Credits that are not matched stay out of it: they are declared on their own.

        :param balances: of this case, as :meth:`_get_frozen_balances` gives them
        :return: no statement when nothing was past due
        """
        self.ensure_one()
        day_before = judgment_date - ONE_DAY
        lines = (
            self.env["account.move.line"]
            .browse(
                line_id for line_id, (amount, _same) in balances.items() if amount > 0
            )
            .filtered(lambda line: (line.date_maturity or line.date) <= day_before)
        )
        if not lines:
            return self.env["collection.claim.statement"]
        return self._make_claim_statement(
            day_before, lines=lines, purpose="insolvency", final=True
        )
