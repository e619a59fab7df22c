"""Shell script: a French company with debtors that a run writes to.

Prints, as JSON, what the test has to know. ``env`` is the Odoo shell's.
"""

import json
import os
from datetime import timedelta

DEBTORS = int(os.environ["DEBTORS"])

company = env.company  # noqa: F821
company.write(
    {
        "name": "Atelier Lumière SAS",
        "country_id": env.ref("base.fr").id,  # noqa: F821
        "email": "compta@atelier.example",
        "collection_user_id": env.ref("base.user_admin").id,  # noqa: F821
    }
)
domain = env["mail.alias.domain"].create(  # noqa: F821
    {"name": "atelier.example", "catchall_alias": "catchall"}
)
company.alias_domain_id = domain
env["account.chart.template"].try_loading("fr", company, install_demo=False)  # noqa: F821
env.ref("base.lang_fr").active = True  # noqa: F821
today = company._get_collection_today()
debtors = env["res.partner"].create(  # noqa: F821
    [
        {
            "name": f"Débiteur {number:03d}",
            "is_company": True,
            "email": f"debtor{number:03d}@example.com",
            "lang": "fr_FR" if number % 2 else "en_US",
        }
        for number in range(DEBTORS)
    ]
)
moves = env["account.move"].create(  # noqa: F821
    [
        {
            "move_type": "out_invoice",
            "partner_id": debtor.id,
            "invoice_date": today - timedelta(days=4),
            "invoice_date_due": today - timedelta(days=4),
            "invoice_payment_term_id": False,
            "invoice_line_ids": [
                (0, 0, {"name": "Luminaires", "price_unit": 1000 + n, "tax_ids": []})
            ],
        }
        for n, debtor in enumerate(debtors)
    ]
)
moves.action_post()
scenario = env.ref("l10n_fr_debt_collection.scenario_business")  # noqa: F821
steps = scenario.step_ids
steps.write({day: True for day in ("sat", "sun")} | {"skip_holidays": False})
steps.write({"min_days_since_contact": 0})
scenario.pause_ids.unlink()
steps.filtered(lambda step: step.delay_days == 3).attach_statement = True
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
env.cr.commit()  # noqa: F821
print("JSON " + json.dumps({"moves": moves.mapped("name")}))
