import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import mute_logger

from .collection_segment import UNREADABLE

CODES = re.compile(r"[\s,;]+")
# Alerts are many, and each says itself where it comes from.
QUIET = {"mail_create_nolog": True, "tracking_disable": True}
# An event may be written some days after it happened: bank statements are late.
LATE_DAYS = 31


class CollectionAlertRule(models.Model):
    """What is to be noticed, on which debtors, and what is then done.

    Off until it has been tried. Each rule speaks once of a case, and again only when
    what it saw has ended and its quiet days are over.
    """

    _name = "collection.alert.rule"
    _description = "Alert rule"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_on = fields.Boolean(
        string="Switched on",
        tracking=True,
        copy=False,
        help="Off: it can be tried on today's data, nothing is done.",
    )
    company_id = fields.Many2one("res.company", help="Empty: for every company.")
    trigger = fields.Selection(
        selection="_get_triggers", string="When", required=True, default="condition"
    )
    is_of_company = fields.Boolean(compute="_compute_trigger_facts")
    threshold = fields.Integer(
        help="Points the score has risen by, contacts without an answer, days left, or "
        "percent above the credit limit, whatever the trigger counts.",
    )
    codes = fields.Char(
        help="Codes of announcements, deadlines or indicators, separated by commas. "
        "Empty: any.",
    )
    domain = fields.Char(
        string="For which cases", default="[]", help="Empty: all cases."
    )
    condition = fields.Char(compute="_compute_condition", string="Which cases")
    segment_ids = fields.Many2many(
        "collection.segment", string="Segments", help="Empty: all of them."
    )
    quiet_days = fields.Integer(
        string="Quiet for (days)",
        default=30,
        help="It says nothing more of the same case for so many days.",
    )
    group_above = fields.Integer(
        string="Confirm above (cases)",
        default=50,
        help="When one look sees more cases than this, the responses wait until "
        "somebody has confirmed them, and the owner gets one task for all.",
    )
    owner = fields.Selection(
        [
            ("collector", "Collector of the case"),
            ("user", "A given user"),
        ],
        string="Speaks to",
        required=True,
        default="collector",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        domain="[('share', '=', False)]",
        default=lambda self: self.env.user,
        help="Of alerts about the company, of those to confirm, and of all if the "
        "owner is a given user.",
    )
    response_ids = fields.One2many(
        "collection.alert.response", "rule_id", string="Responses", copy=True
    )
    alert_ids = fields.One2many("collection.alert", "rule_id")
    alert_count = fields.Integer(compute="_compute_alert_count")
    looked_at = fields.Datetime(
        string="Looked last", readonly=True, copy=False, default=fields.Datetime.now
    )

    _numbers_positive = models.Constraint(
        "CHECK(quiet_days >= 0 AND group_above > 0 AND threshold >= 0)",
        "Days and thresholds are not negative; at least one case is handled without "
        "being confirmed.",
    )

    # === COMPUTE METHODS === #

    @api.model
    def _get_triggers(self):
        return self.env["collection.alert.trigger"]._get_selection()

    @api.depends("trigger")
    def _compute_trigger_facts(self):
        triggers = self.env["collection.alert.trigger"]
        for rule in self:
            rule.is_of_company = bool(
                rule.trigger and triggers._get(rule.trigger)._of_company
            )

    @api.depends("domain")
    @api.depends_context("lang")
    def _compute_condition(self):
        words = self.env["collection.domain.words"]
        for rule in self:
            try:
                domain = rule._read_domain()
            except UNREADABLE:
                rule.condition = rule.domain
                continue
            rule.condition = words._describe(domain, "collection.case")

    def _compute_alert_count(self):
        counts = dict(
            self.env["collection.alert"]._read_group(
                [("rule_id", "in", self.ids), ("state", "in", ("open", "waiting"))],
                ["rule_id"],
                ["__count"],
            )
        )
        for rule in self:
            rule.alert_count = counts.get(rule, 0)

    # === CONSTRAINTS === #

    @api.constrains("domain")
    def _check_domain(self):
        cases = self.env["collection.case"]
        for rule in self:
            try:
                with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                    cases.search(rule._read_domain(), limit=1)
            except UNREADABLE as error:
                raise ValidationError(
                    self.env._(
                        "The condition of alert rule “%(rule)s” cannot be read: "
                        "%(error)s",
                        rule=rule.name,
                        error=error,
                    )
                ) from error

    # === CRUD === #

    def write(self, vals):
        if vals.get("is_on"):
            # What happened while a rule was off is not news when it is switched on.
            asleep = self.filtered(lambda rule: not rule.is_on)
            asleep.looked_at = fields.Datetime.now()
        return super().write(vals)

    # === ACTION METHODS === #

    def action_switch_on(self):
        self.is_on = True
        return True

    def action_switch_off(self):
        self.is_on = False
        return True

    def action_try(self):
        """Open the cases that the rule would speak of today; nothing is done."""
        self.ensure_one()
        company = self.company_id or self.env.company
        # An event is looked for in the last month.
        now = fields.Datetime.now()
        tried = self.new(origin=self)
        tried.looked_at = now - timedelta(days=LATE_DAYS)
        found = self._get_trigger()._find(
            tried, company, self._get_cases_domain(company)
        )
        if self.is_of_company:
            return self._tell(found.get(False) or self.env._("Nothing to say today."))
        if not found:
            return self._tell(
                self.env._("It would speak of no case today, or in the last month.")
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_case_action"
        )
        return action | {
            "name": self.env._("%(rule)s: what it would speak of", rule=self.name),
            "domain": [("id", "in", list(found))],
            "context": {},
        }

    def action_look(self):
        """Look now, as the nightly job does."""
        for rule in self.filtered("is_on"):
            rule._look()
        return True

    def action_open_alerts(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_alert_action"
        )
        return action | {
            "domain": [("rule_id", "=", self.id)],
            "context": {"search_default_to_do": 1},
        }

    def _tell(self, sentence):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": sentence, "type": "info", "title": self.name},
        }

    # === JOB === #

    @api.model
    def _cron_look(self):
        """Let every rule that is on look; one that fails does not stop the others."""
        cron = self.env["ir.cron"]
        rules = self.search([("is_on", "=", True)])
        cron._commit_progress(remaining=len(rules))
        for rule in rules:
            try:
                with self.env.cr.savepoint():
                    rule._look()
            except Exception as error:
                rule._message_log(body=self.env._("The rule could not look: %s", error))
            if not cron._commit_progress(1):
                break

    def _look(self):
        """Make the alerts of what is found and carry out the responses."""
        self.ensure_one()
        moment = fields.Datetime.now()
        companies = self.company_id or self.env["res.company"].search(Domain.TRUE)
        for company in companies:
            # The rule speaks to the house, whoever runs it.
            spoken = self.with_context(lang=company._get_house_lang())
            rule = spoken.sudo().with_company(company)
            alerts = rule._make_alerts(company)
            if len(alerts) > rule.group_above:
                rule._ask_to_confirm(alerts)
            else:
                rule._respond(alerts)
        self.sudo().looked_at = moment

    def _make_alerts(self, company):
        found = self._get_trigger()._find(
            self, company, self._get_cases_domain(company)
        )
        standing = self.env["collection.alert"].search(
            [
                ("rule_id", "=", self.id),
                ("company_id", "=", company.id),
                ("is_standing", "=", True),
            ]
        )
        standing.filtered(
            lambda alert: alert.case_id.id not in found
        ).is_standing = False
        silent = self._get_silent_cases(company) | set(standing.case_id.ids)
        if standing.filtered(lambda alert: not alert.case_id):
            silent.add(False)
        cases = self.env["collection.case"].browse(
            case_id for case_id in found if case_id and case_id not in silent
        )
        about = [(case, found[case.id]) for case in cases]
        if False in found and False not in silent:
            about.append((cases.browse(), found[False]))
        alerts = self.env["collection.alert"].with_context(**QUIET)
        values = [self._prepare_alert(company, case, seen) for case, seen in about]
        return alerts.create(values).with_env(self.env)

    def _prepare_alert(self, company, case, seen):
        return {
            "rule_id": self.id,
            "company_id": company.id,
            "case_id": case.id,
            "amount": case.amount_overdue,
            "detail": seen,
            "date": company._get_collection_today(),
            "user_id": self._get_owner(case).id,
            "is_standing": self._get_trigger()._is_state,
        }

    def _get_silent_cases(self, company):
        """Return the ids of cases of which it has spoken within its quiet days."""
        since = company._get_collection_today() - timedelta(days=self.quiet_days)
        rows = self.env["collection.alert"]._read_group(
            [
                ("rule_id", "=", self.id),
                ("company_id", "=", company.id),
                ("date", ">", since),
            ],
            ["case_id"],
        )
        return {case.id for (case,) in rows}

    # === RESPONSES === #

    def _respond(self, alerts):
        """Carry out the responses, one after the other, for all these alerts."""
        self.ensure_one()
        for response in self.response_ids if alerts else ():
            response._respond(alerts)

    def _ask_to_confirm(self, alerts):
        """Keep the responses back: one task for the owner instead of many."""
        alerts.with_context(**QUIET).state = "waiting"
        owner = self.user_id or self.env.user
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=owner.id,
            summary=self.env._(
                "%(count)s alerts to confirm: %(rule)s",
                count=len(alerts),
                rule=self.name,
            ),
            note=self.env._(
                "More than %s cases at once: nothing is done before you have looked "
                "at them and confirmed.",
                self.group_above,
            ),
        )

    # === HELPERS === #

    def _get_trigger(self):
        self.ensure_one()
        return self.env["collection.alert.trigger"]._get(self.trigger)

    def _read_domain(self):
        self.ensure_one()
        return self.env["collection.segment"].new({"domain": self.domain})._get_domain()

    def _get_cases_domain(self, company):
        """Return the domain of the cases of ``company`` that the rule is about."""
        domain = Domain("company_id", "=", company.id)
        if self.segment_ids:
            domain &= Domain("segment_id", "in", self.segment_ids.ids)
        try:
            return domain & self._read_domain()
        except UNREADABLE as error:
            raise UserError(
                self.env._(
                    "The condition of alert rule “%(rule)s” cannot be read: %(error)s",
                    rule=self.name,
                    error=error,
                )
            ) from error

    def _explain(self, cases):
        """Return ``{case id: why it fits}``, in words with the values of the case."""
        return self.env["collection.domain.words"]._explain(self._read_domain(), cases)

    def _get_codes(self):
        return [code for code in CODES.split(self.codes or "") if code]

    def _get_first_day(self, company):
        """Return the day before which an event is too old to be news."""
        return self.looked_at.date() - timedelta(days=LATE_DAYS)

    def _get_owner(self, case):
        if self.owner == "collector" and case:
            return case._get_collector()
        return self.user_id
