from datetime import timedelta

from odoo import fields, models

from ..tools.random_groups import pick_group
from .collection_demo import MODULE
from .story import Event

RULES_ON = ("promise", "large_old", "deadline", "kpi")
# Alerts somebody has looked at already.
LOOKED_AT = 1
CAMPAIGN = "Relance groupée avant l'arrêté trimestriel"
CAMPAIGN_AGO = 30
CONTROL_SHARE = 25
MAIL = Event(CAMPAIGN_AGO, "email")
SMALLEST = 100  # what a run would ask for
# Who has paid since is up to date today.
CONTACTED_STATES = ("open", "watch")
GROUPS = ("contact", "control")


class CollectionDemoSteering(models.AbstractModel):
    """What managers steer by: alerts, a campaign that is over, months of indicators."""

    _inherit = "collection.demo"

    def _load_steering(self, today):
        company = self.env.company
        self._run_past_campaign(today)
        self.env["collection.action.result"]._refresh(company)
        kpis = self.env["collection.kpi"]
        for month in kpis._get_months_to_measure(company):
            kpis._measure(company, month)
        self._switch_rules_on()

    # === ALERTS === #

    def _switch_rules_on(self):
        """Let some of the rules as shipped look at the last month."""
        rules = self.env["collection.alert.rule"].union(
            *(self.env.ref(f"{MODULE}.alert_rule_{name}") for name in RULES_ON)
        )
        rules.write({"is_on": True, "user_id": self.env.ref("base.user_admin").id})
        # What happened before counts as news here.
        rules.looked_at = fields.Datetime.now() - timedelta(days=31)
        rules.action_look()
        about_cases = rules.alert_ids.filtered("case_id").sorted("amount")
        about_cases[:LOOKED_AT].action_done()

    # === CAMPAIGN === #

    def _run_past_campaign(self, today):
        """Make a campaign of last month, its contacts and what they brought."""
        day = self._get_past_day(today, CAMPAIGN_AGO)
        values = {"quarter": self._prepare_campaign(day)}
        campaign = self._create_named("collection.campaign", "campaign", values)[
            "quarter"
        ]
        owed = self._get_owed(day)
        campaign._update_state("selected")
        lines = self._create_campaign_lines(campaign, owed, day)
        contacted = lines.filtered(lambda line: line.group == "contact")
        self._create_campaign_contacts(campaign, contacted, owed, day)
        campaign._update_state("running")
        contacted.state = "planned"
        contacted._take_actions()
        campaign._measure_cash()
        campaign._update_state("done")

    def _prepare_campaign(self, day):
        return {
            "name": CAMPAIGN,
            "campaign_company_id": self.env.company.id,
            "user_id": self.env.ref("base.user_admin").id,
            "channel": MAIL.channel,
            "template_id": self.env.ref(f"{MODULE}.mail_template_business_orders").id,
            "date_start": day,
            "control_share": CONTROL_SHARE,
        }

    def _get_owed(self, day):
        """Return ``{case: past items}`` of the cases a run would have contacted."""
        return {
            case: items
            for _story, case in self._iter_cases(self._get_cases())
            if case.state in CONTACTED_STATES and not case.hold_ids
            if (items := self._get_past_items(case, day))
            if sum(item.residual for item in items) >= SMALLEST
        }

    def _create_campaign_lines(self, campaign, owed, day):
        weights = [100 - CONTROL_SHARE, CONTROL_SHARE]
        return self.env["collection.campaign.line"].create(
            [
                {
                    "campaign_id": campaign.id,
                    "case_id": case.id,
                    "amount": case.currency_id.round(
                        sum(item.residual for item in items)
                    ),
                    "group": GROUPS[pick_group(CAMPAIGN, case.id, weights)],
                    "date": day,
                }
                for case, items in owed.items()
            ]
        )

    def _create_campaign_contacts(self, campaign, lines, owed, day):
        actions = self.env["collection.action"].create(
            [
                self._prepare_past_action(
                    line.case_id, MAIL, owed[line.case_id], campaign.step_id, day
                )
                for line in lines
            ]
        )
        actions._freeze_texts()
        for action in actions:
            self._close_past_action(action, MAIL)
        self._post_past_mails(actions)
