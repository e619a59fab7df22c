"""The steps of ``dev/bench`` that chase: cases, balances, a run, its mails and letters.

Like those of :mod:`.bench_observatory`. The debtors of the ledger have been told about
what they owe in the past; here these contacts are put back before the due dates, so
that every overdue debtor gets a message, as from a book that nobody has chased yet: as
the run of the rival that is set beside it.
"""

import time
from datetime import timedelta
from unittest.mock import patch

from odoo.addons.l10n_fr_debt_collection import hooks

from .bench_documents import draw_letters
from .bench_observatory import Risk, Step

MESSAGES = 1000  # of a step that measures delivery alone
LETTERS = 400
FLOOR_LETTERS = 200
AGEING = """
    SELECT partner_id,
           sum(residual) AS balance,
           sum(residual) FILTER (WHERE late <= 0) AS not_due,
           sum(residual) FILTER (WHERE late BETWEEN 1 AND 30) AS d30,
           sum(residual) FILTER (WHERE late BETWEEN 31 AND 60) AS d60,
           sum(residual) FILTER (WHERE late BETWEEN 61 AND 90) AS d90,
           sum(residual) FILTER (WHERE late BETWEEN 91 AND 120) AS d120,
           sum(residual) FILTER (WHERE late > 120) AS older,
           sum(residual) FILTER (WHERE late > 0) AS overdue
      FROM (SELECT partner_id, amount_residual AS residual,
                   CURRENT_DATE - COALESCE(date_maturity, date) AS late
              FROM account_move_line
             WHERE account_id = ANY(%(accounts)s) AND reconciled IS NOT TRUE
               AND parent_state = 'posted' AND company_id = %(company)s
               AND partner_id IS NOT NULL) open
     GROUP BY partner_id"""
# Ageing, weighted delay of twelve months, sales of twelve months: what one look at the
# book of every debtor takes.
SCORE = f"""
    WITH ageing AS ({AGEING}),
    paid AS (
        SELECT d.partner_id, sum(p.amount * (p.max_date - d.date_maturity))
                             / NULLIF(sum(p.amount), 0) AS days_late,
               count(DISTINCT d.move_id) FILTER (WHERE p.max_date > d.date_maturity)
                   AS late_paid
          FROM account_partial_reconcile p
          JOIN account_move_line d ON d.id = p.debit_move_id
         WHERE p.max_date > CURRENT_DATE - 365 AND d.account_id = ANY(%(accounts)s)
           AND d.date_maturity IS NOT NULL AND d.company_id = %(company)s
         GROUP BY d.partner_id),
    sales AS (
        SELECT commercial_partner_id AS partner_id, sum(amount_total_signed) AS amount
          FROM account_move
         WHERE move_type IN ('out_invoice', 'out_refund') AND state = 'posted'
           AND company_id = %(company)s AND invoice_date > CURRENT_DATE - 365
         GROUP BY commercial_partner_id)
    SELECT partner_id, balance, not_due, d30, d60, d90, d120, older, overdue, days_late,
           late_paid, amount
      FROM ageing FULL JOIN paid USING (partner_id) FULL JOIN sales USING (partner_id)
    """
WRITE_AGEING = f"""
    UPDATE collection_case c
       SET amount_due = fresh.balance, amount_not_due = fresh.not_due,
           amount_1_30 = fresh.d30, amount_31_60 = fresh.d60, amount_61_90 = fresh.d90,
           amount_91_120 = fresh.d120, amount_over_120 = fresh.older,
           amount_overdue = fresh.overdue, balance_date = CURRENT_DATE
      FROM ({AGEING}) fresh
     WHERE fresh.partner_id = c.partner_id"""
WRITE_CASES = f"""
    INSERT INTO collection_case (
        partner_id, company_id, currency_id, state, debtor_type, active,
        amount_due, amount_not_due, amount_1_30, amount_31_60, amount_61_90,
        amount_91_120, amount_over_120, amount_overdue)
    SELECT line.partner_id, line.company_id, 1, 'watch', 'business', TRUE,
           balance, not_due, d30, d60, d90, d120, older, overdue
      FROM (SELECT DISTINCT partner_id, company_id FROM account_move_line
             WHERE account_id = ANY(%(accounts)s) AND parent_state = 'posted'
               AND partner_id IS NOT NULL) line
      LEFT JOIN ({AGEING}) fresh USING (partner_id)"""
# What a plan writes: an action per overdue debtor, an item per line it is about.
WRITE_ACTIONS = """
    INSERT INTO collection_action (
        case_id, partner_id, company_id, channel, state, date, amount,
        scenario_id, recipient_id, recipient_address, create_date, write_date)
    SELECT c.id, c.partner_id, c.company_id, 'email', 'preview', CURRENT_DATE,
           c.amount_overdue_net, c.scenario_id, c.partner_id, partner.email,
           now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
      FROM collection_case c JOIN res_partner partner ON partner.id = c.partner_id
     WHERE c.amount_overdue_net > 0"""
