from odoo import api, fields, models
from odoo.tools import SQL, format_date

ACTIVITY_TYPE = "mail.mail_activity_data_todo"
# A creditor's individual actions are stopped (L622-21), or do not revive (L643-11).
FROZEN = ("safeguard", "receivership", "liquidation", "plan", "closed")


class CollectionCase(models.Model):
    """The debtor in the official announcements."""

    _inherit = "collection.case"

    event_ids = fields.One2many("collection.registry.event", "case_id")
    event_count = fields.Integer(compute="_compute_event_count")
    new_event_count = fields.Integer(compute="_compute_event_count")
    deadline_ids = fields.One2many("collection.deadline", "case_id")
    deadline_count = fields.Integer(
        compute="_compute_deadline_count", string="Open deadlines"
    )
    next_deadline_date = fields.Date(
        compute="_compute_deadline_count", string="Next deadline"
    )
    proceeding_note = fields.Char(compute="_compute_proceeding_note")
    watched_siren = fields.Char(
        readonly=True,
        help="The SIREN whose past announcements have been read for this case.",
    )
    struck_off_on = fields.Date(
        related="registry_record_id.struck_off_on", string="Struck off on"
    )
    proceeding_since = fields.Date(
        related="registry_record_id.proceeding_since", string="In proceedings since"
    )

    _unwatched_idx = models.Index(
        "(siren) WHERE siren IS NOT NULL AND siren IS DISTINCT FROM watched_siren"
    )

    # === COMPUTE METHODS === #

    @api.depends("event_ids.state")
    def _compute_event_count(self):
        counts = {}
        for case, state, count in self.env["collection.registry.event"]._read_group(
            [("case_id", "in", self.ids)], ["case_id", "state"], ["__count"]
        ):
            counts.setdefault(case.id, {})[state] = count
        for case in self:
            mine = counts.get(case.id, {})
            case.event_count = sum(mine.values())
            case.new_event_count = mine.get("new", 0)

    @api.depends("deadline_ids.state", "deadline_ids.date")
    def _compute_deadline_count(self):
        groups = self.env["collection.deadline"]._read_group(
            [("case_id", "in", self.ids), ("state", "=", "open")],
            ["case_id"],
            ["__count", "date:min"],
        )
        figures = {case.id: (count, first) for case, count, first in groups}
        for case in self:
            case.deadline_count, case.next_deadline_date = figures.get(
                case.id, (0, False)
            )

    @api.depends(
        "proceeding", "registry_record_id.proceeding_since", "deadline_ids.state"
    )
    @api.depends_context("lang")
    def _compute_proceeding_note(self):
        names = self.env["collection.registry.record"]._fields["proceeding"]
        labels = dict(names._description_selection(self.env))
        for case in self:
            case.proceeding_note = (
                case._describe_proceeding(labels[case.proceeding])
                if case.proceeding and case.proceeding != "none"
                else False
            )

    def _describe_proceeding(self, label):
        """Return what the banner of the case says of the proceedings."""
        self.ensure_one()
        since = self.registry_record_id.proceeding_since
        heading = (
            self.env._(
                "%(proceeding)s, judgment of %(date)s",
                proceeding=label,
                date=format_date(self.env, since),
            )
            if since
            else label
        )
        return " · ".join(filter(None, (heading, *self._get_proceeding_advice())))

    def _get_proceeding_advice(self):
        self.ensure_one()
        is_held = any(hold.reason == "insolvency" for hold in self.active_hold_ids)
        waiting = self.deadline_ids.filtered(
            lambda deadline: deadline.state == "open" and not deadline._is_silent()
        ).sorted("date")
        return (
            self.env._("reminders are stopped") if is_held else "",
            self.env._(
                "%(deadline)s before %(date)s",
                deadline=waiting[0].name,
                date=format_date(self.env, waiting[0].date),
            )
            if waiting
            else "",
        )

    # === ACTION METHODS === #

    def action_open_events(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_registry_event_action"
        )
        return action | {"domain": [("case_id", "=", self.id)], "context": {}}

    def action_open_deadlines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_deadline_action"
        )
        return action | {
            "domain": [("case_id", "=", self.id)],
            "context": {"default_case_id": self.id},
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_moved_tables(self):
        return [
            *super()._get_moved_tables(),
            "collection_registry_event",
            "collection_deadline",
        ]

    def _move_content(self, survivor):
        self._drop_twin_events(survivor)
        return super()._move_content(survivor)

    def _drop_twin_events(self, survivor):
        """Delete the announcements that ``survivor`` has too; what was done stays."""
        kept = {event.notice_id: event for event in survivor.event_ids}
        twins = self.event_ids.browse()
        for event in self.event_ids:
            if kept.setdefault(event.notice_id, event) != event:
                twins += event
        for twin in twins:
            twin.deadline_ids._join(kept[twin.notice_id])
        # Whoever merges contacts need not be the one who has the task.
        twins.activity_id.sudo().unlink()
        twins.unlink()

    @api.model
    def _get_watched_sirens(self):
        """Return the SIRENs of the debtors of all companies, as a set of texts."""
        self.flush_model(["siren", "active"])
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT siren FROM collection_case
                    WHERE siren IS NOT NULL AND active"""
            )
        )
        return {siren for (siren,) in rows}

    @api.model
    def _get_unwatched_sirens(self, limit):
        """Return SIRENs whose past announcements were not read, largest debts first."""
        self.flush_model(["siren", "watched_siren", "active", "amount_overdue"])
        rows = self.env.execute_query(
            SQL(
                """SELECT siren FROM collection_case
                    WHERE siren IS NOT NULL AND siren IS DISTINCT FROM watched_siren
                      AND active
                 GROUP BY siren
                 ORDER BY MAX(amount_overdue) DESC NULLS LAST, siren LIMIT %s""",
                limit,
            )
        )
        return [siren for (siren,) in rows]

    @api.model
    def _count_unwatched_sirens(self):
        self.flush_model(["siren", "watched_siren", "active"])
        [[count]] = self.env.execute_query(
            SQL(
                """SELECT COUNT(DISTINCT siren) FROM collection_case
                    WHERE siren IS NOT NULL AND siren IS DISTINCT FROM watched_siren
                      AND active"""
            )
        )
        return count

    @api.model
    def _note_watched(self, sirens):
        """Note that the past announcements about ``sirens`` have been read."""
        # The announcements are read for the debtors of all companies.
        cases = self.sudo().search([("siren", "in", list(sirens))])
        cases._drop_foreign_events()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE collection_case SET watched_siren = siren WHERE id = ANY(%s)",
                list(cases.ids),
            )
        )
        cases.invalidate_recordset(["watched_siren"])
        records = self.env["collection.registry.record"]._get_for(sirens).values()
        fresh = (
            self.env["collection.registry.record"]
            .union(*records)
            .filtered(lambda record: not record.watched_since)
        )
        # Records are written by jobs and by questions to the registers only.
        fresh.sudo().watched_since = fields.Date.context_today(self)

    @api.model
    def _forget_watched(self):
        """Have the past announcements about all debtors read again."""
        self.env.cr.execute(SQL("UPDATE collection_case SET watched_siren = NULL"))
        self.invalidate_model(["watched_siren"])

    def _get_insolvency_holds(self):
        """Return the holds, released ones too, that proceedings have put on a case."""
        return (
            self.env["collection.hold"]
            .with_context(active_test=False)
            .search([("case_id", "in", self.ids), ("reason", "=", "insolvency")])
        )

    def _get_watch_user(self):
        """Return who answers for the case: its collector, else the company's."""
        self.ensure_one()
        return self._get_collector() or self.company_id._get_watch_user()

    def _prepare_watch_activity(self, summary, note, date_deadline, user=None):
        """Return the values of an activity on this case."""
        self.ensure_one()
        user = user or self.company_id._get_watch_user()
        return {
            "activity_type_id": self.env["ir.model.data"]._xmlid_to_res_id(
                ACTIVITY_TYPE
            ),
            "automated": True,
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "summary": summary,
            "note": note,
            "date_deadline": date_deadline,
            "user_id": user.id,
        }

    def _stop_reminders(self, reason_by_case):
        """Cancel on the spot whatever has not left yet, letters printed included.

        :param reason_by_case: ``{collection.case: sentence}``
        """
        waiting = self.env["collection.action"].search(
            [
                ("case_id", "in", self.ids),
                ("state", "in", ("preview", "to_validate", "todo")),
            ]
        )
        for case, actions in waiting.grouped("case_id").items():
            actions._cancel(reason=reason_by_case[case])
        self._recall_mails(reason_by_case)

    def _recall_mails(self, reason_by_case):
        """Cancel the e-mails that wait in the queue: their actions fail with them."""
        queued = self.env["collection.action"].search(
            [
                ("case_id", "in", self.ids),
                ("state", "=", "sent"),
                ("mail_id.state", "=", "outgoing"),
            ]
        )
        for case, actions in queued.grouped("case_id").items():
            # Mails belong to whoever made the run.
            actions.mail_id.sudo().write(
                {"state": "cancel", "failure_reason": reason_by_case[case]}
            )

    def _drop_foreign_events(self):
        """Cancel the announcements about a SIREN that was not the debtor's."""
        foreign = self.event_ids.filtered(
            lambda event: event.siren != event.case_id.siren
        )
        foreign._cancel_effects(
            self.env._("The SIREN of the debtor has been corrected.")
        )
        holds = foreign.case_id._get_insolvency_holds().filtered(
            lambda hold: (
                hold.is_active
                and hold.res_model == foreign._name
                and hold.res_id in foreign.ids
            )
        )
        holds._release()
        holds.case_id._review()
