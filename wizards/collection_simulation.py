from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from ..tools import planning, simulation

BATCH = 1000


class CollectionSimulation(models.TransientModel):
    """What would have left on the last days, and what would leave tomorrow.

    Nothing is written on the cases and nothing is sent: the planning of the runs is
    asked about each day, with the receivables as the ledger tells they stood, and what
    leaves on one day is remembered on the next.
    """

    _name = "collection.simulation"
    _description = "Simulation of reminders"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    days = fields.Integer(
        string="Days back", default=30, required=True, help="Before today."
    )
    line_ids = fields.One2many("collection.simulation.line", "simulation_id")
    debtor_count = fields.Integer(string="Debtors", compute="_compute_counts")
    past_count = fields.Integer(string="Would have left", compute="_compute_counts")
    tomorrow_count = fields.Integer(
        string="Would leave tomorrow", compute="_compute_counts"
    )

    _days_bounded = models.Constraint(
        "CHECK(days BETWEEN 1 AND 92)", "Simulate between 1 and 92 days."
    )

    # === COMPUTE METHODS === #

    @api.depends("line_ids")
    def _compute_counts(self):
        rows = self.env["collection.simulation.line"]._read_group(
            [("simulation_id", "in", self.ids)],
            ["simulation_id", "is_tomorrow"],
            ["__count"],
        )
        counts = {(record.id, future): count for record, future, count in rows}
        debtors = dict(
            self.env["collection.simulation.line"]._read_group(
                [("simulation_id", "in", self.ids)],
                ["simulation_id"],
                ["case_id:count_distinct"],
            )
        )
        for record in self:
            record.past_count = counts.get((record.id, False), 0)
            record.tomorrow_count = counts.get((record.id, True), 0)
            record.debtor_count = debtors.get(record, 0)

    # === ACTION METHODS === #

    def action_simulate(self):
        """Simulate, and open what would have left."""
        self.ensure_one()
        self.line_ids.unlink()
        cases = self.env["collection.case"].search(
            Domain("company_id", "=", self.company_id.id)
        )
        for ids in split_every(BATCH, cases.ids):
            self._simulate(cases.browse(ids))
        return self._open_lines()

    def _open_lines(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_simulation_line_action"
        )
        return action | {"domain": [("simulation_id", "=", self.id)]}

    # === BUSINESS METHODS === #

    def _simulate(self, cases):
        """Write what the simulation finds for these cases of the company."""
        today = self.company_id._get_collection_today()
        tomorrow = today + timedelta(days=1)
        first_day = today - timedelta(days=self.days - 1)
        messages = [
            message
            for account in self._get_accounts(cases, first_day)
            for message in simulation.simulate(account, first_day, today)
        ]
        decisions = self.env["collection.planner"]._plan(cases, tomorrow)
        messages += [
            simulation.Message(
                case_id,
                tomorrow,
                decision.step.id,
                decision.amount,
                min(line.due for line in decision.lines),
                len(decision.lines),
            )
            for case_id, decision in decisions.items()
            if decision.step
        ]
        self.env["collection.simulation.line"].create(
            [self._prepare_line(message, tomorrow) for message in messages]
        )

    def _prepare_line(self, message, tomorrow):
        return {
            "simulation_id": self.id,
            "company_id": self.company_id.id,
            "case_id": message.case_id,
            "step_id": message.step_id,
            "date": message.day,
            "amount": self.company_id.currency_id.round(message.amount),
            "oldest_due_date": message.oldest_due,
            "item_count": message.item_count,
            "is_tomorrow": message.day == tomorrow,
        }

    # === FACTS === #

    @api.model
    def _get_accounts(self, cases, first_day):
        """Yield the ``simulation.Account`` of each case, in a few queries for all."""
        facts = self.env["collection.planner"]._get_facts(cases, first_day)
        items = self._get_items(cases, first_day)
        for case_id, fact in facts.items():
            # What waits or was decided for today was not there then.
            account = planning.Case(
                id=case_id,
                scenario=fact.scenario,
                risk_score=fact.risk_score,
                last_contact=fact.last_contact,
                contacts=[day for day in fact.contacts if day < first_day],
                cap=fact.cap,
            )
            if fact.scenario and items[case_id]:
                yield simulation.Account(account, items[case_id])

    @api.model
    def _get_items(self, cases, first_day):
        """Return ``{case id: [simulation.Item]}`` of what was open since."""
        rows = self.env.execute_query(self._sql_items(cases, first_day))
        passes = self.env["collection.planner"]._fetch_passes([row[1] for row in rows])
        items = defaultdict(list)
        for case_id, line_id, posted, due, amount, *rest in rows:
            foreign, no_followup, days, settled = rest
            delay, steps = passes.get(line_id, (None, ()))
            items[case_id].append(
                simulation.Item(
                    id=line_id,
                    posted=posted,
                    due=due,
                    amount=float(amount),
                    settlements=tuple(
                        (day, float(part))
                        for day, part in zip(days or (), settled or (), strict=True)
                    ),
                    passed_delay=delay,
                    passed_steps=frozenset(steps),
                    exclusions=(planning.Exclusion("no_followup"),)
                    if no_followup and amount > 0
                    else (),
                    foreign_currency=foreign,
                )
            )
        return items

    @api.model
    def _sql_items(self, cases, first_day):
        """Return the receivables that were open on ``first_day`` or came later."""
        return SQL(
            """WITH item AS (
                   SELECT c.id AS case_id, line.id, line.date,
                          COALESCE(line.date_maturity, line.date) AS due,
                          line.balance, line.no_followup,
                          line.currency_id <> c.currency_id AS is_foreign
                     FROM collection_case c
                     JOIN res_partner partner
                          ON partner.commercial_partner_id = c.partner_id
                     JOIN account_move_line line
                          ON line.partner_id = partner.id
                         AND line.company_id = c.company_id
                    WHERE c.id = ANY(%(cases)s)
                      AND line.account_id = ANY(%(accounts)s)
                      AND line.parent_state = 'posted'
                      AND (line.reconciled IS NOT TRUE OR line.id IN (
                           SELECT unnest(ARRAY[debit_move_id, credit_move_id])
                             FROM account_partial_reconcile
                            WHERE max_date >= %(first_day)s)))
               SELECT item.case_id, item.id, item.date, item.due, item.balance,
                      item.is_foreign, item.no_followup, part.days, part.amounts
                 FROM item
                 LEFT JOIN LATERAL (
                      SELECT array_agg(partial.max_date) AS days,
                             array_agg(CASE WHEN partial.debit_move_id = item.id
                                            THEN partial.amount
                                            ELSE -partial.amount END) AS amounts
                        FROM account_partial_reconcile partial
                       WHERE partial.debit_move_id = item.id
                          OR partial.credit_move_id = item.id) part ON TRUE
             ORDER BY item.due, item.id""",
            cases=list(cases.ids),
            accounts=self.env["collection.balance"]._receivable_account_ids(),
            first_day=first_day,
        )
