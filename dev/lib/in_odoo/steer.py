"""Give the demo what a manager steers by: alerts, a campaign, a provider.

In French, as the pictures of the guide are.
"""

from datetime import timedelta

from odoo import Command, fields

MODULE = "l10n_fr_debt_collection"
OLD_SINCE = 60  # days overdue of the debtors of the campaign


def main(env, login):
    """Do it for each company that has debtors, as that user."""
    user = env["res.users"].search([("login", "=", login)])
    env = env(user=user, context=user.context_get() | {"lang": "fr_FR"})
    for company in env["collection.case"].search([]).company_id:
        env["collection.limitation"]._refresh(company)
        _prepare_campaign(env, company)
        _make_provider(env, company)
        env.cr.commit()
    rules = env["collection.alert.rule"].search([])
    rules.action_switch_on()
    rules.action_look()
    env.cr.commit()


def _prepare_campaign(env, company):
    today = fields.Date.context_today(env.user)
    since = fields.Date.to_string(today - timedelta(days=OLD_SINCE))
    campaign = env["collection.campaign"].create(
        {
            "name": "Créances anciennes avant la clôture",
            "company_id": company.id,
            "domain": str([("overdue_since", "<", since)]),
            "channel": "email",
            "template_id": env.ref(f"{MODULE}.mail_template_business_orders").id,
        }
    )
    campaign.action_select()


def _make_provider(env, company):
    """Make an agency to hand cases over to."""
    partner = env["res.partner"].create(
        {"name": "Cabinet Exemple Recouvrement", "is_company": True}
    )
    env["collection.handover.provider"].create(
        {
            "partner_id": partner.id,
            "company_id": company.id,
            "stated_rate": 40,
            "tier_ids": [Command.create({"limit_from": 0, "percent": 15})],
        }
    )
