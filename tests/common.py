from contextlib import contextmanager
from datetime import timedelta

from odoo import Command
from odoo.tests import freeze_time

from .accounting_common import AccountingCommon


class CollectionCommon(AccountingCommon):
    """A French company, a scenario of four steps and short ways to make receivables.

    Days are counted from :attr:`today`; ``self.run_on(40)`` is a run 40 days later.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.company.write(
            {"email": "compta@atelier.example", "collection_user_id": cls.env.uid}
        )
        cls.env.user.write(
            {
                "email": "claire@atelier.example",
                "phone": "0199001234",
                "tz": "Europe/Paris",
            }
        )
        cls.today = cls.company._get_collection_today()
        cls.template = cls.env["mail.template"].create(
            {
                "name": "Words",
                "model_id": cls.env["ir.model"]._get_id("collection.action"),
                "subject": "Your account with {{ object.company_id.name }}",
                "body_html": '<p>Dear <t t-out="object.partner_id.name"/>,'
                " please pay.</p>",
                "lang": "{{ object.lang }}",
            }
        )
        cls.scenario = cls._make_scenario(
            "Standard", [(-5, "email"), (3, "email"), (15, "email"), (30, "letter")]
        )
        cls.company.collection_scenario_id = cls.scenario
        cls.debtor = cls._make_debtor("Menuiserie Garcin")

    @classmethod
    def _make_scenario(cls, name, steps, **values):
        return cls.env["collection.scenario"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "minimum_amount": 10,
                "step_ids": [
                    Command.create(cls._step_values(delay, channel))
                    for delay, channel in steps
                ],
                **values,
            }
        )

    @classmethod
    def _step_values(cls, delay, channel, **values):
        return {
            "name": f"{channel} {delay:+d}",
            "delay_days": delay,
            "channel": channel,
            "template_id": cls.template.id,
            "min_days_since_contact": 0,
            "sat": True,
            "sun": True,
            "skip_holidays": False,
            **values,
        }

    @classmethod
    def _make_debtor(cls, name, **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "email": f"{name.split()[0].lower()}@example.com",
                "phone": "+33 1 99 00 12 34",
                "street": "12 rue des Lilas",
                "zip": "69003",
                "city": "Lyon",
                "country_id": cls.env.ref("base.fr").id,
                **values,
            }
        )

    # === RECEIVABLES === #

    @classmethod
    def _term(cls, *days):
        share = 100.0 / len(days)
        return cls.env["account.payment.term"].create(
            {
                "name": "/".join(map(str, days)),
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": share, "nb_days": day}
                    )
                    for day in days
                ],
            }
        )

    def _invoice(self, amount, late, partner=None, days=(0,), post=True, **values):
        """Return an untaxed invoice whose first instalment is ``late`` days late."""
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or self.debtor).id,
                "invoice_date": self.today - timedelta(days=late + days[0]),
                "invoice_payment_term_id": self._term(*days).id,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Luminaires", "price_unit": amount, "tax_ids": []}
                    )
                ],
                **values,
            }
        )
        if post:
            invoice.action_post()
        return invoice

    def _book(self, count, late=20, prefix="Société", **values):
        """Return ``count`` new debtors, each with an invoice ``late`` days late."""
        debtors = self.env["res.partner"].create(
            [
                {
                    "name": f"{prefix} {number}",
                    "is_company": True,
                    "email": f"{prefix.lower()}{number}@example.com",
                    "street": "1 rue du Port",
                    "zip": "13002",
                    "city": "Marseille",
                    "phone": "0465710000",
                    **values,
                }
                for number in range(count)
            ]
        )
        moves = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": debtor.id,
                    "invoice_date": self._day(-late),
                    "invoice_date_due": self._day(-late),
                    "invoice_line_ids": [
                        (0, 0, {"name": "x", "price_unit": 100, "tax_ids": []})
                    ],
                }
                for debtor in debtors
            ]
        )
        moves.action_post()
        return debtors

    def _credit_note(self, amount, age=1, partner=None, **values):
        return self._invoice(amount, age, partner, move_type="out_refund", **values)

    def _pay(self, invoices, amount=None):
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoices.ids)
            .create({"amount": amount} if amount else {})
        )
        return wizard._create_payments()

    def _payment_on_account(self, amount, partner=None):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or self.debtor).id,
                "amount": amount,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        return payment

    def _opening_entry(self, amount):
        """Return the receivable, without a due date, of an entry 60 days old."""
        account = self.company_data["default_account_receivable"]
        move = self.env["account.move"].create(
            {
                "date": self._day(-60),
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "account_id": account.id,
                            "partner_id": self.debtor.id,
                            "debit": amount,
                            "name": "Opening balance",
                        },
                    ),
                    (
                        0,
                        0,
                        {
                            "account_id": self.company_data[
                                "default_account_revenue"
                            ].id,
                            "credit": amount,
                        },
                    ),
                ],
            }
        )
        move.action_post()
        return self._receivables(move)

    def _receivables(self, moves):
        return moves.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )

    # === TIME === #

    def freeze(self, moment):
        """Return a context manager in which it is ``moment`` (UTC)."""
        return freeze_time(moment)

    # === ENGINE === #

    def _commit(self):
        """Do what a commit does before it commits."""
        self.env.cr.flush()

    def _case(self, partner=None, company=None):
        self._commit()
        return self.env["collection.case"].search(
            [
                ("partner_id", "=", (partner or self.debtor).commercial_partner_id.id),
                ("company_id", "=", (company or self.company).id),
            ]
        )

    def _day(self, days):
        return self.today + timedelta(days=days)

    def run_on(self, days=0, execute=True):
        """Return a run that has been executed, or previewed, ``days`` from today."""
        self._commit()
        run = self.env["collection.run"].create(
            {"company_id": self.company.id, "date": self._day(days)}
        )
        if execute:
            run.action_execute()
        else:
            run.action_preview()
        return run

    def _actions(self, run, partner=None):
        debtor = (partner or self.debtor).commercial_partner_id
        return run.action_ids.filtered(
            lambda action: action.partner_id == debtor and action.state != "cancelled"
        )

    def _reasons(self, run, partner=None):
        """Return the codes a run has logged for a debtor."""
        debtor = (partner or self.debtor).commercial_partner_id
        return run.log_ids.filtered(lambda log: log.partner_id == debtor).mapped("code")

    def _fail_mail(self, action, reason="550 no such user"):
        """Do what the mail queue does when a server refuses the mail of ``action``."""
        mail = action.mail_id.sudo()
        mail.write({"state": "exception", "failure_reason": reason})
        mail._postprocess_sent_message(
            [], [], failure_reason=reason, failure_type="unknown"
        )

    def assertAsks(self, run, amount, step=None, partner=None):
        """Assert that ``run`` makes one action that claims ``amount``."""
        actions = self._actions(run, partner)
        self.assertEqual(len(actions), 1, self._reasons(run, partner))
        self.assertEqual(actions.currency_id.compare_amounts(actions.amount, amount), 0)
        if step is not None:
            self.assertEqual(actions.step_id.delay_days, step)
        return actions

    def assertAsksNothing(self, run, reason, partner=None):
        """Assert that ``run`` leaves the debtor alone and says why."""
        self.assertFalse(self._actions(run, partner))
        self.assertIn(reason, self._reasons(run, partner))

    @contextmanager
    def step_values(self, step, **values):
        """Change a step for the time of a ``with`` block."""
        before = {name: step[name] for name in values}
        step.write(values)
        yield step
        step.write(before)
