"""French companies with their chart of accounts, for the tests to take one each.

Loading a chart takes seconds, and so does the rest of the accounting that every class
of tests begins with. What a class does with it is rolled back at its end.
"""

from odoo.addons.l10n_fr_debt_collection.tests.accounting_common import (
    PREPARED_COMPANIES,
    AccountingCommon,
)

COUNT = 2


def main(env):
    """Make the companies and note their ids where the tests look."""
    country = env.ref("base.fr")
    companies = env["res.company"].create(
        [
            {
                "name": f"Prepared company {number}",
                "country_id": country.id,
                "currency_id": country.currency_id.id,
            }
            for number in range(1, COUNT + 1)
        ]
    )
    for company in companies:
        env["account.chart.template"].try_loading("fr", company, install_demo=False)
        company.currency_id = country.currency_id
    env["ir.config_parameter"].set_param(PREPARED_COMPANIES, companies.ids)
    env.cr.commit()
    AccountingCommon.keep_set_up()
