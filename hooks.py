"""What happens once, when the module comes to a database or leaves it."""


def post_init_hook(env):
    """Give companies their default scenario and make the cases of the existing debtors.

    Set-based: its cost does not depend on the number of invoices but through one statement.
    """
    scenario = env.ref(
        "l10n_fr_debt_collection.scenario_business", raise_if_not_found=False
    )
    companies = env["res.company"].search([("collection_scenario_id", "=", False)])
    companies.collection_scenario_id = scenario
    env["collection.balance"]._create_missing_cases()
    env.ref("l10n_fr_debt_collection.ir_cron_review_cases")._trigger()


def uninstall_hook(env):
    """Take the activities of the cases away: their model is about to disappear."""
    env["mail.activity"].search([("res_model", "=like", "collection.%")]).unlink()
