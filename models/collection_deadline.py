from collections import defaultdict
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

OPEN_STATES = ("open", "missed")
NEVER_ALERTED = 9999


class CollectionDeadline(models.Model):
    """The last day on which something can be done for a case.

    Whatever opens a deadline names itself in ``res_model`` and ``res_id``.
    Announcements open theirs by ``collection.deadline.rule``.
    """

    _name = "collection.deadline"
    _description = "Deadline"
    _inherit = ["collection.case.part"]
    _order = "date, id"
    _check_company_auto = True

    case_id = fields.Many2one(readonly=False, ondelete="cascade")
    rule_id = fields.Many2one(
        "collection.deadline.rule",
        string="Kind",
        ondelete="restrict",
        index="btree_not_null",
    )
    event_id = fields.Many2one(
        "collection.registry.event",
        string="Announcement",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
    )
    res_model = fields.Char(string="Caused by (model)", readonly=True)
    res_id = fields.Many2oneReference(
        string="Caused by", model_field="res_model", readonly=True
    )
    name = fields.Char(
        string="Deadline",
        compute="_compute_name",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    date_from = fields.Date(string="Runs from")
    date = fields.Date(string="Last day", required=True, index=True)
    state = fields.Selection(
        [
            ("open", "To meet"),
            ("done", "Done"),
            ("missed", "Missed"),
            ("cancelled", "Cancelled"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        group_expand=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index="btree_not_null",
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
        default=lambda self: self.env.user,
    )
    amount = fields.Monetary(
        string="At stake",
        help="What was open the evening before the judgment, or when the deadline was "
        "opened.",
    )
    days_left = fields.Integer(compute="_compute_days_left")
    done_on = fields.Date(readonly=True, copy=False)
    note = fields.Text()
    remedy = fields.Text(related="rule_id.remedy", string="What to do")
    legal_source = fields.Char(related="rule_id.legal_source")
    is_to_check = fields.Boolean(related="rule_id.is_to_check")
    last_alert_days = fields.Integer(
        default=NEVER_ALERTED,
        readonly=True,
        copy=False,
        help="Days left at the last alert.",
    )

    _open_idx = models.Index("(company_id, date) WHERE state = 'open'")

    # === COMPUTE METHODS === #

    @api.depends("rule_id")
    def _compute_name(self):
        for deadline in self:
            deadline.name = deadline.rule_id.name or deadline.name

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for deadline in self:
            debtor = deadline.partner_id.display_name or ""
            deadline.display_name = f"{debtor} · {deadline.name}"

    @api.depends("date")
    def _compute_days_left(self):
        for deadline in self:
            company = deadline.company_id or self.env.company
            today = company._get_collection_today()
            deadline.days_left = (deadline.date - today).days if deadline.date else 0

    @api.onchange("rule_id", "date_from")
    def _onchange_start(self):
        if self.rule_id and self.date_from:
            company = self.company_id or self.env.company
            self.date = self.rule_id._get_date(
                self.date_from, company, self.case_id.partner_id
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        deadlines = super().create(vals_list)
        deadlines._mark_missed()
        return deadlines

    def write(self, vals):
        result = super().write(vals)
        if "date" in vals:
            self.filtered(lambda deadline: deadline.state == "missed").state = "open"
            self.last_alert_days = NEVER_ALERTED
            self._mark_missed()
        return result

    # === ACTION METHODS === #

    def action_done(self):
        """Note that what had to be done has been done; late is better than never."""
        done = self.filtered(lambda deadline: deadline.state in OPEN_STATES)
        for company, deadlines in done.grouped("company_id").items():
            deadlines.write(
                {"state": "done", "done_on": company._get_collection_today()}
            )
        in_time = done.filtered(lambda deadline: deadline.done_on <= deadline.date)
        in_time._get_fallbacks()._cancel()
        done._log(self.env._("Deadline met: %(deadline)s (last day %(date)s)."))
        return True

    def action_cancel(self):
        """Note that nothing has to be done by that day."""
        self._cancel()
        return True

    def action_reopen(self):
        closed = self.filtered(lambda deadline: deadline.state not in OPEN_STATES)
        closed.write({"state": "open", "done_on": False})
        closed._mark_missed()
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _open_by_rule(self, code, record, start, *, amount=0.0, user=None):
        """Open the deadline ``code`` of ``record``, or move it to another start.

        :param record: what causes it; it has a ``case_id``
        :param date start: the day it runs from
        :param float amount: at stake, in company currency
        :return: the deadline
        :raises UserError: when no kind of deadline has that code on that day
        """
        record.ensure_one()
        case = record.case_id
        rule = self.env["collection.deadline.rule"]._find(code, start)
        end = rule._get_date(start, case.company_id, case.partner_id)
        values = {
            "rule_id": rule.id,
            "date_from": start,
            "date": end,
            "amount": amount,
        }
        known = self._get_by_rule(code, record)
        if known:
            known.write(values)
            return known
        return self.create(
            {
                **values,
                "case_id": case.id,
                "res_model": record._name,
                "res_id": record.id,
                "user_id": (user or case._get_watch_user()).id,
            }
        )

    @api.model
    def _meet_by_rule(self, code, record, day=None):
        """Note that the deadline ``code`` of these records was met, on ``day``."""
        met = self._get_by_rule(code, record)
        met.action_done()
        if day:
            met.filtered(lambda deadline: deadline.state == "done").done_on = day
        return met

    @api.model
    def _cancel_by_rule(self, code, record):
        """Cancel the deadline ``code`` of these records, all of theirs without one."""
        self._get_by_rule(code, record)._cancel()

    @api.model
    def _get_by_rule(self, code, records):
        domain = Domain("res_model", "=", records._name)
        domain &= Domain("res_id", "in", records.ids)
        if code:
            domain &= Domain("rule_id.code", "=", code)
        return self.search(domain)

    def _cancel(self):
        self.filtered(
            lambda deadline: deadline.state in OPEN_STATES
        ).state = "cancelled"

    def _mark_missed(self):
        """Say of the open deadlines that are over that they have been missed."""
        for company, deadlines in self.grouped("company_id").items():
            today = company._get_collection_today()
            deadlines.filtered(
                lambda deadline, today=today: (
                    deadline.state == "open" and deadline.date < today
                )
            ).state = "missed"

    def _get_fallbacks(self):
        """Return the open deadlines that count only if one of these is missed."""
        return (
            self.event_id.deadline_ids.filtered(
                lambda deadline: (
                    deadline.state in OPEN_STATES
                    and deadline.rule_id.fallback_of_id in self.rule_id
                )
            )
            if self.event_id
            else self.browse()
        )

    def _is_silent(self):
        """Is this deadline the fallback of another one that is still open?"""
        self.ensure_one()
        first = self.rule_id.fallback_of_id
        return bool(first) and any(
            other.rule_id == first and other.state == "open"
            for other in self.event_id.deadline_ids
        )

    def _join(self, event):
        """Give ``event``, the same on another case, what has been done of these."""
        done = self.filtered(lambda deadline: deadline.state == "done")
        event.deadline_ids.filtered(
            lambda deadline: deadline.rule_id in done.rule_id
        ).unlink()
        done.event_id = event
        (self - done).unlink()

    def _log(self, sentence):
        """Note ``sentence`` on the cases, with the name and the date of each."""
        notes = defaultdict(list)
        for deadline in self:
            notes[deadline.case_id.id].append(
                sentence
                % {
                    "deadline": deadline.name,
                    "date": format_date(self.env, deadline.date),
                }
            )
        self.case_id._message_log_batch(
            {
                case_id: Markup("<br/>").join(sentences)
                for case_id, sentences in notes.items()
            }
        )

    # === ALERTS === #

    @api.model
    def _cron_alert(self):
        """Mark what has been missed and speak again of what comes near."""
        for company in self.env["res.company"]._iterate_in_cron():
            self._alert_company(company)

    @api.model
    def _alert_company(self, company):
        lang = company.partner_id.lang or self.env.lang
        deadlines = self.with_context(lang=lang).search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "open"),
                ("date", "<=", self._get_last_alert_day(company)),
            ]
        )
        deadlines._mark_missed()
        near = deadlines.filtered(lambda deadline: deadline.state == "open")
        near._alert()

    @api.model
    def _get_last_alert_day(self, company):
        """Return the last day a deadline may have to be spoken of today."""
        rules = self.env["collection.deadline.rule"].search(
            [("alert_days", "!=", False)]
        )
        farthest = max(
            (max(rule._get_alert_days(), default=0) for rule in rules), default=0
        )
        return max(
            company._get_last_alert_day(),
            company._get_collection_today() + timedelta(days=farthest),
        )

    def _alert(self):
        """Schedule an activity for each deadline that has crossed one more distance."""
        values = []
        for deadline in self.filtered(lambda deadline: not deadline._is_silent()):
            distance = deadline._get_crossed_distance()
            if distance is not None and distance < deadline.last_alert_days:
                deadline.last_alert_days = distance
                values.append(deadline._prepare_alert())
        self.env["mail.activity"].create(values)

    def _get_crossed_distance(self):
        """Return the smallest alert distance, in days, that has been crossed."""
        self.ensure_one()
        distances = (
            self.rule_id._get_alert_days() if self.rule_id else set()
        ) or self.company_id._get_deadline_alert_days()
        crossed = [days for days in distances if self.days_left <= days]
        return min(crossed, default=None)

    def _note_alerted(self):
        """Count what has just been said of these deadlines as their first alert."""
        for deadline in self:
            distance = deadline._get_crossed_distance()
            if distance is not None:
                deadline.last_alert_days = distance

    def _prepare_alert(self):
        self.ensure_one()
        facts = [
            self.env._(
                "Last day %(date)s, %(days)s days left.",
                date=format_date(self.env, self.date),
                days=self.days_left,
            ),
            self.remedy,
            self.amount
            and self.env._(
                "At stake: %s", format_amount(self.env, self.amount, self.currency_id)
            ),
        ]
        return self.case_id._prepare_watch_activity(
            summary=self.name,
            note=Markup("<br/>").join(filter(None, facts)),
            date_deadline=self.date,
            user=self.user_id,
        )
