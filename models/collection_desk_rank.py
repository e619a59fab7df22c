import json
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL, formatLang, split_every

from ..tools.desk_rank import Stake, contact_rate, rank
from .collection_action_desk import MISSED_OUTCOMES, REACHED_OUTCOMES

# Older calls tell little of whether somebody answers today.
MEMORY_DAYS = 180
# After that a broken promise is history, not news.
NEWS_DAYS = 14
WRITE_BATCH = 20000
# The column of the case that says whether a channel works; others always do.
REACHES = {
    "phone": "reach_phone",
    "sms": "reach_mobile",
    "email": "reach_email",
    "letter": "reach_post",
    "registered_letter": "reach_post",
    "formal_notice": "reach_post",
}
ANSWERED_CHANNEL = "phone"


class CollectionDeskRank(models.AbstractModel):
    """Ranks the open work by expected cash, for a company at once.

    Every open action gets its value and the factors that made it; every case that waits
    for somebody the value of a call. A fixed number of queries, whatever their number.
    """

    _name = "collection.desk.rank"
    _description = "Rank of the work list"

    @api.model
    def _refresh(self, company):
        """Write the ranks of ``company``, those that have changed."""
        self.env.flush_all()
        self = self.with_company(company)
        today = company._get_collection_today()
        usual_rate = self._read_usual_rate(company, today)
        cases = self._read_cases(company, today)
        self._store(
            "collection.action",
            [
                (action_id, *self._rank_action(case, usual_rate, company, **action))
                for action_id, case, action in self._read_actions(company, today, cases)
            ],
            company.currency_id,
        )
        self._store(
            "collection.case",
            [
                (case_id, *self._rank_case(case, usual_rate, company))
                for case_id, case in cases.items()
            ],
            company.currency_id,
        )

    # === READING === #

    @api.model
    def _read_usual_rate(self, company, today):
        """Return the share of all calls of late that reached somebody."""
        ((attempts, reached),) = self.env.execute_query(
            SQL(
                "SELECT %s FROM collection_action WHERE company_id = %s AND %s",
                self._sql_counts(),
                company.id,
                self._sql_recent_calls(today),
            )
        )
        return contact_rate(attempts, reached, 0.5)

    @api.model
    def _read_cases(self, company, today):
        """Return ``{case id: facts}`` of the cases that wait for somebody."""
        self.env.cr.execute(
            SQL(
                """WITH urgent AS (
                       SELECT case_id, array_agg(DISTINCT code) AS codes
                         FROM (%(urgencies)s) AS found (case_id, code)
                        GROUP BY case_id),
                        waiting AS (
                       SELECT case_id FROM urgent
                        UNION
                       SELECT case_id FROM collection_action
                        WHERE company_id = %(company)s AND date <= %(today)s
                          AND state IN ('to_validate', 'todo')),
                        calls AS (
                       SELECT case_id, %(counts)s FROM collection_action
                        WHERE company_id = %(company)s AND %(recent)s
                        GROUP BY case_id)
                   SELECT c.id, c.amount_overdue_net::float8 AS amount,
                          CASE WHEN c.forecast_date IS NOT NULL
                               THEN 1 - COALESCE(c.default_probability, 0) / 100 END
                              AS chance,
                          COALESCE(calls.attempts, 0) AS attempts,
                          COALESCE(calls.reached, 0) AS reached,
                          c.quality_date IS NULL AS is_unknown,
                          c.reach_phone, c.reach_mobile, c.reach_email, c.reach_post,
                          COALESCE(urgent.codes, '{}') AS urgencies
                     FROM waiting
                     JOIN collection_case c ON c.id = waiting.case_id
                LEFT JOIN urgent ON urgent.case_id = c.id
                LEFT JOIN calls ON calls.case_id = c.id
                    WHERE c.company_id = %(company)s""",
                urgencies=SQL(" UNION ALL ").join(self._get_urgencies(company, today)),
                company=company.id,
                today=today,
                counts=self._sql_counts(),
                recent=self._sql_recent_calls(today),
            )
        )
        return {row.pop("id"): row for row in self.env.cr.dictfetchall()}

    @api.model
    def _read_actions(self, company, today, cases):
        """Yield ``(action id, facts of its case, its own facts)``."""
        self.env.cr.execute(
            SQL(
                """SELECT action.id, action.case_id, action.channel,
                          action.amount::float8 AS amount,
                          COALESCE(action.is_unreachable, FALSE) AS is_unreachable,
                          COALESCE(step.expiry_days > 0 AND action.state = 'todo'
                              AND action.date + step.expiry_days <= %(today)s, FALSE)
                              AS is_expiring
                     FROM collection_action action
                LEFT JOIN collection_step step ON step.id = action.step_id
                    WHERE action.company_id = %(company)s AND action.date <= %(today)s
                      AND action.state IN ('to_validate', 'todo')""",
                company=company.id,
                today=today,
            )
        )
        for row in self.env.cr.dictfetchall():
            yield row.pop("id"), cases[row.pop("case_id")], row

    @api.model
    def _get_urgencies(self, company, today):
        """Return ``SELECT case, code`` of what cannot wait in a company. Hook.

        The codes are those of ``tools.desk_rank``.
        """
        return [
            SQL(
                """SELECT promise.case_id, 'promise_broken'
                     FROM collection_promise promise
                    WHERE promise.company_id = %(company)s
                      AND promise.state IN ('broken', 'partial')
                      AND promise.date_limit >= %(since)s
                      AND %(untold)s""",
                company=company.id,
                since=today - timedelta(days=NEWS_DAYS),
                untold=self._sql_untold(SQL("promise.case_id"), "promise.date_limit"),
            ),
            SQL(
                """SELECT case_id, 'promise_due' FROM collection_promise
                    WHERE company_id = %s AND state = 'open' AND date_promised = %s""",
                company.id,
                today,
            ),
            SQL(
                """SELECT case_id, 'plan_late' FROM collection_plan
                    WHERE company_id = %s AND state = 'late'""",
                company.id,
            ),
            SQL(
                """SELECT case_id, 'dispute_late' FROM collection_dispute
                    WHERE company_id = %s AND state IN ('new', 'investigating')
                      AND deadline < %s""",
                company.id,
                today,
            ),
            SQL(
                """SELECT id, 'answer' FROM collection_case
                    WHERE company_id = %s AND answer_pending""",
                company.id,
            ),
        ]

    @api.model
    def _sql_untold(self, case, day):
        """Return the condition that nobody has spoken to the debtor since ``day``."""
        return SQL(
            """NOT EXISTS (SELECT FROM collection_action told
                            WHERE told.case_id = %s AND told.state IN ('sent', 'done')
                              AND told.date > %s
                              AND told.outcome IS DISTINCT FROM 'expired')""",
            case,
            SQL.identifier(*day.split(".")),
        )

    @api.model
    def _sql_counts(self):
        return SQL(
            """count(*) AS attempts,
               count(*) FILTER (WHERE outcome = ANY(%s)) AS reached""",
            list(REACHED_OUTCOMES),
        )

    @api.model
    def _sql_recent_calls(self, today):
        return SQL(
            "channel = %s AND outcome = ANY(%s) AND date > %s",
            ANSWERED_CHANNEL,
            list(REACHED_OUTCOMES + MISSED_OUTCOMES),
            today - timedelta(days=MEMORY_DAYS),
        )

    # === RANKING === #

    @api.model
    def _rank_action(
        self, case, usual_rate, company, channel, amount, is_unreachable, is_expiring
    ):
        reach = REACHES.get(channel)
        stake = Stake(
            amount=amount,
            chance=case["chance"],
            attempts=case["attempts"],
            reached=case["reached"],
            usual_rate=usual_rate,
            is_reachable=not is_unreachable
            and (not reach or case["is_unknown"] or bool(case[reach])),
            is_answered=channel == ANSWERED_CHANNEL,
            cost=company._get_collection_cost(channel),
            urgencies=(*case["urgencies"], *(["expiring"] if is_expiring else [])),
        )
        return self._get_values(stake, channel)

    @api.model
    def _rank_case(self, case, usual_rate, company):
        return self._rank_action(
            case,
            usual_rate,
            company,
            ANSWERED_CHANNEL,
            case["amount"],
            is_unreachable=False,
            is_expiring=False,
        )

    @api.model
    def _get_values(self, stake, channel):
        """Return the value and the factors that are kept to explain it."""
        found = rank(stake)
        return found.value, {
            "amount": found.amount,
            "chance": round(found.chance, 3),
            "reach": round(found.reach, 3),
            "cost": found.cost,
            "channel": channel,
            "is_known": stake.chance is not None,
            "is_reachable": stake.is_reachable,
            "urgencies": sorted(stake.urgencies),
        }

    # === WRITING === #

    @api.model
    def _write_batch(self, model, rows, currency):
        self.env.cr.execute(
            SQL(
                """UPDATE %(table)s kept
                      SET desk_value = fresh.value, desk_factors = fresh.factors
                     FROM unnest(%(ids)s::int4[], %(values)s::numeric[],
                                 %(factors)s::jsonb[]) AS fresh (id, value, factors)
                    WHERE kept.id = fresh.id
                      AND (kept.desk_value, kept.desk_factors)
                          IS DISTINCT FROM (fresh.value, fresh.factors)""",
                table=SQL.identifier(self.env[model]._table),
                ids=[row[0] for row in rows],
                values=[currency.round(row[1]) for row in rows],
                factors=[json.dumps(row[2]) for row in rows],
            )
        )

    @api.model
    def _store(self, model, rows, currency):
        for batch in split_every(WRITE_BATCH, rows):
            self._write_batch(model, batch, currency)
        self.env[model].invalidate_model()
        self.env["collection.desk.item"].invalidate_model()

    # === WORDS === #

    @api.model
    def _word(self, factors, currency):
        """Return the sentence that explains a rank, in the user's language."""
        if not factors:
            return ""
        return "; ".join(
            [
                self._word_value(factors, currency),
                *(
                    words
                    for code, words in self._get_urgency_words().items()
                    if code in factors["urgencies"]
                ),
            ]
        )

    @api.model
    def _word_value(self, factors, currency):
        chance = (
            self.env._("%s %% likely paid", round(100 * factors["chance"]))
            if factors["is_known"]
            else self.env._("even odds, for want of a forecast")
        )
        return self.env._(
            "%(amount)s overdue × %(chance)s × %(reach)s − %(cost)s",
            amount=formatLang(self.env, factors["amount"], currency_obj=currency),
            chance=chance,
            reach=self._word_reach(factors),
            cost=formatLang(self.env, factors["cost"], currency_obj=currency),
        )

    @api.model
    def _word_reach(self, factors):
        if not factors["is_reachable"]:
            return self.env._("hardly reachable")
        if factors["channel"] == ANSWERED_CHANNEL:
            return self.env._(
                "answers %s %% of the calls", round(100 * factors["reach"])
            )
        return self.env._("reachable")

    @api.model
    def _get_urgency_words(self):
        """Return ``{code: words}``, the weightiest first. Hook."""
        return {
            "promise_broken": self.env._("promise not kept"),
            "plan_late": self.env._("instalment missed"),
            "answer": self.env._("has answered"),
            "promise_due": self.env._("promised for today"),
            "dispute_late": self.env._("dispute past its deadline"),
            "expiring": self.env._("expires today"),
        }
