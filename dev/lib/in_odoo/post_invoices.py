"""Post and reconcile invoices as accountants do, and print what that costs."""

import datetime
import json

from lib.work_meter import WorkMeter

DEBTORS = 200
INVOICES_PER_DEBTOR = 5  # of one batch; one payment settles them
DAY = datetime.date(2026, 3, 2)


def main(env, part, batches, size, singles):
    """Post ``batches`` times ``size`` invoices, then ``singles`` one at a time.

    :param part: the number of this part of the measure: debtors take turns
    """
    user = env.ref("base.user_admin")
    env = env(user=user, context=user.context_get())
    # Else the plans of queries depend on which database was looked at last.
    env.cr.execute("ANALYZE")
    env.cr.commit()
    meter = WorkMeter(env)
    turn = part * (batches * size + singles)
    _work(env, WorkMeter(env), "warm_up", turn, 10)
    for number in range(batches):
        _work(env, meter, "batch", turn + number * size, size)
    for number in range(singles):
        _work(env, meter, "single", turn + number, 1)
    print(json.dumps(meter.figures))


def _work(env, meter, kind, turn, count):
    """Create, post, then pay invoices: each a transaction of its own."""
    env.invalidate_all()
    debtors = _find_debtors(env)
    with meter.measure(f"{kind}_create"):
        invoices = env["account.move"].create(
            [_describe(env, debtors, turn + number) for number in range(count)]
        )
        env.cr.commit()
    env.invalidate_all()
    with meter.measure(f"{kind}_post"):
        invoices.action_post()
        env.cr.commit()
    env.invalidate_all()
    with meter.measure(f"{kind}_reconcile"):
        _pay(env, invoices)
        env.cr.commit()
    assert set(invoices.mapped("payment_state")) <= {"paid", "in_payment"}


def _find_debtors(env):
    """The debtors of the measure, made the first time."""
    partners = env["res.partner"]
    found = partners.search([("ref", "=like", "POSTING-%")], order="ref")
    if not found:
        found = partners.create(
            [
                {
                    "name": f"Customer {number}",
                    "ref": f"POSTING-{number:04}",
                    "is_company": True,
                    "country_id": env.ref("base.fr").id,
                }
                for number in range(DEBTORS)
            ]
        )
        env.cr.commit()
    return found


def _describe(env, debtors, number):
    """An invoice of one line with VAT: the least work for Odoo's own code."""
    debtor = debtors[number // INVOICES_PER_DEBTOR % len(debtors)]
    line = {"name": "Audit", "quantity": 1, "price_unit": 100.0 + number % 900}
    return {
        "move_type": "out_invoice",
        "partner_id": debtor.id,
        "invoice_date": DAY,
        "invoice_payment_term_id": env.ref("account.account_payment_term_30days").id,
        "invoice_line_ids": [(0, 0, line)],
    }


def _pay(env, invoices):
    """Register what each debtor pays at once, as the button of the list does."""
    context = {"active_model": "account.move", "active_ids": invoices.ids}
    wizard = env["account.payment.register"].with_context(**context)
    wizard.create({"group_payment": True})._create_payments()
