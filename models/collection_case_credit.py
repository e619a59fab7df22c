from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, format_date, formatLang

from .collection_observatory import MANAGER


class CollectionCase(models.Model):
    """How much credit the debtor has, should have, and what was decided about it."""

    _inherit = "collection.case"

    credit_limit = fields.Monetary(
        readonly=True,
        help="The limit that invoices and orders of this company are held against. "
        "0: no limit. The smallest amount of the currency stands for no credit at all.",
    )
    credit_proposed = fields.Monetary(
        string="Proposed limit",
        readonly=True,
        help="From what the debtor buys, how it pays and its risk; 0: no credit.",
    )
    credit_difference = fields.Monetary(
        string="Difference",
        readonly=True,
        help="The proposed limit less the limit; 0 without a limit.",
    )
    credit_advice = fields.Selection(
        [
            ("keep", "Keep the term"),
            ("extend", "Longer term possible"),
            ("shorten", "Shorter term"),
            ("prepay", "Payment before delivery"),
        ],
        string="Payment term advice",
        readonly=True,
    )
    credit_facts = fields.Json(readonly=True)
    credit_note = fields.Text(
        string="Reasons of the proposal", compute="_compute_credit_note"
    )
    credit_review = fields.Selection(
        [
            ("none", "Nothing to decide"),
            ("to_review", "To review"),
            ("accepted", "Limit accepted"),
            ("refused", "Limit refused"),
        ],
        string="Credit review",
        default="none",
        readonly=True,
        index=True,
        help="To review: the proposal differs from the limit. Refused: it stays so "
        "until the proposal changes.",
    )
    credit_decided = fields.Monetary(
        string="Proposal decided about",
        readonly=True,
        help="The proposal that was accepted or refused last.",
    )
    credit_reviewed_on = fields.Date(string="Limit reviewed on", readonly=True)
    credit_reviewed_by_id = fields.Many2one(
        "res.users", string="Limit reviewed by", readonly=True
    )

    # === COMPUTE METHODS === #

    @api.depends("credit_facts")
    @api.depends_context("lang")
    def _compute_credit_note(self):
        sentences = self._get_credit_sentences()
        for case in self:
            case.credit_note = "\n".join(
                case._word_credit_fact(code, facts, sentences)
                for code, facts in case.credit_facts or []
            )

    def _word_credit_fact(self, code, facts, sentences):
        """Return the sentence of a fact of the proposal."""
        self.ensure_one()
        shown = {
            name: self._show_credit_fact(name, value) for name, value in facts.items()
        }
        wording = facts.get("wording")
        if wording:
            # The words in which the risk speaks of proceedings and of the register.
            shown["reason"] = self._word_risk_factor(
                wording, facts, self._get_risk_sentences()
            )
        return sentences.get(code, code) % shown

    def _show_credit_fact(self, name, value):
        if name.endswith("_amount"):
            return formatLang(self.env, value, currency_obj=self.currency_id)
        if name.endswith("_on"):
            return format_date(self.env, value)
        return value

    @api.model
    def _get_credit_sentences(self):
        return self._get_limit_sentences() | self._get_term_sentences()

    @api.model
    def _get_limit_sentences(self):
        return {
            "sales": self.env._(
                "%(sales_amount)s invoiced in 12 months, paid on credit of %(days)s "
                "days."
            ),
            "late_days": self.env._(
                "Pays in %(days)s days: that much lateness is not financed."
            ),
            "peak": self.env._(
                "The busiest month counts for %(percent)s %% of an average one."
            ),
            "need": self.env._("That is a need of %(need_amount)s."),
            "largest": self.env._(
                "The need is at least the largest invoice paid, %(paid_amount)s."
            ),
            "starter": self.env._(
                "Little payment history (payments in 12 months: %(count)s): starter "
                "limit of %(starter_amount)s."
            ),
            "rate_low": self.env._("Low risk: %(percent)s %% of it."),
            "rate_medium": self.env._("Medium risk: %(percent)s %% of it."),
            "rate_high": self.env._("High risk: %(percent)s %% of it."),
            "rate_critical": self.env._("Critical risk: %(percent)s %% of it."),
            "refuse_low": self.env._("Low risk: no credit."),
            "refuse_medium": self.env._("Medium risk: no credit."),
            "refuse_high": self.env._("High risk: no credit."),
            "refuse_critical": self.env._("Critical risk: no credit."),
            "lowest": self.env._("Raised to the lowest limit, %(limit_amount)s."),
            "highest": self.env._("Cut to the highest limit, %(limit_amount)s."),
            "no_credit": self.env._("No credit: %(reason)s."),
            "owed": self.env._("Owes more than the proposed limit: %(owed_amount)s."),
        }

    @api.model
    def _get_term_sentences(self):
        return {
            "keep": self.env._("Nothing calls for another payment term."),
            "keep_public": self.env._(
                "Public bodies pay after delivery, on terms fixed by law."
            ),
            "keep_short": self.env._(
                "The payment term of %(term)s days is short already."
            ),
            "extend": self.env._(
                "Pays on time at low risk: its term of %(term)s days may be extended, "
                "up to %(days)s days."
            ),
            "shorten_risk": self.env._(
                "Shorten the payment term of %(term)s days: the risk is high."
            ),
            "shorten_abnormal": self.env._(
                "Shorten the payment term of %(term)s days: pays unlike before."
            ),
            "shorten_late": self.env._(
                "Shorten the payment term of %(term)s days: pays %(days)s days late."
            ),
            "prepay_insolvent": self.env._(
                "Deliver against payment only: what is owed may be lost."
            ),
            "prepay_risk": self.env._(
                "Deliver against payment only: no credit is given."
            ),
            "prepay_short": self.env._(
                "Deliver against payment: the risk is high, and the payment term of "
                "%(term)s days is short already."
            ),
        }

    # === ACTION METHODS === #

    def action_credit_accept(self):
        """Give these debtors the proposed limits, in the company of each case.

        :raises AccessError: when the user is no manager of debt collection
        """
        cases = self._get_reviewable_cases()
        policy = self.env["collection.credit.policy"]
        notes = {case.id: case._describe_acceptance() for case in cases}
        for (company, proposed), group in cases.grouped(
            lambda case: (case.company_id, case.credit_proposed)
        ).items():
            # Managers decide on limits without being accountants, who alone may
            # write them.
            group.partner_id.sudo().with_company(
                company
            ).credit_limit = policy._to_core_limit(proposed, company.currency_id)
        cases._note_credit_decision("accepted")
        for company, group in cases.grouped("company_id").items():
            policy.sudo()._refresh(company, group)
            self.env["collection.profile"].sudo()._refresh(company, group)
        cases._message_log_batch(notes)
        return True

    def action_credit_refuse(self):
        """Keep the limits of these debtors until the proposals change.

        :raises AccessError: when the user is no manager of debt collection
        """
        cases = self._get_reviewable_cases()
        cases._note_credit_decision("refused")
        cases._message_log_batch(
            {
                case.id: self.env._(
                    "Proposed credit limit refused: it stays %(limit)s, %(proposed)s "
                    "was proposed.",
                    limit=case._describe_limit(case.credit_limit),
                    proposed=case._describe_proposal(),
                )
                for case in cases
            }
        )
        return True

    def action_credit_open_partner(self):
        self.ensure_one()
        return self.partner_id._get_records_action()

    # === BUSINESS METHODS === #

    def _get_reviewable_cases(self):
        """Return the cases whose proposal may be accepted or refused now."""
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "Only managers of debt collection may decide on credit limits. Ask "
                    "a manager to review that of %s.",
                    ", ".join(self[:3].mapped("display_name")),
                )
            )
        return self.filtered(
            lambda case: case.credit_review in ("to_review", "refused")
        )

    def _note_credit_decision(self, decision):
        for company, cases in self.grouped("company_id").items():
            for proposed, group in cases.grouped("credit_proposed").items():
                # Nobody writes the figures of a case by hand, not even a manager.
                group.sudo().write(
                    {
                        "credit_review": decision,
                        "credit_decided": proposed,
                        "credit_reviewed_on": company._get_collection_today(),
                        "credit_reviewed_by_id": self.env.uid,
                    }
                )

    def _describe_limit(self, limit):
        self.ensure_one()
        policy = self.env["collection.credit.policy"]
        in_force = policy._read_core_limit(limit, self.currency_id.rounding)
        if in_force is None:
            return self.env._("no limit")
        return self._describe_credit(in_force)

    def _describe_proposal(self):
        self.ensure_one()
        return self._describe_credit(self.credit_proposed)

    def _describe_credit(self, amount):
        if self.currency_id.is_zero(amount):
            return self.env._("no credit")
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _describe_acceptance(self):
        self.ensure_one()
        return self.env._(
            "Credit limit changed from %(old)s to %(new)s. %(reasons)s",
            old=self._describe_limit(self.credit_limit),
            new=self._describe_proposal(),
            reasons=" ".join(self.credit_note.split("\n")),
        )

    @api.model
    def _get_new_case_columns(self):
        return super()._get_new_case_columns() | {"credit_review": SQL("'none'")}
