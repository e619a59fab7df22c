"""What happens once, when the module comes to a database or leaves it."""


def post_init_hook(env):
    """Give companies their default scenario and make the cases of the existing debtors.

    Set-based: its cost does not depend on the number of invoices but through one
    statement.
    """
    scenario = env.ref(
        "l10n_fr_debt_collection.scenario_business", raise_if_not_found=False
    )
    companies = env["res.company"].search([("collection_scenario_id", "=", False)])
    companies.collection_scenario_id = scenario
    env["collection.balance"]._create_missing_cases()
    env.ref("l10n_fr_debt_collection.ir_cron_review_cases")._trigger()


def uninstall_hook(env):
    """Empty what would keep the module's own records from being deleted.

    Activities of the cases go too: their model is about to disappear.
    """
    env["mail.activity"].search([("res_model", "=like", "collection.%")]).unlink()
    env.flush_all()
    env.cr.execute(
        "TRUNCATE collection_case, collection_action, collection_run CASCADE"
    )
    env.invalidate_all()