WRITE_ITEMS = """
    INSERT INTO collection_action_item (
        action_id, company_id, line_id, move_id, name, document_type, date, date_due,
        days_late, currency_id, amount_total, amount_residual_currency, amount)
    SELECT action.id, line.company_id, line.id, line.move_id, move.name, 'invoice',
           line.date, line.date_maturity, CURRENT_DATE - line.date_maturity,
           line.currency_id, line.balance, line.amount_residual_currency,
           line.amount_residual
      FROM account_move_line line
      JOIN account_move move ON move.id = line.move_id
      JOIN collection_case c
           ON c.partner_id = line.partner_id AND c.company_id = line.company_id
      JOIN collection_action action
           ON action.case_id = c.id AND action.state = 'preview'
     WHERE line.account_id = ANY(%(accounts)s) AND line.reconciled IS NOT TRUE
       AND line.parent_state = 'posted'
       AND (line.amount_residual < 0
            OR COALESCE(line.date_maturity, line.date) < CURRENT_DATE)"""


class EngineStep(Step):
    """A step of the engine, in one transaction that is rolled back.

    Where the work commits a batch, what a commit does is done but for the ``COMMIT``:
    hooks run, what is remembered is forgotten.
    """

    table = "collection_case"

    def __init__(self, env):
        super().__init__(env)
        self.env = self.env(context={"lang": "fr_FR", "tz": "Europe/Paris"})
        type(env["collection.batch"])._commit_batch = self._pass_for_commit
        # A server that has run for a while has loaded its translations.
        self.env["collection.planner"]._get_sentences()

    @staticmethod
    def _pass_for_commit(batch, *_progress, **_options):
        batch.env.cr.flush()
        batch.env.cr.clear()
        return float("inf")

    def clear(self, table):
        """Empty a table of the module, and its own that refer to it."""
        hooks.empty(self.env, [table])

    @property
    def values(self):
        """What the statements of the floor want to know."""
        accounts = self.env["collection.balance"]._receivable_account_ids()
        return {"accounts": accounts, "company": self.company.id}

    def run(self, statement):
        """Run a statement of the floor."""
        self.env.cr.execute(statement, self.values)


class Cases(EngineStep):
    """The cases of a ledger on which the module has just been put."""

    def prepare(self):
        self.clear("collection_case")

    def work(self):
        self.env["collection.balance"]._create_missing_cases()

    def floor(self):
        self.clear("collection_case")
        begin = time.perf_counter()
        self.run(WRITE_CASES)
        self.floor_seconds = time.perf_counter() - begin


class Balances(EngineStep):
    """The nightly check: drift looked for, all figures rewritten for the new day."""

    def prepare(self):
        """All figures are those of yesterday."""
        yesterday = self.company._get_collection_today() - timedelta(days=1)
        with patch.object(
            type(self.company), "_get_collection_today", lambda _company: yesterday
        ):
            self.env["collection.balance"]._refresh_companies(self.company)
        self.execute("UPDATE collection_case SET review_pending = FALSE")

    def work(self):
        balance = self.env["collection.balance"]
        drift = balance._find_drift(self.company)
        if drift:
            raise ValueError(f"Balances have drifted: {drift[:5]}")
        balance._refresh_companies(self.company, is_new_day=True)

    def floor(self):
        self.run(WRITE_AGEING)


class Review(EngineStep):
    """The review after it: segment, type, risk, state and next step of all debtors."""

    batch = 1000

    def prepare(self):
        """They have been reviewed the night before."""
        self.env = self.env(context={**self.env.context, "tracking_disable": True})
        self.work()
        self.env = self.env(context={**self.env.context, "tracking_disable": False})

    def work(self):
        cases = self.env["collection.case"]
        self.execute(
            "UPDATE collection_case SET review_pending = TRUE"
            " WHERE amount_overdue > 0 OR amount_not_due > 0 OR state <> 'watch'"
        )
        cases.invalidate_model(["review_pending"])
        while found := cases.search(
            [("review_pending", "=", True)], limit=self.batch, order="id"
        ):
            found._review()
            self.env.cr.flush()
            self.env.cr.clear()

    def floor(self):
        self.run(SCORE)
        self.env.cr.fetchall()
        self.update_cases("risk_score")


