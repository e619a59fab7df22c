from collections import defaultdict

from odoo.tests import tagged

from .bulk_history import BulkHistory
from .common import CollectionCommon

DEBTORS = 120
EACH = 10
AMOUNT = 100
PART = 40
# Days from today of the three contacts, and how long after each of them money comes.
CONTACTS = (-60, -40, -20)
SUMS = ("count", "paid", "paid_in_full", "paid_at_first", "targeted", "cashed")


class _Planted:
    """What is planted: contacts and payments of invoices, and what they add up to.

    The first contact brings all of 2 invoices of 100 and a part of 2 others; the second
    two of ten, five of ten with the other words; the third nothing within its days.
    """

    def __init__(self):
        self.contacts, self.payments = [], []
        self.sums = defaultdict(lambda: dict.fromkeys(SUMS, 0))
        for number in range(DEBTORS * EACH):
            self._plant(number, number % DEBTORS, number // DEBTORS)

    def _plant(self, number, debtor, turn):
        left = AMOUNT
        for step, day in enumerate(CONTACTS):
            variant = step == 1 and debtor % 2 == 1
            cash, delay = self._answer(step, number, turn, variant, left)
            self.contacts.append((number, debtor, step, day, left, variant))
            self._count((step, variant), left, cash, is_first=step == 0)
            if cash:
                self.payments.append((number, day + delay, cash))
            left -= cash
            if not left:
                return
        if number % 3 == 0:
            # A day after those that count: no result of the third contact.
            self.payments.append((number, CONTACTS[-1] + 16, left))

    def _answer(self, step, number, turn, variant, left):
        if step == 0:
            return {0: AMOUNT, 1: PART}.get(number % 50, 0), 2
        if step == 1:
            return (left if turn < (5 if variant else 2) else 0), 15
        return 0, 0

    def _count(self, key, left, cash, is_first):
        sums = self.sums[key]
        sums["count"] += 1
        sums["paid"] += bool(cash)
        sums["paid_in_full"] += cash == left
        sums["paid_at_first"] += is_first and cash == left
        sums["targeted"] += left
        sums["cashed"] += cash


@tagged("post_install", "-at_install")
class TestPlantedEffects(BulkHistory, CollectionCommon):
    """A history of 1,200 invoices written in bulk: its planted shares are found."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planted = _Planted()
        cls.company.write({"collection_result_days": 15, "collection_weak_share": 10})
        cls.steps = cls.scenario.step_ids[1:]
        cls.variant = cls.env["collection.step.variant"].create(
            {"name": "Short", "step_id": cls.steps[1].id}
        )
        cls.partners = cls.env["res.partner"].create(
            [{"name": f"Client {number}"} for number in range(DEBTORS)]
        )
        cls._write_ledger()
        cls.env["collection.balance"]._create_missing_cases()
        cls._write_contacts()
        cls._analyze()
        cls.env["collection.action.result"]._refresh(cls.company)

    # === HISTORY, IN BULK === #

    @classmethod
    def _write_ledger(cls):
        paid = defaultdict(int)
        for number, _day, cash in cls.planted.payments:
            paid[number] += cash
        cls.lines = cls._write_entries(
            "out_invoice",
            cls.company_data["default_journal_sale"],
            [
                (cls.partners[number % DEBTORS], -90, AMOUNT, AMOUNT - paid[number])
                for number in range(DEBTORS * EACH)
            ],
        )
        cls._write_payments(
            [
                (cls.lines[number], cls.partners[number % DEBTORS], day, cash)
                for number, day, cash in cls.planted.payments
            ]
        )

    @classmethod
    def _write_contacts(cls):
        cases = cls.env["collection.case"].search([("company_id", "=", cls.company.id)])
        case_ids = {case.partner_id: case.id for case in cases}
        actions = cls._insert(
            "collection_action",
            [
                {
                    "case_id": case_ids[cls.partners[debtor]],
                    "partner_id": cls.partners[debtor].id,
                    "company_id": cls.company.id,
                    "scenario_id": cls.scenario.id,
                    "step_id": cls.steps[step].id,
                    "variant_id": cls.variant.id if variant else None,
                    "channel": cls.steps[step].channel,
                    "state": "sent",
                    "date": cls._on(day),
                }
                for _number, debtor, step, day, _left, variant in cls.planted.contacts
            ],
        )
        cls._insert(
            "collection_action_item",
            [
                {
                    "action_id": action,
                    "line_id": cls.lines[number],
                    "currency_id": cls.company.currency_id.id,
                    "name": f"Invoice {number}",
                    "document_type": "invoice",
                    "amount": left,
                }
                for action, (number, _debtor, _step, _day, left, _variant) in zip(
                    actions, cls.planted.contacts, strict=True
                )
            ],
        )
        cls.env.invalidate_all()

    # === WHAT IS FOUND === #

    def _report(self, by):
        report = self.env["collection.efficiency"].create(
            {
                "company_id": self.company.id,
                "date_from": self._on(-70),
                "date_to": self._on(-16),
                "by": by,
            }
        )
        report.action_compute()
        return report.line_ids

    def _found(self, line):
        return {
            "count": line.count,
            "paid": line.paid,
            "paid_in_full": line.paid_in_full,
            "paid_at_first": line.paid_at_first,
            "targeted": line.amount_targeted,
            "cashed": line.amount_cashed,
        }

    def _sum(self, *keys):
        return {
            name: sum(self.planted.sums[key][name] for key in keys) for name in SUMS
        }

    def test_sums_of_each_step_are_those_planted(self):
        lines = {line.step_id: line for line in self._report("step_id")}
        for number, step in enumerate(self.steps):
            expected = self._sum((number, False), (number, True))
            self.assertEqual(self._found(lines[step]), expected, step.name)
        first, second, third = (lines[step] for step in self.steps)
        self.assertAlmostEqual(first.paid_share, 4)
        self.assertAlmostEqual(first.first_share, 2)
        self.assertEqual(first.case_count, DEBTORS)
        self.assertEqual(
            (first.verdict, second.verdict, third.verdict), ("weak", "works", "weak")
        )

    def test_sums_of_each_variant_are_those_planted(self):
        lines = self._report("variant_id")
        tried = lines.filtered("variant_id")
        usual = lines - tried
        self.assertEqual(tried.variant_id, self.variant)
        self.assertEqual(self._found(usual), self._sum((1, False)))
        self.assertEqual(self._found(tried), self._sum((1, True)))
        self.assertEqual(tried.change, "better")

    def test_measured_again_nothing_changes(self):
        results = self.env["collection.action.result"]
        names = ["action_id", "amount_cashed", "paid", "is_final"]
        read = []
        for _time in range(2):
            found = results.search([("company_id", "=", self.company.id)])
            read.append([tuple(row.values())[1:] for row in found.read(names)])
            results._refresh(self.company)
        self.assertEqual(len(read[0]), len(self.planted.contacts))
        self.assertEqual(read[0], read[1])
