"""French companies with their chart of accounts, for the tests to take one each.

Loading a chart takes seconds, and every class of tests begins with a company of its
own. What a class does with a prepared one is rolled back at its end.
"""

COUNT = 2
PARAMETER = "l10n_fr_debt_collection.prepared_companies"


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
    env["ir.config_parameter"].set_param(PARAMETER, companies.ids)
    env.cr.commit()
