"""Make the main company French, before the module is installed."""

LANGUAGE = "fr_FR"
TIMEZONE = "Europe/Paris"


def main(env, login, password):
    """Country first, then the chart of accounts of that country, then the people."""
    company = env.ref("base.main_company")
    company.country_id = env.ref("base.fr")
    company.currency_id = env.ref("base.EUR")
    company.currency_id.active = True
    env["account.chart.template"].try_loading("fr", company, install_demo=False)
    company.partner_id.lang = LANGUAGE
    _prepare_users(env, login, password)
    env.cr.commit()


def _prepare_users(env, login, password):
    """Everybody works in French and in French time."""
    users = env["res.users"].with_context(active_test=False).search([])
    users.partner_id.write({"lang": LANGUAGE, "tz": TIMEZONE})
    env["ir.default"].set("res.partner", "lang", LANGUAGE)
    admin = env.ref("base.user_admin")
    admin.write({"login": login, "password": password})
    # what they send needs a sender
    admin.email = admin.email or f"{login}@example.com"
