from odoo import api, fields, models
from odoo.tools import SQL, format_date
from odoo.tools.i18n import format_list

from .res_company import DEFAULT_TIMEZONE

# Segments named one by one; of more only the number is told.
NAMED_SEGMENTS = 5


class CollectionCase(models.Model):
    """Which segment a case belongs to, and why it goes through its scenario."""

    _inherit = "collection.case"

    segment_date = fields.Date(
        string="In this segment since",
        readonly=True,
        help="The day on which the segments were last found to decide otherwise. "
        "Empty: not yet looked at.",
    )
    scenario_reason = fields.Text(
        string="Why this scenario", compute="_compute_scenario_reason"
    )

    # === COMPUTE METHODS === #

    @api.depends("manual_scenario_id", "segment_id", "scenario_id", "segment_date")
    @api.depends_context("lang")
    def _compute_scenario_reason(self):
        for company, cases in self.grouped("company_id").items():
            ranked = self.env["collection.segment"]._get_ranked(company)
            by_source = cases.grouped("scenario_source")
            reasons = {}
            for source, group in by_source.items():
                reasons |= getattr(group, f"_get_{source}_reasons")(ranked)
            for case in cases:
                case.scenario_reason = reasons[case]

    # === REASONS === #

    def _get_manual_reasons(self, ranked):
        choices = self._read_manual_choices()
        return {
            case: " ".join(
                filter(None, [case._get_choice_words(choices), case._get_rule_words()])
            )
            for case in self
        }

    def _get_choice_words(self, choices):
        self.ensure_one()
        author, day = choices.get(self.id, (None, None))
        if not author:
            return self.env._("Chosen by hand: it stays until it is released.")
        return self.env._(
            "Chosen by hand by %(user)s on %(date)s: it stays until it is released.",
            user=author,
            date=format_date(self.env, day),
        )

    def _get_rule_words(self):
        self.ensure_one()
        scenario = self.segment_id.scenario_id
        if not scenario:
            return ""
        return self.env._(
            "Its segment “%(segment)s” would give “%(scenario)s”.",
            segment=self.segment_id.name,
            scenario=scenario.name,
        )

    def _get_segment_reasons(self, ranked):
        reasons = {}
        for segment, cases in self.grouped("segment_id").items():
            conditions = segment._explain(cases)
            fitting = segment._filter_fitting(cases)
            missed = self._get_missed_words(ranked, segment)
            for case in cases:
                parts = [case._get_segment_words(ranked, conditions.get(case.id))]
                if segment not in ranked or case not in fitting:
                    parts.append(
                        self.env._("It no longer fits: the next review decides again.")
                    )
                parts.append(missed)
                reasons[case] = " ".join(filter(None, parts))
        return reasons

    def _get_segment_words(self, ranked, condition):
        self.ensure_one()
        segment = self.segment_id
        if segment not in ranked:
            return self.env._(
                "Segment “%(segment)s”, which is archived.", segment=segment.name
            )
        return self.env._(
            "Segment “%(segment)s” (no. %(rank)s in the order): %(condition)s.",
            segment=segment.name,
            rank=ranked.ids.index(segment.id) + 1,
            condition=condition,
        )

    @api.model
    def _get_missed_words(self, ranked, segment):
        """Say which segments that come before ``segment`` do not fit."""
        before = ranked[: ranked.ids.index(segment.id)] if segment in ranked else ranked
        if not before:
            return ""
        names = [f"“{name}”" for name in before[:NAMED_SEGMENTS].mapped("name")]
        if before[NAMED_SEGMENTS:]:
            names.append(self.env._("%s more", len(before) - NAMED_SEGMENTS))
        return self.env._(
            "Earlier in the order, but not fitting: %(segments)s.",
            segments=format_list(self.env, names),
        )

    def _get_default_reasons(self, ranked):
        if ranked:
            reason = self.env._(
                "It fits none of the segments (%s): the scenario is the company's.",
                len(ranked),
            )
        else:
            reason = self.env._("There is no segment: the scenario is the company's.")
        return dict.fromkeys(self, reason)

    def _get_none_reasons(self, ranked):
        reason = self.env._(
            "No scenario: it fits no segment and the company has none. Choose one "
            "here, or one for the company in the settings."
        )
        return dict.fromkeys(self, reason)

    def _read_manual_choices(self):
        """Return ``{case id: (name of the user, day)}`` of the last choice by hand."""
        field = self.env["ir.model.fields"]._get(self._name, "manual_scenario_id")
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (message.res_id) message.res_id,
                          author.name, message.date
                     FROM mail_message message
                     JOIN mail_tracking_value value
                       ON value.mail_message_id = message.id
                     JOIN res_partner author ON author.id = message.author_id
                    WHERE message.model = %s AND message.res_id = ANY(%s)
                      AND value.field_id = %s
                    ORDER BY message.res_id, value.id DESC""",
                self._name,
                self.ids,
                field.id,
            )
        )
        return {
            case_id: (author, fields.Datetime.context_timestamp(self, moment))
            for case_id, author, moment in rows
        }

    # === BUSINESS METHODS === #

    def _for_segments(self, company):
        """Return the cases as segments read them, whoever looks.

        “Today” is the company's, words to look for are in its language.
        """
        return self.with_company(company).with_context(
            active_test=True,
            lang=company.partner_id.lang or self.env.lang,
            tz=company.partner_id.tz or DEFAULT_TIMEZONE,
        )
