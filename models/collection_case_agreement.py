from odoo import models
from odoo.exceptions import UserError


class CollectionCase(models.Model):
    """What promises and disputes have in common on a case."""

    _inherit = "collection.case"

    def _review(self):
        # What was agreed decides on holds and states, so it is judged first.
        self._judge_agreements()
        return super()._review()

    def _judge_agreements(self):
        """Judge what was agreed on these cases by what has come in since. Hook."""

    def _get_open_debts(self):
        """Return the open debts of the cases, the oldest first."""
        lines = self.env["account.move.line"].search(
            self._get_open_line_domain(), order="date_maturity, date, id"
        )
        return lines.filtered(lambda line: line.amount_residual > 0)

    def _check_debts(self, lines):
        """Raise unless ``lines`` are open debts of this case, at least one."""
        self.ensure_one()
        if not lines:
            raise UserError(
                self.env._(
                    "Nothing is open for %s: refresh the screen.", self.display_name
                )
            )
        strangers = lines - self._get_open_debts()
        if strangers:
            raise UserError(
                self.env._(
                    "%(item)s is no open debt of %(debtor)s: leave it out.",
                    item=strangers[0].display_name,
                    debtor=self.display_name,
                )
            )

    def _in_house(self):
        """Return this case in the language of those who work it, whoever acts."""
        self.ensure_one()
        lang = self.company_id._get_house_lang()
        return self.with_company(self.company_id).with_context(lang=lang)

    def _sum_open(self, lines):
        """Return what is open of ``lines``, in company currency."""
        return self.currency_id.round(sum(lines.mapped("amount_residual")))

    def _prepare_agreement_task(self, activity_type, summary, note, user, day=None):
        """Return the values of a task on this case for ``user``."""
        self.ensure_one()
        return {
            "activity_type_id": self.env["ir.model.data"]._xmlid_to_res_id(
                f"l10n_fr_debt_collection.{activity_type}"
            ),
            "automated": True,
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "summary": summary,
            "note": note,
            "date_deadline": day or self.company_id._get_collection_today(),
            "user_id": user.id,
        }
