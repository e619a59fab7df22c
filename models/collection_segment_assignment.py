from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

LOG_BATCH = 1000


class SegmentRule(NamedTuple):
    """What decides of a segment: its place, its condition and its scenario."""

    segment_id: int
    sequence: int
    scenario_id: int
    domain: Domain


class SegmentMove(NamedTuple):
    """A case that has got another segment, or its first one."""

    case_id: int
    is_first: bool
    old_segment_id: int
    old_scenario_id: int
    segment_id: int
    scenario_id: int

    @property
    def changes_scenario(self):
        return not self.is_first and self.old_scenario_id != self.scenario_id


class CollectionSegmentAssignment(models.AbstractModel):
    """Decides which segment each case belongs to: the first one it fits.

    Deciding is one SELECT over the conditions of all segments, whatever the number of
    cases. Of rules that are only a draft it says what they would move, see
    :meth:`_preview`. Archived cases keep what they have.
    """

    _name = "collection.segment.assignment"
    _description = "Assignment of cases to segments"

    # === RULES === #

    @api.model
    def _get_rules(self, company):
        """Return the rules of a company in the order in which they decide."""
        return [
            SegmentRule(
                segment.id,
                segment.sequence,
                segment.scenario_id.id,
                segment._get_valid_domain(),
            )
            for segment in self.env["collection.segment"]._get_ranked(company)
        ]

    # === DECIDING === #

    @api.model
    def _apply(self, company, cases=None):
        """Give the cases of a company, or only ``cases``, their segment and scenario.

        A scenario chosen by hand stays. One statement, then one note on each case whose
        scenario has changed.

        :return: the cases whose segment has changed
        """
        rules = self._get_rules(company)
        moves = self._write_segments(self._sql_decided(company, rules, cases), company)
        moved = self.env["collection.case"].browse(move.case_id for move in moves)
        moved.invalidate_recordset(["segment_id", "segment_date", "scenario_id"])
        with self.env.protecting([moved._fields["scenario_id"]], moved):
            moved.modified(["segment_id", "scenario_id"])
        self.env["collection.segment"].invalidate_model(flush=False)
        self._log_moves(company, [move for move in moves if move.changes_scenario])
        return moved

    @api.model
    def _preview(self, company, rules):
        """Return what ``rules`` would move, without writing anything.

        :return: rows of former and new segment (0 is one that does not exist yet),
            former and new scenario, number of cases, of which kept by hand, balance and
            overdue; the scenario is the one of those without a choice by hand
        """
        return self.env.execute_query(
            SQL(
                """SELECT old_segment_id, old_scenario_id, segment_id, scenario_id,
                          count(*), count(manual_scenario_id), sum(amount_due),
                          sum(amount_overdue)
                     FROM (%s) moved
                    GROUP BY old_segment_id, old_scenario_id, segment_id, scenario_id
                    ORDER BY sum(amount_overdue) DESC, count(*) DESC, segment_id""",
                self._sql_moved(company, rules),
            )
        )

    @api.model
    def _find_moved(self, company, rules, key):
        """Return the cases behind a row of :meth:`_preview`, ``key`` its first four."""
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM (%s) moved
                    WHERE (old_segment_id, old_scenario_id, segment_id, scenario_id)
                          IS NOT DISTINCT FROM %s""",
                self._sql_moved(company, rules),
                SQL("(%s)", SQL(", ").join(SQL("%s::int", part) for part in key)),
            )
        )
        return self.env["collection.case"].browse(case_id for (case_id,) in rows)

    # === SQL === #

    @api.model
    def _sql_decided(self, company, rules, cases=None):
        """Return the SELECT of ``id``, ``segment_id`` and ``scenario_id`` of each case.

        The segment's scenario, else the company's; a choice by hand is not looked at.
        """
        self._flush()
        return SQL(
            """WITH first AS (
                   SELECT id, min(place) AS place FROM (%(fitting)s) fitting
                    GROUP BY id)
               SELECT collection_case.id, rule.segment_id,
                      COALESCE(rule.scenario_id, company.collection_scenario_id)
                          AS scenario_id
                 FROM collection_case
                 JOIN res_company company ON company.id = collection_case.company_id
                 LEFT JOIN first ON first.id = collection_case.id
                 LEFT JOIN unnest(%(segments)s::int[], %(scenarios)s::int[])
                      WITH ORDINALITY AS rule (segment_id, scenario_id, place)
                      ON rule.place = first.place
                WHERE %(in_scope)s""",
            fitting=self._sql_fitting(company, [rule.domain for rule in rules], cases),
            segments=[rule.segment_id for rule in rules],
            scenarios=[rule.scenario_id for rule in rules],
            in_scope=self._sql_in_scope(company, cases),
        )

    @api.model
    def _sql_fitting(self, company, domains, cases=None):
        """Return the SELECT of ``id`` and ``place`` (from 1) of each domain that fits.

        The scope is in each part: joined to the whole, it would be read many times.
        """
        if not domains:
            return SQL("SELECT NULL::int AS id, NULL::int AS place WHERE FALSE")
        # Which segment a debtor belongs to must not depend on who looks.
        Case = self.env["collection.case"].sudo()._for_segments(company)
        parts = []
        for place, domain in enumerate(domains, start=1):
            query = Case._search(domain)
            query.add_where(self._sql_in_scope(company, cases))
            parts.append(
                SQL("SELECT id, %s AS place FROM %s f (id)", place, query.subselect())
            )
        return SQL(" UNION ALL ").join(parts)

    @api.model
    def _sql_in_scope(self, company, cases=None):
        in_company = SQL(
            "collection_case.company_id = %s AND collection_case.active IS TRUE",
            company.id,
        )
        if cases is None:
            return in_company
        # Joined, the debtors of few cases are looked up one by one; as a list of
        # values, all debtors would be read.
        return SQL(
            "%s AND collection_case.id IN (SELECT unnest(%s::int[]))",
            in_company,
            cases.ids,
        )

    @api.model
    def _sql_moved(self, company, rules):
        return SQL(
            """SELECT c.id, c.manual_scenario_id, c.amount_due, c.amount_overdue,
                      c.segment_id AS old_segment_id, former.scenario_id
                          AS old_scenario_id,
                      decided.segment_id, decided.scenario_id
                 FROM (%s) decided
                 JOIN collection_case c ON c.id = decided.id
                 JOIN res_company company ON company.id = c.company_id
                 LEFT JOIN collection_segment segment ON segment.id = c.segment_id
                CROSS JOIN LATERAL (
                      SELECT COALESCE(segment.scenario_id,
                                      company.collection_scenario_id) AS scenario_id
                      ) former
                WHERE (c.segment_id, former.scenario_id)
                      IS DISTINCT FROM (decided.segment_id, decided.scenario_id)""",
            self._sql_decided(company, rules),
        )

    @api.model
    def _write_segments(self, decided, company):
        return [
            SegmentMove(*row)
            for row in self.env.execute_query(
                SQL(
                    """UPDATE collection_case c
                          SET segment_id = decided.segment_id,
                              segment_date = %(today)s,
                              scenario_id = COALESCE(c.manual_scenario_id,
                                                     decided.scenario_id)
                         FROM (%(decided)s) decided
                         JOIN collection_case old ON old.id = decided.id
                        WHERE c.id = decided.id
                          AND (old.segment_date IS NULL
                               OR old.segment_id IS DISTINCT FROM decided.segment_id)
                    RETURNING c.id, old.segment_date IS NULL, old.segment_id,
                              old.scenario_id, c.segment_id, c.scenario_id""",
                    today=company._get_collection_today(),
                    decided=decided,
                )
            )
        ]

    @api.model
    def _flush(self):
        self.env["collection.case"].flush_model()
        self.env["collection.segment"].flush_model(["scenario_id"])
        self.env["res.company"].flush_model(["collection_scenario_id"])

    # === LOG === #

    @api.model
    def _log_moves(self, company, moves):
        """Note on each case where it comes from, where it goes and why."""
        # Read by everybody of the company, whoever or whatever has moved the case.
        lang = company.partner_id.lang or self.env.lang
        self = self.with_context(lang=lang)
        for batch in split_every(LOG_BATCH, moves):
            cases = self.env["collection.case"].browse(move.case_id for move in batch)
            cases._message_log_batch(
                {
                    case.id: self._get_move_words(case, move)
                    for case, move in zip(cases, batch, strict=True)
                }
            )

    @api.model
    def _get_move_words(self, case, move):
        segments, scenarios = (
            self.env["collection.segment"],
            self.env["collection.scenario"],
        )
        no_segment, no_scenario = self.env._("no segment"), self.env._("no scenario")
        return self.env._(
            "Segment: %(old_segment)s → %(segment)s, scenario: %(old_scenario)s → "
            "%(scenario)s. %(reason)s",
            old_segment=segments.browse(move.old_segment_id).name or no_segment,
            segment=case.segment_id.name or no_segment,
            old_scenario=scenarios.browse(move.old_scenario_id).name or no_scenario,
            scenario=case.scenario_id.name or no_scenario,
            reason=case.scenario_reason,
        )
