from odoo import api, fields, models
from odoo.tools import SQL

from .collection_risk_band import RISK_LEVELS

# How many reasons are given when a debtor has become a higher risk.
REASONS_TOLD = 3


class CollectionCase(models.Model):
    """How risky the debtor is, why, and how that has developed."""

    _inherit = "collection.case"

    risk_band_id = fields.Many2one(
        "collection.risk.band",
        string="Risk band",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    risk_level = fields.Selection(RISK_LEVELS, readonly=True, index="btree_not_null")
    risk_date = fields.Datetime(
        string="Risk changed on",
        readonly=True,
        help="When the score or its reasons last changed.",
    )
    history_ids = fields.One2many(
        "collection.risk.history", "case_id", string="Risk over time", readonly=True
    )

    # === SCORE === #

    def _get_risk_factors(self):
        factors = super()._get_risk_factors()
        for case_id, found in self.env["collection.risk"]._score(self).items():
            factors.setdefault(case_id, []).extend(found)
        return factors

    @api.model
    def _get_risk_sentences(self):
        return super()._get_risk_sentences() | {
            "lateness": self.env._(
                "%(percent)s %% of the debt is overdue, the oldest item by %(days)s "
                "days"
            ),
            "delay": self.env._("pays %(days)s days late on average (12 months)"),
            "late_share": self.env._("%(percent)s %% of instalments late (12 months)"),
            "trend": self.env._("pays %(days)s days later than three months ago"),
            "irregular": self.env._("pays irregularly, give or take %(days)s days"),
            "default": self.env._(
                "%(percent)s %% likely to be unpaid 90 days after the due date"
            ),
            "abnormal": self.env._("pays unlike before since %(noticed_on)s"),
            "abnormal_undated": self.env._("pays unlike before"),
            "exposure": self.env._("%(percent)s %% of the credit limit used"),
            "exposure_sales": self.env._("owes what is invoiced in %(days)s days"),
            "no_history": self.env._("no payment history yet"),
            "no_history_few": self.env._(
                "little payment history (payments: %(count)s)"
            ),
            "disputes": self.env._("%(percent)s %% of the invoices disputed"),
            "promises": self.env._("promises to pay broken: %(broken)s of %(count)s"),
            "quality": self.env._("data quality %(score)s out of 100"),
            "unreachable": self.env._("cannot be reached"),
            **self._get_solvency_sentences(),
            **self._get_proceeding_sentences(),
        }

    @api.model
    def _get_solvency_sentences(self):
        return {
            "struck_off": self.env._("struck off the register on %(struck_off_on)s"),
            "ceased": self.env._("ceased on %(ceased_on)s"),
            "ceased_undated": self.env._("ceased, according to the register"),
            "dormant": self.env._("has no open establishment"),
            "young": self.env._("company founded %(months)s months ago"),
            "size_micro": self.env._("very small company"),
            "size_unknown": self.env._("company of unknown size"),
            "size_pme": self.env._("small or medium-sized company"),
            "size_eti": self.env._("mid-sized company"),
        }

    @api.model
    def _get_proceeding_sentences(self):
        names = self.env["collection.registry.record"]._fields["proceeding"]
        undated = {
            f"proceeding_{code}_undated": label
            for code, label in names._description_selection(self.env)
        }
        return undated | {
            "proceeding_safeguard": self.env._(
                "in safeguard proceedings since %(judged_on)s"
            ),
            "proceeding_receivership": self.env._(
                "in receivership since %(judged_on)s"
            ),
            "proceeding_liquidation": self.env._("in liquidation since %(judged_on)s"),
            "proceeding_plan": self.env._("under a recovery plan since %(judged_on)s"),
            "proceeding_closed": self.env._(
                "insolvency proceedings closed on %(judged_on)s"
            ),
        }

    # === STORING === #

    @api.model
    def _get_risk_columns(self):
        band = SQL(
            """FROM collection_risk_band WHERE score_from <= fresh.score
                ORDER BY score_from DESC LIMIT 1"""
        )
        return super()._get_risk_columns() | {
            "risk_band_id": SQL("(SELECT id %s)", band),
            "risk_level": SQL("(SELECT level %s)", band),
            "risk_date": SQL(
                """CASE WHEN (c.risk_score, c.risk_factors)
                             IS DISTINCT FROM (fresh.score, fresh.factors)
                        THEN now() AT TIME ZONE 'UTC' ELSE c.risk_date END"""
            ),
        }

    def _write_risk(self, scores):
        bands_before = self._read_bands()
        changed = super()._write_risk(scores)
        if not self.env.context.get("collection_no_band_note"):
            changed._note_worse_bands(bands_before)
        return changed

    def _read_bands(self):
        """Return ``{case id: collection.risk.band}`` of the cases that have one."""
        rows = self.env.execute_query(
            SQL(
                """SELECT id, risk_band_id FROM collection_case
                    WHERE id = ANY(%s) AND risk_band_id IS NOT NULL""",
                list(self.ids),
            )
        )
        bands = self.env["collection.risk.band"]
        return {case_id: bands.browse(band_id) for case_id, band_id in rows}

    def _note_worse_bands(self, bands_before):
        """Say on the cases whose debtor has become a higher risk, and why."""
        worse = self.filtered(
            lambda case: (
                case.id in bands_before
                and case.risk_band_id._is_worse_than(bands_before[case.id])
            )
        )
        for company, cases in worse.grouped("company_id").items():
            spoken = cases.with_context(lang=company._get_house_lang())
            spoken._log_worse_bands(bands_before)

    def _log_worse_bands(self, bands_before):
        sentences = self._get_risk_sentences()
        self._message_log_batch(
            {
                case.id: self.env._(
                    "The risk of this debtor has risen from %(old)s to %(new)s, score "
                    "%(score)s: %(reasons)s.",
                    old=bands_before[case.id].with_env(self.env).name,
                    new=case.risk_band_id.name,
                    score=case.risk_score,
                    reasons=" · ".join(
                        self._word_risk_factor(code, facts, sentences)
                        for code, _points, facts in case.risk_factors[:REASONS_TOLD]
                    ),
                )
                for case in self
            }
        )

    # === MERGE === #

    @api.model
    def _get_moved_tables(self):
        return [*super()._get_moved_tables(), "collection_risk_history"]

    def _move_content(self, survivor):
        self._drop_double_months(survivor)
        return super()._move_content(survivor)

    def _drop_double_months(self, survivor):
        """Leave one row a month to ``survivor``: its own, else that of the oldest."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """DELETE FROM collection_risk_history history
                    USING collection_risk_history kept
                    WHERE history.case_id = ANY(%(ids)s)
                      AND kept.month = history.month
                      AND (kept.case_id = %(survivor_id)s
                           OR (kept.case_id = ANY(%(ids)s)
                               AND kept.case_id < history.case_id))""",
                ids=list(self.ids),
                survivor_id=survivor.id,
            )
        )
