from collections import defaultdict
from datetime import timedelta

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_amount, format_date

from ..tools.court_officers import court_officers
from ..tools.notices import CANCELLATION, CORRECTION, parse_notice
from ..tools.proceedings import (
    CLOSINGS,
    CONVERSIONS,
    OPENINGS,
    PLANS,
    classify,
    derive,
)
from .collection_case_watch import FROZEN

CODES = [
    ("opening_safeguard", "Safeguard opened"),
    ("opening_receivership", "Receivership opened"),
    ("opening_liquidation", "Liquidation opened"),
    ("conversion_receivership", "Conversion into receivership"),
    ("conversion_liquidation", "Conversion into liquidation"),
    ("plan_safeguard", "Safeguard plan"),
    ("plan_receivership", "Recovery plan"),
    ("plan_sale", "Sale of the business by the court"),
    ("plan_ended", "End of the plan"),
    ("closing_lack_of_assets", "Closed for lack of assets"),
    ("closing_debts_paid", "Closed, debts paid"),
    ("closing_other", "Proceedings closed"),
    ("claims_list", "List of claims filed"),
    ("retracted", "Judgment retracted"),
    ("cancellation", "Announcement cancelled"),
    ("conciliation", "Conciliation"),
    ("personal_recovery", "Personal recovery procedure"),
    ("person_sanction", "Sanction of a manager"),
    ("sale", "Sale of the business"),
    ("purchase", "Purchase of a business"),
    ("management_change", "Change of management"),
    ("other_change", "Other change"),
    ("strike_off", "Struck off the register"),
    ("strike_off_cancelled", "Strike-off cancelled"),
    ("register_ceased", "Ceased, says the register"),
    ("register_reopened", "Active again, says the register"),
    ("other", "Other announcement"),
]
PROCEEDING_CODES = OPENINGS | CONVERSIONS | PLANS | CLOSINGS | {"plan_sale"}
STRIKE_OFF_CODES = frozenset({"strike_off"})
# What a colleague has to do something about; the others are notes on the case.
TASK_CODES = PROCEEDING_CODES | {
    "cancellation",
    "claims_list",
    "conciliation",
    "personal_recovery",
    "register_ceased",
    "register_reopened",
    "retracted",
    "sale",
    "strike_off",
    "strike_off_cancelled",
}
RECENT = timedelta(days=366)
DAYS_TO_ACT = 3


