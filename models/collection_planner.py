from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL, format_amount, format_date

from ..tools import planning

# In these payment states nothing more is owed, whatever residual stays.
SETTLED_PAYMENT_STATES = ("in_payment", "paid", "reversed")
COUNTED_STATES = ("to_validate", "todo", "sent", "done")
# Days back in which contacts are counted against the cap.
LONGEST_CAP = 366


class CollectionPlanner(models.AbstractModel):
    """Gathers the facts of many cases in a few queries and puts decisions into words.

    The deciding itself is :mod:`tools.planning`, which knows no database.
    """

    _name = "collection.planner"
    _description = "Collection planner"

    # === DECISIONS === #

    @api.model
    def _plan(self, cases, day, ignore_timing=False, run=None):
        """Return ``{case id: planning.Decision}`` for ``day``, in a few queries.

        :param run: its own actions of the day do not count as contacts: several of them
            may concern one debtor
        """
        facts = self._get_facts(cases, day, run=run)
        return {
            case_id: planning.plan(fact, day, ignore_timing=ignore_timing)
            for case_id, fact in facts.items()
        }

    @api.model
    def _cover(self, steps_by_case, day):
        """Return the decision to take a given step on each case, by hand.

        :param steps_by_case: ``{collection.case: collection.step}``; an empty step is
            allowed for what happens outside any scenario.
        """
        cases = self.env["collection.case"].union(*steps_by_case)
        facts = self._get_facts(cases, day)
        free_step = planning.Step(id=0, delay=1)
        return {
            case.id: planning.cover(
                facts[case.id], day, step._to_plan() if step else free_step
            )
            for case, step in steps_by_case.items()
        }

    @api.model
    def _store_next_steps(self, cases, day):
        """Write next step, its date and the last contact by one statement."""
        if not cases:
            return
        facts = self._get_facts(cases, day)
        rows = []
        for case_id, fact in facts.items():
            decision = planning.plan(fact, day)
            step = decision.next_step
            rows.append(
                (case_id, step and step.id, decision.next_date, fact.last_contact)
            )
        ids, step_ids, dates, contacts = zip(*rows, strict=True)
        self.env.cr.execute(
            SQL(
                """UPDATE collection_case c
                      SET next_step_id = fresh.step_id, next_action_date = fresh.day,
                          last_contact_date = fresh.contact
                     FROM unnest(%s, %s::int[], %s::date[], %s::date[])
                          AS fresh (id, step_id, day, contact)
                    WHERE fresh.id = c.id
                      AND (c.next_step_id, c.next_action_date, c.last_contact_date)
                          IS DISTINCT FROM (fresh.step_id, fresh.day, fresh.contact)""",
                list(ids),
                list(step_ids),
                list(dates),
                list(contacts),
            )
        )
        cases.invalidate_recordset(
            ["next_step_id", "next_action_date", "last_contact_date"]
        )

    # === FACTS === #

    @api.model
    def _get_facts(self, cases, day, run=None):
        """Return ``{case id: planning.Case}`` with everything a decision needs."""
        self.env.flush_all()
        scenarios = {
            scenario: scenario._to_plan()
            for scenario in cases.scenario_id
            if scenario.active
        }
        lines = self._get_line_facts(cases, day, run)
        contacts = self._get_contact_facts(cases, day, run)
        wishes = cases._get_requests()
        caps = {company: company._get_contact_cap() for company in cases.company_id}
        none = {
            "last_contact": None,
            "acted_on": False,
            "pending": None,
            "contacts": None,
        }
        facts = {}
        for case in cases:
            contact = contacts.get(case.id, none)
            exclusions = []
            if contact["pending"]:
                exclusions.append(
                    planning.Exclusion("action_pending", {"date": contact["pending"]})
                )
            facts[case.id] = planning.Case(
                id=case.id,
                scenario=scenarios.get(case.scenario_id),
                lines=lines.get(case.id, ()),
                risk_score=case.risk_score,
                last_contact=contact["last_contact"],
                acted_on=contact["acted_on"],
                exclusions=exclusions,
                contacts=tuple(contact["contacts"] or ()),
                cap=caps[case.company_id],
                request=wishes.get(case.id),
            )
        return facts

    @api.model
    def _get_line_facts(self, cases, day, run=None):
        """Return ``{case id: [planning.Line]}`` of all that is open in ``cases``."""
        rows = self._fetch_open_lines(cases)
        line_ids = [row["id"] for row in rows]
        passes = self._fetch_passes(line_ids, run and (run, day))
        case_stops = self._get_case_exclusions(cases, day)
        holds = self._fetch_line_holds(line_ids, day)
        held = self._fetch_held_amounts(line_ids, day)
        lines = defaultdict(list)
        for row in rows:
            delay, steps = passes.get(row["id"], (None, ()))
            exclusions = (
                *self._get_own_exclusions(row),
                *holds.get(row["id"], ()),
                *case_stops.get(row["case_id"], ()),
            )
            residual = float(row["residual"])
            held_part = min(max(residual, 0), held.get(row["id"], 0))
            if held_part and residual - held_part < planning.NOTHING:
                exclusions = (*exclusions, planning.Exclusion("held_entirely"))
                held_part = 0
            lines[row["case_id"]].append(
                planning.Line(
                    id=row["id"],
                    due=row["due"],
                    residual=residual - held_part,
                    held=held_part,
                    passed_delay=delay,
                    passed_steps=frozenset(steps),
                    exclusions=exclusions,
                    foreign_currency=row["foreign_currency"],
                )
            )
        return lines

    @api.model
    def _fetch_open_lines(self, cases):
        return self._fetch(
            SQL(
                """SELECT c.id AS case_id, line.id, line.amount_residual AS residual,
                          COALESCE(line.date_maturity, line.date) AS due,
                          line.no_followup, move.payment_state,
                          line.currency_id <> c.currency_id AS foreign_currency
                     FROM collection_case c
                     JOIN res_partner partner
                          ON partner.commercial_partner_id = c.partner_id
                     JOIN account_move_line line
                          ON line.partner_id = partner.id
                         AND line.company_id = c.company_id
                     JOIN account_move move ON move.id = line.move_id
                    WHERE c.id = ANY(%(cases)s)
                      AND line.partner_id = ANY(ARRAY(
                              SELECT contact.id
                                FROM collection_case own
                                JOIN res_partner contact
                                     ON contact.commercial_partner_id = own.partner_id
                               WHERE own.id = ANY(%(cases)s)))
                      AND line.account_id = ANY(%(accounts)s)
                      AND line.reconciled IS NOT TRUE
                      AND line.parent_state = 'posted'
                    ORDER BY due, line.id""",
                cases=list(cases.ids),
                accounts=self.env["collection.balance"]._receivable_account_ids(),
            )
        )

    @api.model
    def _fetch_passes(self, line_ids, ignored=None):
        """Return ``{line id: (largest delay passed, step ids passed)}``.

        :param ignored: a run and a day whose actions do not count

        A contact counts as long as the item was overdue then by its due date of now.
        When the due date has since been put off beyond that day, the scenario begins
        anew. An item remade by a reset to draft is known again by its document and due
        date.
        """
        rows = self.env.execute_query(self._sql_passes(line_ids, ignored))
        return {line_id: (delay, steps) for line_id, delay, steps in rows}

    @api.model
    def _sql_passes(self, line_ids, ignored=None):
        return SQL(
            """WITH open AS MATERIALIZED (
                   SELECT id, move_id, COALESCE(date_maturity, date) AS due
                     FROM account_move_line WHERE id = ANY(%(lines)s)),
               known AS (
                   SELECT open.id, open.due, item.action_id, item.step_id,
                          item.delay_days, item.date_due
                     FROM open
                     JOIN collection_action_item item ON item.line_id = open.id
                    WHERE item.line_id = ANY(%(lines)s)
                    UNION ALL
                   SELECT open.id, open.due, item.action_id, item.step_id,
                          item.delay_days, item.date_due
                     FROM open
                     JOIN collection_action_item item
                          ON item.line_id IS NULL AND item.move_id = open.move_id
                         AND item.date_due = open.due)
               SELECT known.id, max(known.delay_days), array_agg(known.step_id)
                 FROM known
                 JOIN collection_action action ON action.id = known.action_id
                WHERE action.id = ANY(ARRAY(SELECT action_id FROM known))
                  AND known.step_id IS NOT NULL
                  AND (action.state IN ('sent', 'done')
                       OR (action.state = 'cancelled' AND action.outcome = 'skipped'))
                  AND CASE WHEN known.delay_days > 0 THEN action.date > known.due
                           ELSE known.due - known.date_due <= -known.delay_days END
                  AND NOT %(ignored)s
                GROUP BY known.id""",
            lines=line_ids,
            ignored=self._sql_ignored(ignored),
        )

    @api.model
    def _sql_ignored(self, ignored):
        """Return the condition that an action is one of those of a run on a day."""
        if not ignored:
            return SQL("FALSE")
        run, day = ignored
        return SQL(
            "(action.run_id IS NOT DISTINCT FROM %s AND action.date = %s)", run.id, day
        )

    @api.model
    def _fetch_line_holds(self, line_ids, day):
        """Return ``{line id: [Exclusion]}`` of the holds on single items on ``day``."""
        rows = self.env.execute_query(
            SQL(
                """SELECT rel.line_id, hold.id
                     FROM collection_hold_line_rel rel
                     JOIN collection_hold hold ON hold.id = rel.hold_id
                    WHERE rel.line_id = ANY(%(lines)s) AND hold.active
                      AND COALESCE(hold.amount, 0) = 0
                      AND hold.date_from <= %(day)s
                      AND hold.date_to >= %(day)s""",
                lines=line_ids,
                day=day,
            )
        )
        return self._hold_exclusions(rows)

    @api.model
    def _fetch_held_amounts(self, line_ids, day):
        """Return ``{line id: amount}`` held of items claimed for the rest."""
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT rel.line_id, sum(hold.amount)::float8
                         FROM collection_hold_line_rel rel
                         JOIN collection_hold hold ON hold.id = rel.hold_id
                        WHERE rel.line_id = ANY(%(lines)s) AND hold.active
                          AND hold.amount > 0
                          AND hold.date_from <= %(day)s
                          AND hold.date_to >= %(day)s
                     GROUP BY rel.line_id""",
                    lines=line_ids,
                    day=day,
                )
            )
        )

    @api.model
    def _hold_exclusions(self, rows):
        exclusions = defaultdict(list)
        holds = self.env["collection.hold"].browse({hold_id for _key, hold_id in rows})
        explained = {
            hold.id: planning.Exclusion(
                f"hold_{hold.reason}", {"explanation": hold._get_explanation()}
            )
            for hold in holds.sudo()
        }
        for key, hold_id in rows:
            exclusions[key].append(explained[hold_id])
        return exclusions

    @api.model
    def _get_own_exclusions(self, row):
        """Return what core's own flags say against chasing an item. Hook."""
        if row["no_followup"] and row["residual"] > 0:
            yield planning.Exclusion("no_followup")
        if row["payment_state"] in SETTLED_PAYMENT_STATES:
            yield planning.Exclusion("payment_" + row["payment_state"])
        if row["payment_state"] == "blocked":
            yield planning.Exclusion("payment_blocked")

    @api.model
    def _get_case_exclusions(self, cases, day):
        """Return ``{case id: [Exclusion]}`` of what stops a whole case. Hook."""
        rows = self.env.execute_query(
            SQL(
                """SELECT hold.case_id, hold.id
                     FROM collection_hold hold
                    WHERE hold.case_id = ANY(%(cases)s) AND hold.active
                      AND hold.date_from <= %(day)s
                      AND hold.date_to >= %(day)s
                      AND NOT EXISTS (SELECT FROM collection_hold_line_rel rel
                                       WHERE rel.hold_id = hold.id)""",
                cases=list(cases.ids),
                day=day,
            )
        )
        exclusions = self._hold_exclusions(rows)
        for case in cases:
            if case.state in ("legal", "handed_over"):
                exclusions[case.id].append(planning.Exclusion(f"state_{case.state}"))
            if not case.partner_id.active:
                exclusions[case.id].append(planning.Exclusion("debtor_archived"))
        return exclusions

    @api.model
    def _get_contact_facts(self, cases, day, run=None):
        """Return last contacts, whether acted on ``day`` and what waits, per case."""
        rows = self._fetch(
            SQL(
                """SELECT case_id,
                          max(date) FILTER (WHERE %(contact)s) AS last_contact,
                          array_agg(DISTINCT date) FILTER (
                              WHERE %(contact)s AND date > %(recent)s) AS contacts,
                          COALESCE(bool_or(date = %(day)s), FALSE) AS acted_on,
                          max(date) FILTER (WHERE state IN ('to_validate', 'todo')
                                              AND step_id IS NOT NULL) AS pending
                     FROM collection_action action
                    WHERE case_id = ANY(%(cases)s) AND state = ANY(%(states)s)
                      AND NOT %(ignored)s
                    GROUP BY case_id""",
                contact=SQL(
                    "state IN ('sent', 'done') AND date <= %s"
                    " AND outcome IS DISTINCT FROM 'expired'",
                    day,
                ),
                recent=day - timedelta(days=LONGEST_CAP),
                ignored=self._sql_ignored(run and (run, day)),
                cases=list(cases.ids),
                day=day,
                states=list(COUNTED_STATES),
            )
        )
        return {row["case_id"]: row for row in rows}

    @api.model
    def _fetch(self, query):
        self.env.cr.execute(query)
        return self.env.cr.dictfetchall()

    # === WORDS === #

    @api.model
    def _get_line_exclusions(self, cases, day):
        """Return ``{line: [(code, explanation)]}``; see ``collection.case``."""
        self.env.flush_all()
        result = {}
        for lines in self._get_line_facts(cases, day).values():
            for line in lines:
                if line.exclusions:
                    record = self.env["account.move.line"].browse(line.id)
                    result[record] = [
                        (exclusion.code, self._explain(exclusion))
                        for exclusion in line.exclusions
                    ]
        return result

    @api.model
    def _explain_lines(self, lines):
        """Return ``{line id: [explanation]}`` as of today for open receivables.

        Who is no collector is told nothing.
        """
        explanations = {}
        if not self.env["collection.case"].has_access("read"):
            return explanations
        receivables = lines.filtered(
            lambda line: (
                line.account_type == "asset_receivable"
                and line.parent_state == "posted"
                and not line.reconciled
            )
        )
        for company, group in receivables.grouped("company_id").items():
            cases = self.env["collection.case"]._get_for_partners(
                group.partner_id, company
            )
            today = company._get_collection_today()
            for line, reasons in self._get_line_exclusions(cases, today).items():
                explanations[line.id] = [sentence for _code, sentence in reasons]
        return explanations

    @api.model
    def _explain_cases(self, cases, day):
        """Return ``{case id: sentence}``: what is next, or why nothing is."""
        facts = self._get_facts(cases, day)
        notes = {}
        for case_id, fact in facts.items():
            decision = planning.plan(fact, day)
            if decision.step:
                notes[case_id] = self.env._("Due with the next run.")
            else:
                notes[case_id] = self._explain_decision(decision)
        return notes

    @api.model
    def _explain_decision(self, decision):
        """Return why ``decision`` has no step, in one or more sentences."""
        sentences = (self._explain(reason) for reason in self._get_reasons(decision))
        return " ".join(dict.fromkeys(sentences))

    @api.model
    def _get_reason_code(self, decision):
        """Return the code of the first reason, by which a run counts its logs."""
        return self._get_reasons(decision)[0].code

    @api.model
    def _get_reasons(self, decision):
        """Return the exclusions of ``decision``, or those of its lines."""
        if [reason.code for reason in decision.exclusions] != ["nothing_to_chase"]:
            return decision.exclusions
        debts = [line for line in decision.case.lines if line.residual > 0]
        reasons = [reason for line in debts for reason in line.exclusions]
        if debts and not reasons:
            return [planning.Exclusion("foreign_currency")]
        return reasons or decision.exclusions

    @api.model
    def _explain(self, exclusion):
        """Return the translated sentence of an :class:`planning.Exclusion`."""
        facts = {
            key: self._format_fact(key, value) for key, value in exclusion.facts.items()
        }
        if "explanation" in facts:
            return facts["explanation"]
        sentence = self._get_sentences().get(exclusion.code, exclusion.code)
        return sentence % facts

    @api.model
    def _format_fact(self, key, value):
        if key in ("date", "last_contact"):
            return format_date(self.env, value)
        if key in ("amount", "credit", "minimum"):
            return format_amount(self.env, value, self.env.company.currency_id)
        if key == "step_id":
            return self.env["collection.step"].browse(value).display_name
        return value

    @api.model
    def _get_sentences(self):
        """Return ``{code: translated sentence}``. Hook: add the codes you introduce."""
        return {
            "no_scenario": self.env._("No scenario is assigned to this debtor."),
            "nothing_to_chase": self.env._("Nothing is open."),
            "foreign_currency": self.env._(
                "What is open is in a foreign currency, which the scenario leaves to "
                "the collectors."
            ),
            "covered_by_credits": self.env._(
                "Credits of %(credit)s cover the %(amount)s that are open."
            ),
            "below_minimum": self.env._(
                "%(amount)s net is below the scenario's minimum of %(minimum)s."
            ),
            "no_step_reached": self.env._("Next: %(step_id)s on %(date)s."),
            "moment_passed": self.env._(
                "All items are overdue by now: a step from before the due date says "
                "nothing any more."
            ),
            "scenario_finished": self.env._("All steps of the scenario are done."),
            "already_acted": self.env._(
                "The debtor has already been contacted that day."
            ),
            "paused": self.env._("The scenario rests: %(pause)s."),
            "day_not_allowed": self.env._(
                "Step %(step_id)s does not leave on this day."
            ),
            "contacted_recently": self.env._(
                "Last contacted on %(last_contact)s; the step waits until %(date)s."
            ),
            "cap_reached": self.env._(
                "He has been contacted as often as the settings allow; the next time "
                "is %(date)s at the earliest."
            ),
            "requested_later": self.env._("Next by decision: %(step_id)s on %(date)s."),
            "parcel_settled": self.env._("Nothing of it is due any more."),
            "parcels_too_small": self.env._(
                "Each message by itself would ask for less than the minimum."
            ),
            "held_entirely": self.env._("All of it is held."),
            "action_pending": self.env._(
                "An action of %(date)s still waits to be done."
            ),
            "no_followup": self.env._("Marked “No Follow-Up”."),
            "payment_in_payment": self.env._("A payment is being processed."),
            "payment_paid": self.env._("Paid."),
            "payment_reversed": self.env._("Reversed by a credit note."),
            "payment_blocked": self.env._("The payment of this invoice is blocked."),
            "state_legal": self.env._("The case is in legal action."),
            "state_handed_over": self.env._("The case has been handed over."),
            "debtor_archived": self.env._(
                "The contact is archived: unarchive it or collect by hand."
            ),
            "unreachable": self.env._("No usable way to reach the debtor: %(reason)s"),
        }
