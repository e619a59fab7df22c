"""Compute observatory and indicators of the demo, and say what they see."""

WEEKS = 4


def main(env, login):
    """Do it for each company that has debtors, as that user."""
    user = env["res.users"].search([("login", "=", login)])
    env = env(context=user.context_get() | {"lang": "en_US"})
    for company in env["collection.case"].search([]).company_id:
        env["collection.observatory"]._refresh(company)
        _measure(env, company)
        env.cr.commit()
        _report(env, company)


def _measure(env, company):
    env["collection.action.result"]._refresh(company)
    kpis = env["collection.kpi"]
    for month in kpis._get_months_to_measure(company):
        kpis._measure(company, month)


def _report(env, company):
    of_company = [("company_id", "=", company.id)]
    [(count, late)] = env["collection.payment.fact"]._read_group(
        [*of_company, ("state", "=", "paid")],
        [],
        ["__count", "days_late_weighted:avg"],
    )
    weeks = env["collection.cash.forecast"].search(
        [*of_company, ("is_latest", "=", True)], order="week_start", limit=WEEKS
    )
    unusual = env["collection.case"].search([*of_company, ("is_abnormal", "=", True)])
    levels = env["collection.case"]._read_group(
        [*of_company, ("amount_due", ">", 0)], ["risk_level"], ["__count"]
    )
    print(f"\nObservatory of {company.name}")
    print(f"  {count} instalments were paid, {late:.1f} days late on average")
    expected = sum(weeks.mapped("amount_expected"))
    print(f"  {expected:,.2f} expected within {WEEKS} weeks")
    print("  risk: " + ", ".join(f"{level} {number}" for level, number in levels))
    for case in unusual:
        print(f"  ! {case.display_name}: {case.abnormal_note}")