class CollectionRegistryEvent(models.Model):
    """An official announcement about the debtor of a case, and what it sets off.

    Each case has its own: two companies that share a debtor handle it each for itself.
    """

    _name = "collection.registry.event"
    _description = "Official announcement"
    _inherit = ["collection.access.logged", "collection.case.part"]
    _order = "published_on desc, id desc"

    case_id = fields.Many2one(ondelete="cascade")
    siren = fields.Char(string="SIREN", required=True, readonly=True, index=True)
    notice_id = fields.Char(
        string="Reference",
        required=True,
        readonly=True,
        help="Identifier of the announcement where it was published.",
    )
    previous_notice_id = fields.Char(
        string="Reference of the earlier announcement",
        readonly=True,
        help="The announcement that this one corrects, cancels or goes back on.",
    )
    source = fields.Selection(
        [
            ("bodacc", "BODACC"),
            ("register", "Company register"),
            ("rne", "National business register (RNE)"),
        ],
        required=True,
        readonly=True,
        default="bodacc",
    )
    code = fields.Selection(
        CODES, string="Kind", required=True, readonly=True, index=True
    )
    notice_kind = fields.Selection(
        [
            ("annonce", "Announcement"),
            ("rectificatif", "Correction"),
            ("annulation", "Cancellation"),
        ],
        string="Type",
        readonly=True,
        default="annonce",
    )
    name = fields.Char(string="Announcement", compute="_compute_name")
    court = fields.Char(readonly=True)
    judgment_date = fields.Date(string="Judgment", readonly=True)
    published_on = fields.Date(
        string="Published on", required=True, readonly=True, index=True
    )
    clock_date = fields.Date(
        string="Deadlines run from",
        readonly=True,
        help="First publication: a correction gives no new time.",
    )
    summary = fields.Text(string="In the words of the announcement", readonly=True)
    representatives = fields.Text(
        readonly=True, help="Administrator, court-appointed representative, liquidator."
    )
    price_text = fields.Text(string="Price", readonly=True)
    administration = fields.Text(string="New management", readonly=True)
    url = fields.Char(string="Link", readonly=True)
    content = fields.Json(readonly=True, help="The announcement as published.")
    confidence = fields.Selection(
        [("sure", "Sure"), ("doubtful", "Doubtful")], readonly=True, default="sure"
    )
    needs_reading = fields.Boolean(
        string="To be read",
        readonly=True,
        help="Its words leave a doubt on what it means: somebody reads it.",
    )
    state = fields.Selection(
        [("new", "New"), ("handled", "Handled"), ("cancelled", "Cancelled")],
        default="new",
        required=True,
        readonly=True,
        index=True,
    )
    cancelled_by_id = fields.Many2one(
        "collection.registry.event", readonly=True, index="btree_not_null"
    )
    amount_at_judgment = fields.Monetary(
        string="Open before the judgment",
        readonly=True,
        help="The balance of the debtor in the ledger the evening before the judgment.",
    )
    deadline_ids = fields.One2many("collection.deadline", "event_id")
    hold_id = fields.Many2one(
        "collection.hold", readonly=True, index="btree_not_null", ondelete="set null"
    )
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, index="btree_not_null", ondelete="set null"
    )

    _once_per_case = models.Constraint(
        "UNIQUE(case_id, notice_id)", "An announcement is kept once on a case."
    )

    # === COMPUTE METHODS === #

    @api.depends("code", "notice_kind", "judgment_date", "published_on", "court")
    @api.depends_context("lang")
    def _compute_name(self):
        labels = dict(self._fields["code"]._description_selection(self.env))
        for event in self:
            label = labels.get(event.code, "")
            if event.notice_kind == CORRECTION:
                label = self.env._("%s (correction)", label)
            day = event.judgment_date or event.published_on
            event.name = ", ".join(
                filter(None, (label, day and format_date(self.env, day), event.court))
            )

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for event in self:
            event.display_name = event.name

    # === ACTION METHODS === #

    def action_handle(self):
        """Note that these announcements have been read and dealt with."""
        self.check_access("read")
        # Collectors may not change what was published, only tell that it is dealt with.
        self.sudo().filtered(lambda event: event.state == "new").state = "handled"
        return True

    def action_open_notice(self):
        """Open the announcement on the site of the bulletin."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.url, "target": "new"}

    # === RECORDING === #

    @api.model
    def _record(self, notices):
        """Keep ``notices`` on the cases of the debtors they are about, once each.

        What they cancel or correct is cancelled, the proceedings of each SIREN are
        derived again, and what the new ones set off is done.

        :param notices: ``tools.notices.Notice`` read in whole
        :return: the events that are new
        """
        notices = {notice.id: notice for notice in notices}
        # Announcements are kept by the job, for the debtors of all companies.
        events_sudo = self.sudo()
        cases = events_sudo._get_cases(
            {siren for notice in notices.values() for siren in notice.sirens}
        )
        pairs = {
            (case, notice)
            for notice in notices.values()
            for siren in notice.sirens
            for case in cases.get(siren, ())
        }
        known = events_sudo._get_known({notice.id for notice in notices.values()})
        new = events_sudo.create(
            [
                self._prepare_from_notice(notice, case)
                for case, notice in sorted(
                    pairs, key=lambda pair: (pair[1].published_on, pair[1].id)
                )
                if (case.id, notice.id) not in known
            ]
        )
        new._keep()
        return new

    @api.model
    def _get_cases(self, sirens):
        """Return ``{siren: cases}`` of all companies."""
        cases = self.env["collection.case"].search([("siren", "in", list(sirens))])
        return cases.grouped("siren")

    @api.model
    def _get_known(self, notice_ids):
        """Return the pairs of case and announcement that are kept already."""
        self.flush_model(["case_id", "notice_id"])
        return set(
            self.env.execute_query(
                SQL(
                    """SELECT case_id, notice_id FROM collection_registry_event
                        WHERE notice_id = ANY(%s)""",
                    list(notice_ids),
                )
            )
        )

    @api.model
    def _prepare_from_notice(self, notice, case):
        found = classify(notice)
        is_sold = case.siren in notice.seller_sirens
        code = "purchase" if found.code == "sale" and not is_sold else found.code
        return {
            "case_id": case.id,
            "siren": case.siren,
            "notice_id": notice.id,
            "previous_notice_id": notice.previous_id,
            "source": "bodacc",
            "code": code if code in dict(CODES) else "other",
            "notice_kind": notice.kind,
            "court": notice.court,
            "judgment_date": notice.judgment_date,
            "published_on": notice.published_on,
            "clock_date": notice.published_on,
            "summary": notice.complement or notice.description,
            "representatives": self._describe_officers(notice),
            "price_text": notice.price_text,
            "administration": notice.administration,
            "url": notice.url,
            "content": notice.raw,
            "confidence": found.confidence,
            "needs_reading": found.needs_reading,
        }

    @api.model
    def _describe_officers(self, notice):
        """Return whom the court has appointed, one a line."""
        roles = {
            "liquidator": self.env._("Liquidator"),
            "court_agent": self.env._("Court-appointed representative"),
            "administrator": self.env._("Administrator"),
            "plan_commissioner": self.env._("Plan supervisor"),
        }
        return "\n".join(
            self.env._(
                "%(role)s: %(officer)s",
                role=roles.get(officer.role, officer.role),
                officer=", ".join(filter(None, (officer.name, officer.address))),
            )
            for officer in court_officers(notice.complement)
        )

    def _keep(self):
        """Settle the proceedings of these new events and do what they set off."""
        if not self:
            return
        self._store_balances()
        kept = self.search([("siren", "in", list(set(self.mapped("siren"))))])
        kept._cancel_superseded(self)
        self._settle_proceedings(kept)
        for company, events in self.grouped("company_id").items():
            lang = company.partner_id.lang or self.env.lang
            events.with_company(company).with_context(lang=lang)._take_effect()

    def _store_balances(self):
        """Keep what was open the evening before the judgment; one query for all."""
        judged = self.filtered(
            lambda event: event.judgment_date and event.code in PROCEEDING_CODES
        )
        if not judged:
            return
        balance = self.env["collection.balance"]
        balance._flush_sources()
        self.flush_model(["case_id", "judgment_date"])
        rows = self.env.execute_query(
            SQL(
                """SELECT event.id, SUM(line.balance)
                     FROM collection_registry_event event
                     JOIN collection_case c ON c.id = event.case_id
                     JOIN res_partner partner
                       ON partner.commercial_partner_id = c.partner_id
                     JOIN account_move_line line ON line.partner_id = partner.id
                    WHERE event.id = ANY(%(ids)s) AND line.company_id = c.company_id
                      AND line.account_id = ANY(%(accounts)s)
                      AND line.parent_state = 'posted'
                      AND line.date < event.judgment_date
                 GROUP BY event.id""",
                ids=list(judged.ids),
                accounts=balance._receivable_account_ids(),
            )
        )
        for event_id, amount in rows:
            self.browse(event_id).amount_at_judgment = amount

    # === CANCELLATION AND CORRECTION === #

    def _cancel_superseded(self, new):
        """Cancel what announcements cancel or correct, in the order of publication.

        ``self`` are all events of the SIRENs: what cancels may have been read first.
        """
        by_notice = {(event.case_id, event.notice_id): event for event in self}
        for event in self.sorted(lambda event: (event.published_on, event.id)):
            earlier = by_notice.get((event.case_id, event.previous_notice_id))
            if not earlier or earlier.state == "cancelled":
                continue
            if event not in new and earlier not in new:
                continue
            if event.confidence == "doubtful":
                # Somebody reads it first: both stand.
                continue
            if event.notice_kind == CORRECTION:
                event._replace(earlier)
            elif event.notice_kind == CANCELLATION or event.code == "retracted":
                earlier._cancel_effects(event._describe_cancellation(), by=event)

    def _replace(self, earlier):
        """Take over what the event that this one corrects has set off."""
        self.ensure_one()
        self.clock_date = earlier.clock_date
        kept = earlier.deadline_ids.filtered(
            lambda deadline: self.code in deadline.rule_id._get_event_codes()
        )
        kept.event_id = self
        self.hold_id = earlier.hold_id
        earlier._cancel_effects(self._describe_cancellation(), by=self)

    def _describe_cancellation(self):
        self.ensure_one()
        return self.env._(
            "%(notice)s, published on %(date)s.",
            notice=self.name,
            date=format_date(self.env, self.published_on),
        )

    def _cancel_effects(self, reason, by=None):
        """Cancel these events with their open deadlines and tasks, and say why.

        Holds are released when the proceedings are settled: they belong to the case.
        """
        cancelled = self.filtered(lambda event: event.state != "cancelled")
        cancelled.write(
            {"state": "cancelled", "cancelled_by_id": by.id if by else False}
        )
        cancelled.deadline_ids._cancel()
        cancelled.activity_id.action_feedback(feedback=reason)

    # === PROCEEDINGS === #

    @api.model
    def _settle_proceedings(self, kept):
        """Derive where each company stands from all its announcements, and store it."""
        records = self.env["collection.registry.record"]._get_for(
            set(kept.mapped("siren"))
        )
        notices = defaultdict(dict)
        for event in kept.filtered(lambda event: event._is_notice()):
            notices[event.siren][event.notice_id] = event
        sound, undone = self.browse(), self.browse()
        for siren, events in kept.grouped("siren").items():
            mine = [event._get_notice() for event in notices[siren].values()]
            if not mine:
                continue
            proceeding = derive(mine)
            records[siren]._store_proceeding(proceeding)
            if proceeding.status == "none":
                sound += events
            undone += events._get_undone(proceeding)
        kept.case_id._link_registry_records()
        undone._cancel_effects(self.env._("It was cancelled or retracted since."))
        sound._release_holds()

    def _is_notice(self):
        """Does this event say where the company stands? Hook."""
        self.ensure_one()
        return self.source == "bodacc"

    def _get_notice(self):
        """Return the ``tools.notices.Notice`` that this event is. Hook."""
        self.ensure_one()
        return parse_notice(self.content)

    def _get_undone(self, proceeding):
        """Return the events of a company that no longer count where it stands."""
        codes = PROCEEDING_CODES if proceeding.status == "none" else frozenset()
        if not proceeding.struck_off_on:
            codes |= STRIKE_OFF_CODES
        return self.filtered(lambda event: event.code in codes)

    def _release_holds(self):
        """Lift the holds that announcements about these cases have put."""
        holds = self.case_id._get_insolvency_holds().filtered(
            lambda hold: hold.is_active and hold.res_model == self._name
        )
        holds._release()
        holds.case_id._review()

    # === EFFECTS === #

    def _take_effect(self):
        """Do what these events of one company set off: hold, deadlines, task, note."""
        standing = self.filtered(lambda event: event.state != "cancelled")
        standing._stop_reminders()
        standing._open_deadlines()
        standing._schedule_tasks()
        self._log_notes()

    def _stop_reminders(self):
        """Put a hold on the cases whose debtor is in proceedings; cancel what waits."""
        last = {}
        for event in self.sorted(lambda event: (event.published_on, event.id)):
            if event._stops_reminders():
                last[event.case_id] = event
        cases = self.env["collection.case"].union(*last)
        holds = cases._get_insolvency_holds().grouped("case_id")
        missing = []
        for case, event in last.items():
            active = holds.get(case, self.env["collection.hold"]).filtered("is_active")
            if active:
                active[0].name = event.name
                event.hold_id = active[0]
            elif event.code in OPENINGS | CONVERSIONS or case not in holds:
                missing.append(event._prepare_hold())
        for hold in self.env["collection.hold"].create(missing):
            self.browse(hold.res_id).hold_id = hold
        held = cases.filtered(lambda case: case.active_hold_ids)
        held._stop_reminders({case: last[case].name for case in held})
        cases._review()

    def _stops_reminders(self):
        """Does this event mean that the debts before the judgment may not be chased?

        What a plan or a closing leaves of an old proceeding is decided by a person,
        but for a liquidation closed for lack of assets: creditors may sue no more.
        """
        self.ensure_one()
        status = self.case_id.registry_record_id.proceeding
        if self.code in OPENINGS | CONVERSIONS | PLANS | {"plan_sale"}:
            return status in FROZEN and status != "closed"
        return self.code == "closing_lack_of_assets" and status == "closed"

    def _prepare_hold(self):
        self.ensure_one()
        today = self.company_id._get_collection_today()
        start = self.judgment_date or self.published_on
        return {
            "case_id": self.case_id.id,
            "reason": "insolvency",
            "name": self.name,
            "date_from": min(start, today),
            "user_id": self.case_id._get_watch_user().id,
            "res_model": self._name,
            "res_id": self.id,
        }

    def _is_recent(self):
        self.ensure_one()
        return self.published_on + RECENT >= self.company_id._get_collection_today()

    def _open_deadlines(self):
        """Open the deadlines whose kind these recent events start.

        A second announcement of the same proceedings gives no new time.
        """
        rules = self.env["collection.deadline.rule"].search(Domain.TRUE)
        recent = self.filtered(lambda event: event._is_recent())
        running = {
            (deadline.case_id, deadline.rule_id)
            for deadline in recent.case_id.deadline_ids
            if deadline.state == "open"
        }
        chosen = {}
        for event in recent.sorted(lambda event: (event.clock_date, event.id)):
            for rule in rules - event.deadline_ids.rule_id:
                if event.code in rule._get_event_codes():
                    chosen.setdefault((event.case_id, rule), event)
        values = [
            event._prepare_deadline(rule)
            for (case, rule), event in chosen.items()
            if (case, rule) not in running
        ]
        self.env["collection.deadline"].create(values)._note_alerted()

    def _prepare_deadline(self, rule):
        self.ensure_one()
        is_judged = rule.starts_from == "judgment" and self.judgment_date
        start = self.judgment_date if is_judged else self.clock_date
        return {
            "case_id": self.case_id.id,
            "rule_id": rule.id,
            "event_id": self.id,
            "res_model": self._name,
            "res_id": self.id,
            "name": rule.name,
            "date_from": start,
            "date": rule._get_date(start, self.company_id),
            "user_id": self.company_id._get_watch_user().id,
            "amount": self._get_amount(),
        }

    def _get_amount(self):
        self.ensure_one()
        has_judgment = self.judgment_date and self.code in PROCEEDING_CODES
        return self.amount_at_judgment if has_judgment else self.case_id.amount_due

    def _schedule_tasks(self):
        """Give the manager one task per case for proceedings, and one for the rest."""
        chosen = {}
        for event in self.sorted(lambda event: (event.published_on, event.id)):
            if event._needs_task():
                is_proceeding = event.code in PROCEEDING_CODES
                kind = "proceeding" if is_proceeding else event.code
                key = (event.case_id, event.id if event.deadline_ids else kind)
                chosen[key] = event
        events = self.browse().union(*chosen.values())
        activities = self.env["mail.activity"].create(
            [event._prepare_task() for event in events]
        )
        for event, activity in zip(events, activities, strict=True):
            event.activity_id = activity

    def _needs_task(self):
        """Does this event ask somebody to do something?"""
        self.ensure_one()
        if not self._is_recent():
            return bool(self.hold_id)
        if self.code == "management_change":
            return self.company_id.collection_watch_management
        return self.code in TASK_CODES or self.needs_reading

    def _prepare_task(self):
        self.ensure_one()
        due = self._get_next_deadline()
        today = self.company_id._get_collection_today()
        return self.case_id._prepare_watch_activity(
            summary=self.name,
            note=self._render_note(),
            date_deadline=due.date if due else today + timedelta(days=DAYS_TO_ACT),
        )

    def _get_next_deadline(self):
        """Return the first open deadline of this event that is not a fallback."""
        self.ensure_one()
        return self.deadline_ids.filtered(
            lambda deadline: deadline.state == "open" and not deadline._is_silent()
        ).sorted("date")[:1]

    # === WORDS === #

    def _log_notes(self):
        """Post one note per event on its case."""
        rounds = defaultdict(dict)
        seen = defaultdict(int)
        for event in self.sorted(lambda event: (event.published_on, event.id)):
            case_id = event.case_id.id
            rounds[seen[case_id]][case_id] = event._render_note()
            seen[case_id] += 1
        cases = self.case_id
        for bodies in rounds.values():
            cases.browse(bodies)._message_log_batch(bodies)

    def _render_note(self):
        """Return what the announcement says and sets off; all of it escaped."""
        self.ensure_one()
        lines = [
            Markup("<b>%s</b>") % self.name,
            *map(escape, self._get_facts()),
            *map(escape, self._get_advice()),
            Markup('<a href="%s" target="_blank">%s</a>')
            % (self.url, self.env._("Read the announcement"))
            if self.url
            else "",
        ]
        return Markup("<br/>").join(filter(None, lines))

    def _get_facts(self):
        """Return the sentences of what was published."""
        self.ensure_one()
        facts = [
            self.env._("Published on %s.", format_date(self.env, self.published_on)),
            self.representatives,
            self.price_text,
            self.administration,
            self.summary,
        ]
        if self.judgment_date and self.code in PROCEEDING_CODES:
            facts.append(
                self.env._(
                    "Open the evening before the judgment: %s.",
                    format_amount(self.env, self.amount_at_judgment, self.currency_id),
                )
            )
        return filter(None, facts)

    def _get_advice(self):
        """Return the sentences of what is to be done."""
        self.ensure_one()
        advice = [
            self.env._(
                "%(deadline)s: last day %(date)s.",
                deadline=deadline.name,
                date=format_date(self.env, deadline.date),
            )
            for deadline in self.deadline_ids.sorted("date")
            if deadline.state == "open"
        ]
        if self.hold_id:
            advice.insert(0, self.env._("Reminders are stopped."))
        if self.code in PLANS | CLOSINGS and self.case_id.active_hold_ids:
            advice.append(
                self.env._(
                    "Debts from before the judgment stay frozen. Release the hold if "
                    "you are to chase what has been invoiced since."
                )
            )
        if self.needs_reading:
            advice.append(
                self.env._("Its words leave a doubt: read it before relying on it.")
            )
        return advice
