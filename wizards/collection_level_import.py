from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

BATCH = 1000
# How long debtors whom the other module left alone stay so, until somebody looks.
LEFT_ALONE_MONTHS = 12


class CollectionLevelImport(models.TransientModel):
    """Takes over reminder levels of OCA's account_credit_control, and goes on there.

    Policies become scenarios, levels steps with their own words, and what was sent of
    what is still open the memory of these steps: reminders neither stop nor begin
    again. May be repeated: what was taken over stays as it is.
    """

    _name = "collection.level.import"
    _description = "Import of reminder levels"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    is_available = fields.Boolean(compute="_compute_preview")
    policy_note = fields.Text(compute="_compute_preview", string="Policies found")
    reminder_count = fields.Integer(
        compute="_compute_preview", string="Reminders of open items"
    )
    result_note = fields.Text(readonly=True)

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    def _compute_preview(self):
        source = self.env["collection.level.source"]
        for wizard in self:
            wizard.is_available = source._is_available()
            policies = reminders = ()
            if wizard.is_available:
                policies = source._read_policies(wizard.company_id)
                reminders = source._read_reminders(wizard.company_id)
            wizard.policy_note = "\n".join(map(wizard._describe, policies))
            wizard.reminder_count = len(reminders)

    @api.model
    def _describe(self, policy):
        levels = ", ".join(
            self.env._(
                "%(level)s after %(days)s days", level=level.name, days=level.delay
            )
            for level in policy.levels
        )
        return f"{policy.name}: {levels or self.env._('no reminders')}"

    # === ACTION METHODS === #

    def action_import(self):
        """Take all over and show what was done.

        :raise UserError: the other module is not installed
        """
        self.ensure_one()
        source = self.env["collection.level.source"]
        if not source._is_available():
            raise UserError(
                self.env._(
                    "account_credit_control is not installed in this database: there "
                    "are no levels to take over."
                )
            )
        policies = source._read_policies(self.company_id)
        steps = {}
        for policy in policies:
            if policy.levels:
                steps |= self._take_over_policy(policy)
            else:
                self._leave_alone(policy)
        count = self._take_over_reminders(
            source._read_reminders(self.company_id), steps
        )
        self.result_note = self.env._(
            "%(steps)s steps and %(count)s contacts were taken over. Switch the runs "
            "of the other module off now: two reminders would reach the debtors.",
            steps=len(steps),
            count=count,
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import of reminder levels"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    # === POLICIES === #

    def _take_over_policy(self, policy):
        """Return ``{level id: step}`` of the scenario of ``policy``."""
        name = f"credit_control_policy_{policy.id}_{self.company_id.id}"
        scenario = self.env.ref(f"__import__.{name}", raise_if_not_found=False)
        if not scenario:
            scenario = self._make_scenario(policy)
            self.env["ir.model.data"].sudo().create(
                {
                    "module": "__import__",
                    "name": name,
                    "model": scenario._name,
                    "res_id": scenario.id,
                    "noupdate": True,
                }
            )
        self._assign(scenario, policy)
        steps = scenario.step_ids.sorted("delay_days")
        return {
            level.id: step for level, step in zip(policy.levels, steps, strict=False)
        }

    def _make_scenario(self, policy):
        templates = self.env["mail.template"].create(
            [
                {
                    "name": f"{policy.name}: {level.name}",
                    "model_id": self.env["ir.model"]._get_id("collection.action"),
                    # The level is not named to the debtor.
                    "subject": self.env._(
                        "Your account with %s", "{{ object.company_id.name }}"
                    ),
                    "body_html": level.body,
                    "lang": "{{ object.lang }}",
                }
                for level in policy.levels
            ]
        )
        return self.env["collection.scenario"].create(
            {
                "name": policy.name,
                "company_id": self.company_id.id,
                "step_ids": [
                    Command.create(
                        {
                            "name": level.name,
                            "delay_days": level.delay,
                            "channel": level.channel,
                            "template_id": template.id,
                        }
                    )
                    for level, template in zip(policy.levels, templates, strict=True)
                ],
            }
        )

    def _assign(self, scenario, policy):
        if policy.is_default:
            # Whoever takes over need not administer the company.
            self.company_id.sudo().collection_scenario_id = scenario
        cases = self._get_cases(policy)
        cases.filtered(lambda case: not case.manual_scenario_id).write(
            {"manual_scenario_id": scenario.id}
        )

    def _get_cases(self, policy):
        partners = self.env["res.partner"].browse(policy.partner_ids)
        return self.env["collection.case"]._get_for_partners(partners, self.company_id)

    def _leave_alone(self, policy):
        """Hold the debtors whom the other module left alone."""
        today = self.company_id._get_collection_today()
        cases = self._get_cases(policy)
        name = self.env._("Taken over: %s", policy.name)
        held = cases.filtered(
            lambda case: any(hold.name == name for hold in case.active_hold_ids)
        )
        self.env["collection.hold"].create(
            [
                {
                    "case_id": case.id,
                    "reason": "manual",
                    "name": name,
                    "date_from": today,
                    "date_to": today + relativedelta(months=LEFT_ALONE_MONTHS),
                    "user_id": self.env.uid,
                }
                for case in cases - held
            ]
        )

    # === REMINDERS === #

    def _take_over_reminders(self, reminders, steps):
        """Note what was sent as contacts, in batches; return how many are new."""
        known = [reminder for reminder in reminders if reminder.level_id in steps]
        lines = self.env["account.move.line"].browse(
            reminder.line_id for reminder in known
        )
        cases = self.env["collection.case"]._get_for_partners(
            lines.partner_id, self.company_id
        )
        case_of = cases.grouped("partner_id")
        contacts = defaultdict(self.env["account.move.line"].browse)
        for reminder, line in zip(known, lines, strict=True):
            case = case_of.get(line.partner_id.commercial_partner_id)
            if case:
                step = steps[reminder.level_id]
                name = f"credit.control:{reminder.level_id}:{case.id}:{reminder.day}"
                contacts[case, step, reminder.day, name] |= line
        count = 0
        for keys in split_every(BATCH, list(contacts)):
            part = {key: contacts[key] for key in keys}
            count += len(self.env["collection.action"]._take_over(part))
        cases._request_review()
        return count
