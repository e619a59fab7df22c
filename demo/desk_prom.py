"""Promises and disputes of the demo debtors, on top of their stories."""

from datetime import timedelta

from odoo import Command

MODULE = "l10n_fr_debt_collection."
# Name, reason, part of the oldest overdue item, what the debtor says.
DISPUTES = (
    (
        "Restaurant Le Phare d'Émeraude",
        "quality",
        2 / 3,
        "Deux lustres sur trois brisés.",
    ),
    ("Bastien Corvisart", "quality", 1, "Pose à reprendre avant le solde."),
)
# Name, days back when it was made, days after that for which it was promised.
BROKEN_PROMISES = (
    ("Boulangerie L'Épi Cendré", 44, 4),
    ("Boulangerie L'Épi Cendré", 30, 7),
)
OPEN_PROMISES = (("Boulangerie L'Épi Cendré", 5), ("Altivue Conseil SAS", 12))


def load(env, company):
    """Add the promises and disputes of ``company``, once."""
    if env["collection.promise"].search_count([("company_id", "=", company.id)]):
        return
    today = company._get_collection_today()
    for name, reason, part, words in DISPUTES:
        case = _get_case(env, company, name, "dispute")
        line = case._get_open_debts()[:1]
        if line:
            amount = company.currency_id.round(line.amount_residual * part)
            reason = env.ref(f"{MODULE}dispute_reason_{reason}")
            case._dispute(reason, line, amount, description=words)
    for name, age, days in BROKEN_PROMISES:
        _break_promise(_get_case(env, company, name, "promise"), today, age, days)
    for name, days in OPEN_PROMISES:
        case = _get_case(env, company, name, "promise")
        debts = case._get_promised_debts(0)
        if debts:
            case._promise(case._sum_open(debts), today + timedelta(days=days), debts)


def _get_case(env, company, name, reason):
    """Return the case of a debtor, free of what its story notes as a mere hold."""
    case = env["collection.case"].search(
        [("partner_id.name", "=", name), ("company_id", "=", company.id)], limit=1
    )
    case.hold_ids.filtered(
        lambda hold: hold.reason == reason and not hold.res_model
    ).unlink()
    return case


def _break_promise(case, today, age, days):
    """Note a promise made ``age`` days ago that nothing has been paid for since."""
    debts = case._get_promised_debts(0)
    if not debts:
        return
    made = today - timedelta(days=age)
    promise = case.env["collection.promise"].create(
        {
            "case_id": case.id,
            "amount": case._sum_open(debts[:1]),
            "date_made": made,
            "date_promised": made + timedelta(days=days),
            "line_ids": [Command.set(debts[:1].ids)],
        }
    )
    promise._judge()
