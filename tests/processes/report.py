"""Shell script: print, as JSON, how many actions and mails each debtor has."""

import json

env.cr.execute(  # noqa: F821
    """SELECT partner.name, count(DISTINCT action.id), count(DISTINCT action.mail_id),
              min(action.state), max(action.state)
         FROM collection_action action
         JOIN res_partner partner ON partner.id = action.partner_id
        WHERE action.state NOT IN ('preview', 'cancelled')
        GROUP BY partner.name ORDER BY partner.name"""
)
debtors = env.cr.fetchall()  # noqa: F821
mails = env["mail.mail"].search_count([("model", "=", "collection.case")])  # noqa: F821
runs = env["collection.run"].search([]).mapped("state")  # noqa: F821
print("JSON " + json.dumps({"debtors": debtors, "mails": mails, "runs": runs}))
