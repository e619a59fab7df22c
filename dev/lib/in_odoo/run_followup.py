"""Run the follow-up of the day and say what it did."""

from collections import Counter

from odoo import fields

DAYS_BACK = 7
WIDTHS = (34, 12, 8, 16)


def main(env, login):
    """Run it for each company that has debtors, as that user."""
    user = env["res.users"].search([("login", "=", login)])
    env = env(user=user, context=user.context_get() | {"lang": "en_US"})
    companies = env["collection.case"].sudo().search([]).company_id
    if not companies:
        print("No company has anything to collect.")
    for company in companies:
        runs = env["collection.run"].with_company(company)
        run = _run_of_last_working_day(runs)
        if run.state != "done":
            run.action_execute()
            env.cr.commit()
        _report(run)


def _run_of_last_working_day(runs):
    """The run of today or, when nothing may leave today, of the last day it could."""
    today = fields.Date.context_today(runs)
    for days in range(DAYS_BACK):
        run = _planned_run(runs, fields.Date.subtract(today, days=days))
        if run.action_ids:
            return run
        if run.state != "done":
            run.unlink()
    return _planned_run(runs, today)


def _planned_run(runs, date):
    """The run of a day, planned; the one there is, if any."""
    company = runs.env.company
    run = runs.search([("company_id", "=", company.id), ("date", "=", date)], limit=1)
    if not run:
        run = runs.create({"company_id": company.id, "date": date})
        run.action_preview()
    return run


# === REPORT === #


def _report(run):
    """Print the figures of a run, readable in a terminal."""
    company = run.company_id
    cases = run.env["collection.case"].search([("company_id", "=", company.id)])
    print(f"\nFollow-up of {run.date} - {company.name} ({run.state})")
    _row("Cases", "", len(cases), sum(cases.mapped("amount_due")))
    overdue = cases.filtered(lambda case: case.amount_overdue > 0)
    _row("  of which overdue", "", len(overdue), sum(overdue.mapped("amount_overdue")))
    _report_actions(run.action_ids)
    _report_left_out(run.log_ids)


def _report_actions(actions):
    """By channel and state: how many, how much."""
    labels = dict(actions._fields["channel"]._description_selection(actions.env))
    states = dict(actions._fields["state"]._description_selection(actions.env))
    counts, amounts = Counter(), Counter()
    for action in actions:
        key = (action.channel, action.state)
        counts[key] += 1
        amounts[key] += action.amount
    _title("Actions", "State", "Number", "Amount")
    for channel, state in sorted(counts):
        key = (channel, state)
        label = labels.get(channel, channel)
        _row(label, states.get(state, state), counts[key], amounts[key])
    _row("Total", "", counts.total(), amounts.total())


def _report_left_out(logs):
    """By reason: how many cases nothing was done for."""
    counts = Counter(log.code for log in logs if log.case_id)
    amounts = Counter()
    for log in logs.filtered("case_id"):
        amounts[log.code] += log.amount
    _title("Left out, by reason", "", "Number", "Amount")
    for code, count in counts.most_common():
        _row(code, "", count, amounts[code])


def _title(*cells):
    print(f"\n{_format(cells)}\n{'-' * (sum(WIDTHS) + 3)}")


def _row(label, detail, count, amount):
    print(_format((label, detail, f"{count:,}", f"{amount:,.2f}")))


def _format(cells):
    first, second, *numbers = cells
    texts = [
        f"{first[: WIDTHS[0]]:<{WIDTHS[0]}}",
        f"{second[: WIDTHS[1]]:<{WIDTHS[1]}}",
    ]
    figures = zip(numbers, WIDTHS[2:], strict=True)
    return " ".join(texts + [f"{number:>{width}}" for number, width in figures])
