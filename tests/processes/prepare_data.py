"""Shell script: debtors whom the registers know, and a job that verifies them.

``SERVICES`` is the address of each service and ``SIRENS`` the debtors, as JSON. ``env``
is the Odoo shell's.
"""

import json
import os

company = env.company  # noqa: F821
services = env["collection.registry.service"].search([])  # noqa: F821
for service in services:
    service.url = json.loads(os.environ["SERVICES"])[service.code]
services.calls_per_minute = 100_000
debtors = env["res.partner"].create(  # noqa: F821
    [
        {"name": f"Société {number}", "is_company": True, "company_registry": siren}
        for number, siren in enumerate(json.loads(os.environ["SIRENS"]))
    ]
)
cases = env["collection.case"].create(  # noqa: F821
    [{"partner_id": debtor.id, "company_id": company.id} for debtor in debtors]
)
cases._refresh_quality()
env["collection.data.job"]._start("verify", company, case_ids=cases.ids)  # noqa: F821
env.cr.commit()  # noqa: F821
