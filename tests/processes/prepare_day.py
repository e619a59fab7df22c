"""Shell script: 300 debtors of fifteen kinds, each a thing that happens in a day.

Prints nothing. ``env`` is the Odoo shell's; the day is that of ``FROZEN``.
"""

import os

from freezegun import freeze_time

from odoo import Command

EACH = int(os.environ["EACH"])
CHANNELS = {
    "letter": {"channel": "letter"},
    "phone": {"channel": "phone"},
    "sms": {"channel": "sms"},
    "mail_and_letter": {"channel": "email", "second_channel": "letter"},
    "to_validate": {"channel": "email", "mode": "validate"},
}
KINDS = os.environ["KINDS"].split(",")
freeze_time(os.environ["FROZEN"], tick=True).start()

module = "l10n_fr_debt_collection"
company = env.company  # noqa: F821
collector = env.ref("base.user_admin")  # noqa: F821
company.write(
    {
        "name": "Atelier Lumière SAS",
        "country_id": env.ref("base.fr").id,  # noqa: F821
        "email": "compta@atelier.example",
        "collection_user_id": collector.id,
        "collection_auto_run": True,
        "collection_cap_count": 1,
        "collection_cap_days": 7,
    }
)
company.alias_domain_id = env["mail.alias.domain"].create(  # noqa: F821
    {"name": "atelier.example", "catchall_alias": "catchall", "bounce_alias": "bounce"}
)
env["account.chart.template"].try_loading("fr", company, install_demo=False)  # noqa: F821
env["ir.mail_server"].create(  # noqa: F821
    {
        "name": "Sink",
        "smtp_host": "127.0.0.1",
        "smtp_port": int(os.environ["SMTP_PORT"]),
        "smtp_encryption": "none",
        "from_filter": "atelier.example",
    }
)
env["ir.config_parameter"].set_param("report.print_delay", "100")  # noqa: F821
today = company._get_collection_today()


def make_scenario(kind):
    step = {
        "name": f"Reminder {kind}",
        "delay_days": 3,
        "channel": "email",
        "template_id": env.ref(f"{module}.mail_template_business_oversight").id,  # noqa: F821
        "sms_template_id": env.ref(f"{module}.sms_template_oversight").id,  # noqa: F821
        "min_days_since_contact": 0,
        **CHANNELS.get(kind, {}),
    }
    return {
        "name": kind,
        "company_id": company.id,
        "minimum_amount": 10,
        "step_ids": [Command.create(step)],
    }


scenarios = env["collection.scenario"].create([make_scenario(k) for k in KINDS])  # noqa: F821
debtors = env["res.partner"].create(  # noqa: F821
    [
        {
            "name": f"{kind} {number:02d}",
            "is_company": True,
            "ref": kind,
            "email": f"{kind}{number:02d}@example.com",
            "phone": f"+3360000{row * EACH + number:04d}",
            "street": "12 rue des Lilas",
            "zip": "69003",
            "city": "Lyon",
            "country_id": env.ref("base.fr").id,  # noqa: F821
            "lang": "en_US",
        }
        for row, kind in enumerate(KINDS)
        for number in range(EACH)
    ]
)
journal = env["account.journal"].search(  # noqa: F821
    [("company_id", "=", company.id), ("type", "=", "sale")], limit=1
)


def make_invoice(debtor, amount, move_type="out_invoice"):
    return {
        "move_type": move_type,
        "journal_id": journal.id,
        "partner_id": debtor.id,
        "invoice_date": today.replace(day=today.day - 5),
        "invoice_date_due": today.replace(day=today.day - 5),
        "invoice_payment_term_id": False,
        "invoice_line_ids": [
            Command.create({"name": "Luminaires", "price_unit": amount, "tax_ids": []})
        ],
    }


moves = [make_invoice(debtor, 1000 + n) for n, debtor in enumerate(debtors)] + [
    make_invoice(debtor, 5000, "out_refund")
    for debtor in debtors
    if debtor.ref == "covered"
]
Move = env["account.move"].with_context(tracking_disable=True)  # noqa: F821
Move.create(moves).action_post()
env.cr.commit()  # noqa: F821
cases = env["collection.case"].search([("company_id", "=", company.id)])  # noqa: F821
by_kind = cases.grouped(lambda case: case.partner_id.ref)
for scenario in scenarios:
    by_kind[scenario.name].manual_scenario_id = scenario

# What is known before the day begins.
Blacklist = env["mail.blacklist"]  # noqa: F821
for case in by_kind["blacklisted"]:
    Blacklist._add(case.partner_id.email)
for case in by_kind["disputed"]:
    case._dispute(env.ref(f"{module}.dispute_reason_quality"), case.line_ids)  # noqa: F821
for case in by_kind["promised"]:
    case._promise(case.amount_overdue, today.replace(day=today.day + 7))
for case in by_kind["answered"]:
    case._note_answer("The lamps were broken on arrival.", case.partner_id)
env["collection.action"].create(  # noqa: F821
    [
        {
            "case_id": case.id,
            "channel": "phone",
            "date": today.replace(day=today.day - 2),
            "state": "done",
            "outcome": "reached",
        }
        for case in by_kind["capped"]
    ]
)
env.cr.commit()  # noqa: F821
