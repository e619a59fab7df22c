from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import planning

CHANNEL_FIELDS = ("channel", "second_channel", "fallback_channel", "last_channel")
WEEKDAY_FIELDS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class CollectionStep(models.Model):
    """When, how, by whom and with which words a debtor is contacted."""

    _name = "collection.step"
    _description = "Scenario step"
    _order = "scenario_id, delay_days, id"
    _check_company_auto = True

    scenario_id = fields.Many2one(
        "collection.scenario", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="scenario_id.company_id", store=True)
    currency_id = fields.Many2one(related="scenario_id.currency_id")
    active = fields.Boolean(default=True)
    name = fields.Char(
        required=True,
        translate=True,
        help="Internal name: the debtor never reads it.",
    )

    # When
    delay_days = fields.Integer(
        string="Days from due date",
        required=True,
        help="Zero or less: before the due date, about items that are not overdue yet.",
    )
    min_days_since_contact = fields.Integer(
        string="Days since last contact",
        default=5,
        help="The step waits until this many days have passed since the debtor was "
        "last contacted, by whatever step or person.",
    )
    mon = fields.Boolean(default=True)
    tue = fields.Boolean(default=True)
    wed = fields.Boolean(default=True)
    thu = fields.Boolean(default=True)
    fri = fields.Boolean(default=True)
    sat = fields.Boolean()
    sun = fields.Boolean()
    skip_holidays = fields.Boolean(
        string="Not on public holidays",
        default=True,
        help="Legal holidays in metropolitan France (Code du travail, L3133-1).",
    )

    # For whom
    minimum_amount = fields.Monetary(
        help="In company currency: below it this step does not exist for the debtor.",
    )
    risk_min = fields.Integer(string="Risk from", default=0)
    risk_max = fields.Integer(string="Risk to", default=100)

    # How
    channel = fields.Selection(
        selection="_get_channels", required=True, default="email"
    )
    fallback_channel = fields.Selection(
        selection="_get_channels",
        help="Used when the debtor cannot be reached through the channel.",
    )
    last_channel = fields.Selection(
        selection="_get_channels",
        string="Last channel",
        help="Used when neither of the others reaches the debtor.",
    )
    second_channel = fields.Selection(
        selection="_get_channels",
        string="And also by",
        help="The same message leaves by this channel too: an e-mail and a letter.",
    )
    cascade_on_bounce = fields.Boolean(
        string="Next channel when it does not arrive",
        default=True,
        help="When the message comes back or is refused, the next run takes the next "
        "channel instead of trying the same address again.",
    )
    mode = fields.Selection(
        [("automatic", "Automatic"), ("validate", "To validate")],
        required=True,
        default="automatic",
        help="Automatic: leaves with the run. To validate: waits for a person.",
    )
    expiry_days = fields.Integer(
        string="Expires after (days)",
        help="A call or task still open after so many days is dropped and the scenario "
        "goes on. Zero: it waits for ever.",
    )

    # Who signs
    signatory = fields.Selection(
        [
            ("collector", "Collector of the case"),
            ("user", "A given user"),
            ("role", "A department"),
        ],
        required=True,
        default="collector",
    )
    signatory_user_id = fields.Many2one("res.users", string="Signing user")
    signatory_name = fields.Char(
        string="Department",
        translate=True,
        help="Signature, for example “Service contentieux”.",
    )
    signatory_email = fields.Char(
        string="Sender address",
        help="Address the e-mails of this step come from. Empty: the signing user's, "
        "else the company's.",
    )

    # With which words
    template_id = fields.Many2one(
        "mail.template",
        string="Text",
        domain="[('model', '=', 'collection.action')]",
        ondelete="restrict",
        help="Subject and words of the e-mail or letter, one version per language. "
        "The table of items, the ways to pay and the signature are added below.",
    )
    script = fields.Html(
        string="Guide",
        translate=True,
        sanitize=True,
        help="For a call or a task: what to ask, what to note.",
    )
    attach_statement = fields.Boolean(string="Attach the statement of account")
    attach_invoices = fields.Boolean(string="Attach the invoices")

    action_ids = fields.One2many("collection.action", "step_id")

    _delay_once = models.UniqueIndex(
        "(scenario_id, delay_days, channel) WHERE active IS TRUE",
        "A scenario has one step per day and channel.",
    )
    _risk_band = models.Constraint(
        "CHECK(0 <= risk_min AND risk_min <= risk_max AND risk_max <= 100)",
        "The risk band of a step goes from a lower to a higher score, from 0 to 100.",
    )
    _days_positive = models.Constraint(
        "CHECK(min_days_since_contact >= 0 AND expiry_days >= 0)",
        "A number of days to wait is not negative.",
    )

    # === COMPUTE METHODS === #

    @api.model
    def _get_channels(self):
        return self.env["collection.channel"]._get_selection()

    @api.depends("name", "delay_days")
    def _compute_display_name(self):
        for step in self:
            step.display_name = self.env._(
                "D%(delay)+d · %(name)s", delay=step.delay_days, name=step.name or ""
            )

    # === CONSTRAINTS === #

    @api.constrains(*CHANNEL_FIELDS, "template_id")
    def _check_text(self):
        for step in self:
            for channel in step._get_used_channels():
                needs_text = self.env["collection.channel"]._get(channel)._needs_text
                if needs_text and not step.template_id:
                    raise ValidationError(
                        self.env._(
                            "Step “%(step)s” writes to the debtor: choose its text.",
                            step=step.name,
                        )
                    )

    @api.constrains("channel", "second_channel")
    def _check_second_channel(self):
        for step in self:
            if step.second_channel == step.channel:
                raise ValidationError(
                    self.env._(
                        "Step “%s” would send the same twice: choose another second "
                        "channel, or none.",
                        step.name,
                    )
                )

    @api.constrains(*WEEKDAY_FIELDS)
    def _check_weekdays(self):
        for step in self:
            if not step._get_weekdays():
                raise ValidationError(
                    self.env._(
                        "Step “%s” may leave on no day of the week: tick at least one.",
                        step.name,
                    )
                )

    @api.constrains("signatory", "signatory_user_id", "signatory_name")
    def _check_signatory(self):
        for step in self:
            if step.signatory == "user" and not step.signatory_user_id:
                raise ValidationError(
                    self.env._("Step “%s”: choose the user who signs.", step.name)
                )
            if step.signatory == "role" and not step.signatory_name:
                raise ValidationError(
                    self.env._("Step “%s”: name the department that signs.", step.name)
                )

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = (
            self.env["collection.action"]
            .sudo()
            .search_fetch([("step_id", "in", self.ids)], ["step_id"], limit=1)
        )
        if used:
            raise UserError(
                self.env._(
                    "Step “%s” has already been used: it is part of the history of "
                    "some debtors. Archive it instead.",
                    used.step_id.name,
                )
            )

    # === BUSINESS METHODS === #

    def _get_used_channels(self):
        """Return the names of all the channels that this step may use."""
        self.ensure_one()
        return {self[name] for name in CHANNEL_FIELDS if self[name]}

    def _get_weekdays(self):
        """Return the allowed days of the week as numbers, Monday being 0."""
        self.ensure_one()
        return frozenset(
            number for number, name in enumerate(WEEKDAY_FIELDS) if self[name]
        )

    def _to_plan(self):
        """Return the :class:`planning.Step` that says the same in plain Python."""
        self.ensure_one()
        return planning.Step(
            id=self.id,
            delay=self.delay_days,
            minimum_amount=self.minimum_amount,
            risk_min=self.risk_min,
            risk_max=self.risk_max,
            min_days_since_contact=self.min_days_since_contact,
            weekdays=self._get_weekdays(),
            skip_holidays=self.skip_holidays,
        )

    def _get_signature(self, user):
        """Return name, e-mail and phone of who signs when ``user`` has the case."""
        self.ensure_one()
        if self.signatory == "role":
            signatory = self.env["res.users"]
            name = self.signatory_name
        else:
            signatory = self.signatory_user_id if self.signatory == "user" else user
            name = signatory.name
        return {
            "signatory_name": name,
            "signatory_email": self.signatory_email or signatory.email,
            "signatory_phone": signatory.phone,
        }
