from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_amount, format_date

from ..tools.proceedings import OPENINGS

YEARS_PARAMETER = "voidable_years"
PAYMENT_JOURNALS = ("bank", "cash", "credit")


class CollectionVoidablePayment(models.Model):
    """A payment received after the opening judgment on a debt from before it.

    From the judgment on the debtor may not pay earlier debts (Code de commerce,
    L622-7): such a payment can be annulled for three years. Dividends that the court's
    representative pays out are no such payments, once they are recorded as dividends.
    """

    _name = "collection.voidable.payment"
    _description = "Payment after the opening judgment"
    _inherit = ["collection.access.logged", "collection.case.part"]
    _order = "date desc, id desc"

    case_id = fields.Many2one(ondelete="cascade")
    event_id = fields.Many2one(
        "collection.registry.event",
        string="Judgment",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    partial_id = fields.Many2one(
        "account.partial.reconcile",
        string="Matching",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    line_id = fields.Many2one(
        "account.move.line",
        string="Debt",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    payment_line_id = fields.Many2one(
        "account.move.line",
        string="Payment",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    date = fields.Date(string="Paid on", required=True, readonly=True)
    amount = fields.Monetary(readonly=True)
    date_voidable_until = fields.Date(
        string="Voidable until",
        compute="_compute_date_voidable_until",
        help="Three years from the payment (Code de commerce, L622-7 III).",
    )
    state = fields.Selection(
        [
            ("to_check", "To be checked"),
            ("kept", "Kept, with reason"),
            ("returned", "Paid back"),
        ],
        default="to_check",
        required=True,
        readonly=True,
        index=True,
    )
    note = fields.Char(
        string="Reason",
        help="Such as: authorised by the supervising judge, set-off of related debts, "
        "paid by a guarantor.",
    )

    _partial_uniq = models.Constraint(
        "UNIQUE(partial_id)", "A payment is flagged once per debt."
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "amount", "date")
    def _compute_display_name(self):
        for payment in self:
            payment.display_name = " · ".join(
                (
                    payment.partner_id.display_name or "",
                    format_amount(self.env, payment.amount, payment.currency_id),
                    format_date(self.env, payment.date),
                )
            )

    @api.depends("date")
    def _compute_date_voidable_until(self):
        parameters = self.env["collection.legal.parameter"]
        for payment in self:
            day = payment.date
            payment.date_voidable_until = day and day + relativedelta(
                years=int(parameters._get_value(YEARS_PARAMETER, day))
            )

    # === ACTION METHODS === #

    def action_keep(self):
        self.state = "kept"
        return True

    def action_returned(self):
        self.state = "returned"
        return True

    def action_check_again(self):
        self.state = "to_check"
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _cron_flag(self):
        """Flag what has been matched since, for all companies."""
        self._flag()

    @api.model
    def _flag(self, cases=None):
        """Flag the payments after the judgment on debts from before it, once each.

        :param cases: only of these; None: of all
        :return: what is new
        """
        values = [
            {
                "case_id": case_id,
                "event_id": event_id,
                "partial_id": partial_id,
                "line_id": line_id,
                "payment_line_id": payment_line_id,
                "date": day,
                "amount": amount,
            }
            for (
                case_id,
                event_id,
                partial_id,
                line_id,
                payment_line_id,
                day,
                amount,
            ) in self._find_new(cases)
        ]
        # The ledger of all debtors is read by the job; nobody may create these by hand.
        flagged = self.sudo().create(values)
        flagged._schedule_tasks()
        return flagged

    @api.model
    def _find_new(self, cases=None):
        """Return the rows of payments that are not flagged yet; one query for all.

        The judgment is the last opening that stands. What a dividend is linked to has
        been paid under the proceedings.
        """
        for model in (
            "account.move.line",
            "account.partial.reconcile",
            "account.journal",
            "collection.case",
            "collection.dividend",
            "collection.registry.event",
            "collection.voidable.payment",
        ):
            self.env[model].flush_model()
        return self.env.execute_query(
            SQL(
                """WITH opening AS (
                       SELECT DISTINCT ON (event.case_id)
                              event.id, event.case_id, event.judgment_date,
                              c.partner_id, c.company_id
                         FROM collection_registry_event event
                         JOIN collection_case c ON c.id = event.case_id
                        WHERE event.code = ANY(%(openings)s)
                          AND event.state != 'cancelled'
                          AND event.judgment_date IS NOT NULL
                          AND %(scope)s
                     ORDER BY event.case_id, event.judgment_date DESC, event.id DESC)
                   SELECT opening.case_id, opening.id, partial.id, debt.id, paid.id,
                          paid.date, partial.amount
                     FROM opening
                     JOIN res_partner partner
                       ON partner.commercial_partner_id = opening.partner_id
                     JOIN account_move_line debt ON debt.partner_id = partner.id
                      AND debt.company_id = opening.company_id
                      AND debt.date < opening.judgment_date
                      AND debt.account_id = ANY(%(accounts)s)
                     JOIN account_partial_reconcile partial
                       ON partial.debit_move_id = debt.id
                     JOIN account_move_line paid ON paid.id = partial.credit_move_id
                      AND paid.date >= opening.judgment_date
                     JOIN account_journal journal ON journal.id = paid.journal_id
                      AND journal.type = ANY(%(journals)s)
                    WHERE NOT EXISTS (SELECT 1 FROM collection_voidable_payment known
                                       WHERE known.partial_id = partial.id)
                      AND NOT EXISTS (SELECT 1 FROM collection_dividend dividend
                                       WHERE dividend.payment_line_id = paid.id)""",
                openings=sorted(OPENINGS),
                scope=SQL("TRUE")
                if cases is None
                else SQL("c.id = ANY(%s)", list(cases.ids)),
                accounts=self.env["collection.balance"]._receivable_account_ids(),
                journals=list(PAYMENT_JOURNALS),
            )
        )

    def _schedule_tasks(self):
        """Give one task per case about all its payments that are new."""
        by_case = defaultdict(self.browse)
        for payment in self:
            by_case[payment.case_id] |= payment
        self.env["mail.activity"].create(
            [payments._prepare_task(case) for case, payments in by_case.items()]
        )

    def _prepare_task(self, case):
        total = format_amount(
            self.env, sum(self.mapped("amount")), case.company_id.currency_id
        )
        return case._prepare_watch_activity(
            summary=self.env._("Paid after the opening judgment: %s", total),
            note=self.env._(
                "%(total)s received since the judgment of %(date)s settles debts from "
                "before it. Article L622-7 of the Code de commerce forbids the debtor "
                "to pay them, and such a payment can be annulled for three years. "
                "Check it with the court-appointed representative; if it is a "
                "dividend, record it as one.",
                total=total,
                date=format_date(self.env, self.event_id[:1].judgment_date),
            ),
            date_deadline=case.company_id._get_collection_today(),
            user=case._get_watch_user(),
        )

    def _drop_dividends(self, lines):
        """Forget the flags of payments that turn out to be dividends."""
        # Collectors record dividends, and may delete nothing that is flagged.
        self.sudo().search(
            [("payment_line_id", "in", lines.ids), ("state", "=", "to_check")]
        ).unlink()