class Plan(EngineStep):
    """The preview of a run over a book that nobody has chased yet."""

    channel = "email"
    with_statement = False

    def prepare(self):
        self.execute("UPDATE collection_action SET date = date - 2000")
        self.execute("ANALYZE collection_action")
        self.execute("UPDATE collection_case SET last_contact_date = NULL")
        self.company.write(
            {
                "email": "compta@example.com",
                "phone": "+33 1 99 00 12 34",
                "street": "10 rue de la Paix",
                "zip": "75002",
                "city": "Paris",
            }
        )
        self._simplify_scenarios()
        self.env.flush_all()
        self.env.invalidate_all()
        day = self.company._get_collection_today()
        self.made = self.env["collection.run"].create(
            {"company_id": self.company.id, "date": day}
        )

    def _simplify_scenarios(self):
        """Every step leaves today, by the channel that is measured."""
        steps = self.env["collection.step"].search([])
        template = steps.template_id[:1]
        for step in steps.filtered(lambda step: not step.template_id):
            step.template_id = template
        steps.write(
            {
                "channel": self.channel,
                "fallback_channel": False,
                "last_channel": False,
                "second_channel": False,
                "mode": "automatic",
                "skip_holidays": False,
                "attach_invoices": False,
                "attach_statement": self.with_statement,
                **dict.fromkeys(
                    ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), True
                ),
            }
        )
        steps.scenario_id.pause_ids.unlink()
        steps.scenario_id.write({"entry_delay_days": 0})

    def work(self):
        self.made._preview()
        self.env.cr.flush()
        self.items = len(self.made.action_ids)

    def floor(self):
        self.run(SCORE)
        self.env.cr.fetchall()
        self.run(WRITE_ACTIONS)
        self.run(WRITE_ITEMS)


class PassWithPdf(Plan):
    """The whole pass: planned, executed, a message with a statement in the outbox."""

    with_statement = True

    def work(self):
        self.made.action_execute()
        self.env.cr.flush()
        self.items = len(self.made.action_ids.filtered("mail_id"))

    def floor(self):
        super().floor()
        self._floor_mails(self.items)
        self._floor_documents(self.items)

    def _floor_mails(self, count):
        """Make so many mails in one batch."""
        cases = self.env["collection.case"].search([], limit=count)
        self.env["mail.mail"].create(
            [
                {
                    "model": "collection.case",
                    "res_id": case_id,
                    "subject": "Votre compte",
                    "body_html": "<p>Votre compte présente un solde.</p>",
                    "body": "<p>Votre compte présente un solde.</p>",
                    "email_from": "compta@example.com",
                    "email_to": "client@example.com",
                    "reply_to": "compta@example.com",
                    "auto_delete": False,
                }
                for case_id in cases.ids
            ]
        )
        self.env.flush_all()

    def _floor_documents(self, count):
        """Draw a sample of plain documents; note what all would take more."""
        begin, cpu_begin = time.perf_counter(), time.process_time()
        drawn = draw_letters(self.env, self.values, min(count, FLOOR_LETTERS))
        others = count / drawn - 1 if drawn else 0
        self.extra_seconds = (time.perf_counter() - begin) * others
        self.extra_cpu_seconds = (time.process_time() - cpu_begin) * others


class Mails(PassWithPdf):
    """Delivery alone: words, mail and outbox of a thousand messages."""

    with_statement = False
    limit = MESSAGES

    def prepare(self):
        super().prepare()
        self.made._preview()
        self.env.cr.flush()
        actions = self.made.action_ids.filtered(
            lambda action: action.channel == self.channel and not action.is_unreachable
        )
        self.action_ids = actions[: self.limit].ids
        self.items = len(self.action_ids)
        self.env.cr.clear()

    def work(self):
        self.env["collection.action"].browse(self.action_ids)._deliver()

    def floor(self):
        self._floor_mails(self.items)


class MailsWithPdf(Mails):
    """The same with a statement each."""

    with_statement = True
    limit = LETTERS

    def floor(self):
        super().floor()
        self._floor_documents(self.items)


class Letters(Mails):
    """Delivery of letters: their words and PDFs, and all of them in one to print."""

    channel = "letter"
    limit = LETTERS

    def work(self):
        super().work()
        self.env.cr.flush()
        self.env.cr.clear()
        actions = self.env["collection.action"].browse(self.action_ids)
        self.env["collection.pdf"]._merge(
            actions._get_letter_attachments().mapped("raw")
        )

    def floor(self):
        self._floor_documents(self.items)


class Matching(EngineStep):
    """The contacts of the book matched with each other, and the groups stored."""

    def prepare(self):
        self.clear("collection_duplicate_group")

    def work(self):
        job = self.env["collection.data.job"].create(
            {"kind": "match", "company_id": self.company.id}
        )
        worker = self.env["collection.data.worker.match"]
        for _progress in worker._run(job):
            self.env.cr.flush()
            self.env.cr.clear()

    def floor(self):
        self.execute(
            "SELECT id, name, zip, street, city, is_company, company_registry, vat,"
            " email_normalized, phone FROM res_partner WHERE active"
        )
        self.env.cr.fetchall()


STEPS = {
    "cases": Cases,
    "balances": Balances,
    "review": Review,
    "plan": Plan,
    "pass_with_pdf": PassWithPdf,
    "mails": Mails,
    "mails_with_pdf": MailsWithPdf,
    "letters": Letters,
    "score": Risk,
    "matching": Matching,
}
