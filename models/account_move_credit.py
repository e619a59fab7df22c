from odoo import api, models
from odoo.tools import SQL, format_date, formatLang

from ..tools.proceedings import RUNNING


class AccountMove(models.Model):
    """Warns who sells to a risky debtor, in core's banner on invoices and orders."""

    _inherit = "account.move"

    def _build_credit_warning_message(self, record, *args, **kwargs):
        # Limit and debt are those of the document's company, whichever is active.
        record = record.with_company(record.company_id)
        message = super()._build_credit_warning_message(record, *args, **kwargs)
        return "\n".join(filter(None, [message, self._build_risk_warning(record)]))

    @api.model
    def _build_risk_warning(self, record):
        """Return what a seller should know of the debtor of a document, or ``""``.

        By one query. Nothing that explains a score is told.
        """
        company = record.company_id
        debtor = record.partner_id.commercial_partner_id._origin
        levels = company._get_credit_warning_levels()
        if not debtor or not levels:
            return ""
        # Sellers have no access to cases: of what is read here they get a sentence.
        row = self._read_debtor_at_risk(company, debtor, levels)
        return self._word_risk_warning(debtor, company, *row) if row else ""

    @api.model
    def _read_debtor_at_risk(self, company, debtor, levels):
        self.env["collection.case"].flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT c.risk_level, c.amount_overdue_net, c.overdue_since,
                          c.proceeding, record.proceeding_since, c.credit_advice
                     FROM collection_case c
                LEFT JOIN collection_registry_record record
                       ON record.id = c.registry_record_id
                    WHERE c.partner_id = %s AND c.company_id = %s
                      AND c.risk_level = ANY(%s)""",
                debtor.id,
                company.id,
                levels,
            )
        )
        return self.env.cr.fetchone()

    @api.model
    def _word_risk_warning(
        self, debtor, company, level, overdue, overdue_since, proceeding, since, advice
    ):
        sentences = [self._word_risk_level(level, debtor)]
        currency = company.currency_id
        if overdue_since and currency.compare_amounts(overdue or 0, 0) > 0:
            sentences.append(
                self.env._(
                    "Overdue: %(amount)s, since %(date)s.",
                    amount=formatLang(self.env, float(overdue), currency_obj=currency),
                    date=format_date(self.env, overdue_since),
                )
            )
        if proceeding in RUNNING:
            sentences.append(self._word_proceeding(proceeding, since))
        if advice in ("prepay", "shorten"):
            sentences.append(self._word_credit_advice(advice))
        return "\n".join(sentences)

    @api.model
    def _word_risk_level(self, level, debtor):
        sentences = {
            "low": self.env._("%s is a debtor at low risk."),
            "medium": self.env._("%s is a debtor at medium risk."),
            "high": self.env._("%s is a debtor at high risk."),
            "critical": self.env._("%s is a debtor at critical risk."),
        }
        return sentences[level] % debtor.name

    @api.model
    def _word_proceeding(self, proceeding, since):
        case_model = self.env["collection.case"]
        code = f"proceeding_{proceeding}"
        facts = {"judged_on": since} if since else {"wording": f"{code}_undated"}
        return self.env._(
            "Official announcements: %s.",
            case_model._word_risk_factor(
                code, facts, case_model._get_proceeding_sentences()
            ),
        )

    @api.model
    def _word_credit_advice(self, advice):
        if advice == "prepay":
            return self.env._("Advice: payment before delivery.")
        return self.env._("Advice: a shorter payment term.")
