from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date, format_time, is_html_empty

from .collection_action_desk import REACHED_OUTCOMES
from .collection_desk_item import KIND_RANKS
from .collection_observatory_dashboard import AGEING_BUCKETS

SHOWN_ITEMS = 40
SHOWN_CONTACTS = 5
LATER_HOURS = 2


class CollectionDesk(models.AbstractModel):
    """The screen on which a collector works through his day, one case at a time.

    Its methods return and take plain data; whoever calls them needs a collector's
    rights, and no more is done than he may do.
    """

    _name = "collection.desk"
    _description = "Collector's desk"

    # === THE LIST === #

    @api.model
    def get_list(self, filters=None):
        """Return the cases that wait today, in the order in which to work them.

        :param filters: ``mine`` (default true): one's own work; else the team's.
            ``kind``: only one kind of ``collection.desk.item``. ``refresh`` (default
            true): rank what is open anew
        :return: ``{"cases": [...], "kinds": [...], "figures": {...}}``. Cases that may
            not be called yet, or that were put off, come last.
        """
        filters = {"mine": True, "kind": False, "refresh": True, **(filters or {})}
        items = self.env["collection.desk.item"]
        if filters["refresh"]:
            items._refresh()
        found = items.search(self._get_list_domain(filters))
        now = fields.Datetime.now()
        cases = [
            self._describe_entry(case, group, now)
            for case, group in found.grouped("case_id").items()
        ]
        self._add_openings(cases, now)
        cases.sort(key=lambda case: (case["waits_until"] or "", -case["value"]))
        kinds = dict(items._fields["kind"]._description_selection(self.env))
        return {
            "cases": cases,
            "kinds": [
                {"code": code, "label": kinds[code], "count": count}
                for code, count in found._count_kinds()
            ],
            "figures": self.get_figures(filters["mine"]),
            "currency_id": self.env.company.currency_id.id,
        }

    @api.model
    def _get_list_domain(self, filters):
        domain = Domain.TRUE
        if filters["mine"]:
            domain &= Domain("user_id", "in", (False, self.env.uid))
        if filters["kind"]:
            domain &= Domain("kind", "=", filters["kind"])
        return domain

    @api.model
    def _describe_entry(self, case, items, now):
        """Return one case of the list; ``items`` are what waits on it, best first."""
        items = items.sorted(lambda item: (KIND_RANKS[item.kind], -item.value))
        first = items[0]
        later = [item.after for item in items if item.after and item.after > now]
        return {
            "case_id": case.id,
            "action_id": first.action_id.id,
            "name": case.display_name,
            "kinds": list(dict.fromkeys(items.mapped("kind"))),
            "amount": first.amount,
            "value": max(items.mapped("value")),
            "reason": first.reason,
            "later": _iso(min(later)) if len(later) == len(items) else False,
            "is_call": set(items.mapped("kind")) == {"call"},
            "opens_at": False,
            "waits_until": False,
        }

    @api.model
    def _add_openings(self, cases, now):
        """Note on the calls when they may be made, if not now."""
        calls = [case for case in cases if case["is_call"]]
        actions = self.env["collection.action"].browse(
            case["action_id"] for case in calls
        )
        partners = {
            action.id: action.recipient_id or action.partner_id for action in actions
        }
        openings = self.env["collection.call.window"]._get_openings(
            self.env["res.partner"].union(*partners.values()), now
        )
        for case in calls:
            opening = openings[partners[case["action_id"]].id]
            case["opens_at"] = _iso(opening) if opening and opening > now else False
        for case in cases:
            case["waits_until"] = max(
                filter(None, (case["later"], case["opens_at"])), default=False
            )

    @api.model
    def get_figures(self, is_mine=True):
        """Return what has been done today: calls, contacts, promises.

        Amounts are in the currency of the promises, which is that of the company.
        """
        today = self.env.company._get_collection_today()
        own = Domain("user_id", "=", self.env.uid) if is_mine else Domain.TRUE
        companies = Domain("company_id", "in", self.env.companies.ids)
        Action = self.env["collection.action"]
        calls = Action._read_group(
            Action._get_attempt_domain()
            & Domain("state", "=", "done")
            & Domain("sent_date", ">=", self._get_start_of_day())
            & own
            & companies,
            ["outcome"],
            ["__count"],
        )
        ((promises, promised),) = self.env["collection.promise"]._read_group(
            Domain("date_made", "=", today)
            & Domain("state", "!=", "cancelled")
            & own
            & companies,
            [],
            ["__count", "amount:sum"],
        )
        return {
            "attempts": sum(count for _outcome, count in calls),
            "reached": sum(
                count for outcome, count in calls if outcome in REACHED_OUTCOMES
            ),
            "promises": promises,
            "promised": promised or 0,
        }

    @api.model
    def _get_start_of_day(self):
        """Return when today began where the company is, in UTC."""
        now = fields.Datetime.now()
        local = self.env.company._get_collection_time(now)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return now - (local - midnight)

    # === ONE CASE === #

    @api.model
    def get_case(self, action_id=False, case_id=False):
        """Return everything the screen shows of a case.

        :param action_id: the call or task to be done, if there is one
        :raise MissingError: when neither exists any more
        """
        action = self.env["collection.action"].browse(action_id or [])
        case = action.case_id or self.env["collection.case"].browse(case_id)
        case.check_access("read")
        return {
            "case": self._describe_case(case),
            "action": self._describe_action(action),
            "who": self._describe_who(case, action),
            "contacts": self._list_contacts(case, action),
            "items": self._list_items(case),
            "history": self._list_history(case),
            "badges": self._list_badges(case),
            "outcomes": self._list_outcomes(),
            "dispute_reasons": self._list_records("collection.dispute.reason"),
            "delay_reasons": self._list_records("collection.delay.reason"),
            "quick_dates": self._list_quick_dates(case.company_id),
            "next": self._describe_next(case),
        }

    @api.model
    def _describe_case(self, case):
        return {
            "id": case.id,
            "name": case.display_name,
            "currency_id": case.currency_id.id,
            "amount_overdue": case.amount_overdue_net,
            "amount_due": case.amount_due,
            "days_overdue": case.days_overdue,
            "state": _label(case, "state"),
            "risk": case.risk_score,
            "expected_date": _iso(case.expected_date),
            "note": False if is_html_empty(case.note) else case.note,
            "delay_reason": case.delay_reason_id.display_name,
            "ageing": [
                {
                    "code": name,
                    "label": case._fields[name]._description_string(self.env),
                    "amount": case[name],
                }
                for name in AGEING_BUCKETS
            ],
            "value": case.desk_value,
            "reason": self.env["collection.desk.rank"]._word(
                case.desk_factors, case.currency_id
            ),
        }

    @api.model
    def _describe_action(self, action):
        if not action:
            return False
        return {
            "id": action.id,
            "name": action.step_id.name or _label(action, "channel"),
            "channel": action.channel,
            "channel_label": _label(action, "channel"),
            "state": action.state,
            "date": _iso(action.date),
            "attempt": action.attempt,
            "attempts": action.company_id.collection_call_attempts,
            "amount": action.amount,
            "reason": action.desk_reason,
            "script": action.step_id.script or False,
            "retry": {
                outcome: _iso(action._get_default_retry(outcome))
                for outcome in ("no_answer", "voicemail")
            },
        }

    @api.model
    def _describe_who(self, case, action):
        """Return whom to call, and until when or from when he may be called."""
        partner = action.recipient_id or case.partner_id
        phone = action.recipient_address if action.channel == "phone" else partner.phone
        lang = action.lang or partner.lang
        return {
            "id": partner.id,
            "name": partner.display_name,
            "role": _label(partner, "collection_role"),
            "function": partner.function,
            "phone": phone,
            "is_wrong": bool(partner.collection_phone_wrong_on),
            "email": partner.email,
            "language": self.env["res.lang"]._get_data(code=lang).name or "",
            "country": partner.country_id.name,
            **self._describe_window(partner),
        }

    @api.model
    def _describe_window(self, partner):
        window = self.env["collection.call.window"]
        now = fields.Datetime.now()
        zone = window._get_zone(partner.country_id, partner)
        closing = window._get_closing(partner.country_id, now, partner)
        opening = window._next_opening(partner.country_id, now, partner)
        return {
            "local_time": format_time(self.env, now, tz=zone, time_format="short"),
            "is_open": bool(closing),
            "window": self._word_window(zone, closing, opening),
        }

    @api.model
    def _word_window(self, zone, closing, opening):
        def clock(moment):
            return format_time(self.env, moment, tz=zone, time_format="short")

        if closing:
            return self.env._("may be called until %s", clock(closing))
        if not opening:
            return self.env._("is not to be called: see the call windows")
        return self.env._(
            "may be called from %(day)s, %(time)s on",
            day=format_date(self.env, opening),
            time=clock(opening),
        )

    @api.model
    def _list_contacts(self, case, action):
        """Return the other people at the debtor's who can be called."""
        shown = action.recipient_id or case.partner_id
        others = (case.contact_ids - shown).filtered("phone")
        return [
            {
                "id": contact.id,
                "name": contact.name or contact.display_name,
                "role": _label(contact, "collection_role"),
                "phone": contact.phone,
                "is_wrong": bool(contact.collection_phone_wrong_on),
            }
            for contact in others[:SHOWN_CONTACTS]
        ]

    @api.model
    def _list_items(self, case):
        exclusions = case._get_exclusions(case.company_id._get_collection_today())
        return [
            {
                "id": line.id,
                "name": line.move_id.name or line.name,
                "move_id": line.move_id.id,
                "date_due": _iso(line.date_maturity or line.date),
                "days_late": line.collection_days_late,
                "amount": line.amount_residual,
                "amount_currency": line.amount_residual_currency,
                "currency_id": line.currency_id.id,
                "left_alone": [words for _code, words in exclusions.get(line, ())],
            }
            for line in case.line_ids[:SHOWN_ITEMS]
        ]

    @api.model
    def _list_history(self, case):
        """Return the last contacts and answers, the latest first."""
        actions = self.env["collection.action"].search(
            [("case_id", "=", case.id), ("state", "in", ("sent", "done"))],
            limit=SHOWN_CONTACTS,
            order="date desc, sent_date desc, id desc",
        )
        return [
            {
                "id": action.id,
                "date": _iso(action.date),
                "channel": action.channel,
                "name": action.step_id.name or _label(action, "channel"),
                "outcome": _label(action, "outcome"),
                "note": action.outcome_note,
                "who": action.user_id.name,
            }
            for action in actions
        ]

    @api.model
    def _list_badges(self, case):
        """Return what has been agreed or said: ``[(kind, text, is_urgent)]``. Hook."""
        return [
            *self._list_promise_badges(case),
            *self._list_dispute_badges(case),
            *self._list_plan_badges(case),
            *(
                {"kind": "hold", "text": hold._get_explanation(), "is_urgent": False}
                for hold in case.active_hold_ids
            ),
            *(
                [{"kind": "answer", "text": case.answer_preview, "is_urgent": True}]
                if case.answer_pending
                else []
            ),
        ]

    @api.model
    def _list_promise_badges(self, case):
        promises = self.env["collection.promise"].search(
            [("case_id", "=", case.id), ("state", "!=", "cancelled")],
            limit=3,
            order="date_promised desc, id desc",
        )
        return [
            {
                "kind": "promise",
                "text": self.env._(
                    "%(amount)s promised for %(date)s: %(state)s",
                    amount=promise.currency_id.format(promise.amount),
                    date=format_date(self.env, promise.date_promised),
                    state=_label(promise, "state"),
                ),
                "is_urgent": promise.state in ("broken", "partial"),
            }
            for promise in promises
        ]

    @api.model
    def _list_dispute_badges(self, case):
        disputes = self.env["collection.dispute"].search(
            [
                ("case_id", "=", case.id),
                ("state", "in", ("new", "investigating", "waiting_debtor")),
            ]
        )
        return [
            {
                "kind": "dispute",
                "text": f"{dispute.name} · {dispute.reason_id.display_name} · "
                f"{_label(dispute, 'state')}",
                "is_urgent": dispute.state == "new",
            }
            for dispute in disputes
        ]

    @api.model
    def _list_plan_badges(self, case):
        plans = self.env["collection.plan"].search(
            [
                ("case_id", "=", case.id),
                ("state", "in", ("draft", "sent", "active", "late")),
            ]
        )
        return [
            {
                "kind": "plan",
                "text": f"{plan.display_name} · {_label(plan, 'state')}",
                "is_urgent": plan.state == "late",
            }
            for plan in plans
        ]

    @api.model
    def _list_outcomes(self):
        return [
            {"code": code, "label": label}
            for code, label in self.env["collection.action"]._get_loggable_outcomes()
        ]

    @api.model
    def _list_records(self, model):
        return [
            {"id": record.id, "label": record.display_name}
            for record in self.env[model].search([])
        ]

    @api.model
    def _list_quick_dates(self, company):
        """Return the dates debtors promise for: tomorrow, Friday, the end of month."""
        today = company._get_collection_today()
        friday = today + timedelta(days=(4 - today.weekday()) % 7 or 7)
        return [
            {"label": self.env._("Tomorrow"), "date": _iso(today + timedelta(days=1))},
            {"label": self.env._("Friday"), "date": _iso(friday)},
            {"label": self.env._("In a week"), "date": _iso(today + timedelta(days=7))},
            {
                "label": self.env._("End of month"),
                "date": _iso(fields.Date.end_of(today, "month")),
            },
        ]

    @api.model
    def _describe_next(self, case):
        """Return what happens next on a case, when, and why.

        The note of a case that only names step and date tells nothing more.
        """
        step = case.requested_step_id or case.next_step_id
        days = [case.next_action_date]
        if case.requested_step_id:
            days.append(case.requested_date)
        day = max(filter(None, days), default=False)
        why = case.requested_reason or case.next_note or ""
        if step.name and step.name in why and not case.requested_step_id:
            why = ""
        return {
            "step": step.name or False,
            "channel": _label(step, "channel") if step else False,
            "date": _iso(day),
            "why": why.rstrip(". ") or False,
        }

    # === DEEDS === #

    @api.model
    def log(self, action_id, outcome, values=None):
        """Note the outcome of a call or task and do what it means.

        :param action_id: the action; without one ``values`` has a ``case_id`` and the
            call, made or received, is noted as one that was not planned
        :param values: what was agreed, see ``collection.action._log_outcome``, and the
            ``note``
        :return: ``{"next": what happens next, "open": an action to open, or False}``
        :raise UserError: when the outcome does not exist, the action is closed, or what
            was agreed cannot be
        """
        values = dict(values or {})
        outcomes = self.env["collection.action"]._get_loggable_outcomes()
        if outcome not in dict(outcomes):
            raise UserError(self.env._("There is no outcome “%s”.", outcome))
        case_id = values.pop("case_id", False)
        action = self.env["collection.action"].browse(action_id or [])
        if not action:
            case = self.env["collection.case"].browse(case_id)
            case.check_access("write")
            action = case._make_manual_action("phone")
        opened = action._log_outcome(outcome, values.pop("note", ""), values)
        return {"next": self._describe_next(action.case_id), "open": opened}

    @api.model
    def postpone(self, action_id, hours=LATER_HOURS):
        """Show an action last for some hours; return until when."""
        moment = fields.Datetime.now().replace(microsecond=0) + timedelta(hours=hours)
        action = self.env["collection.action"].browse(action_id)
        action._postpone_until(moment)
        return _iso(moment)

    @api.model
    def approve(self, action_id):
        """Approve and send what waits for a person."""
        return self.env["collection.action"].browse(action_id).action_approve()

    @api.model
    def mark_posted(self, action_id):
        """Note that a letter is in the post."""
        return self.env["collection.action"].browse(action_id).action_mark_posted()

    # === CRON === #

    @api.model
    def _cron_refresh(self):
        """Rank the open work of every company, and hand over that of who is away."""
        for company in self.env["res.company"]._iterate_in_cron():
            self.env["collection.absence"].with_company(company)._refresh(company)
            self.env["collection.desk.rank"]._refresh(company)


def _iso(moment):
    """Return a date or naive UTC moment as the client reads it, ``False`` without."""
    if not moment:
        return False
    is_moment = hasattr(moment, "hour")
    convert = fields.Datetime.to_string if is_moment else fields.Date.to_string
    return convert(moment)


def _label(record, name):
    """Return the label of a selection field in the user's language, or ``""``."""
    choices = record._fields[name]._description_selection(record.env)
    return dict(choices).get(record[name], "")
