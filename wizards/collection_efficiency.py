from collections import defaultdict
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.sampled_share import Clustered
from ..tools.step_verdicts import judge_change

SUMS = (
    "count:sum",
    "reached:sum",
    "answered:sum",
    "promised:sum",
    "disputed:sum",
    "paid:sum",
    "paid_in_full:sum",
    "first:sum",
    "paid_at_first:sum",
    "amount_targeted:sum",
    "amount_cashed:sum",
    "cost:sum",
)
NOBODY = Clustered(0, 0, 0, 0, 0, 0)
MONTHS = 6


class CollectionEfficiency(models.TransientModel):
    """What each step, channel, signatory or variant of a period has led to."""

    _name = "collection.efficiency"
    _description = "Efficiency of scenarios"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain=lambda self: [("id", "in", self.env.companies.ids)],
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: self._get_default_dates()[0],
        help="The day of a change, to see what it did: the same number of days before "
        "stands beside.",
    )
    date_to = fields.Date(
        string="Until",
        required=True,
        default=lambda self: self._get_default_dates()[1],
        help="Later contacts are left out while cash may still follow them.",
    )
    by = fields.Selection(
        [
            ("step_id", "Step"),
            ("channel", "Channel"),
            ("signatory_name", "Signatory"),
            ("variant_id", "Variant"),
            ("scenario_id", "Scenario"),
            ("segment_id", "Segment"),
            ("user_id", "Collector"),
        ],
        required=True,
        default="step_id",
    )
    scenario_id = fields.Many2one(
        "collection.scenario",
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
    )
    segment_id = fields.Many2one(
        "collection.segment",
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
    )
    line_ids = fields.One2many(
        "collection.efficiency.line", "efficiency_id", readonly=True
    )
    is_computed = fields.Boolean(readonly=True)
    method = fields.Text(compute="_compute_method")

    # === COMPUTE METHODS === #

    @api.model
    def _get_default_dates(self):
        company = self.env.company
        last = company._get_collection_today() - timedelta(
            days=company.collection_result_days
        )
        return last - relativedelta(months=MONTHS), last

    @api.depends_context("lang")
    def _compute_display_name(self):
        for efficiency in self:
            efficiency.display_name = self.env._("Efficiency of scenarios")

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_method(self):
        for efficiency in self:
            company = efficiency.company_id
            efficiency.method = self.env._(
                "Cash is what was cashed of the items claimed within %(days)s days "
                "after the contact and before the next one about them; contacts of one "
                "day share it. The share of contacts with cash is shown with its 95%% "
                "interval; contacts of one debtor are alike and widen it. A step is "
                "weak when the whole interval is below %(weak)g%%. The change is "
                "against the period of the same length just before, of a step that "
                "replaces another against that one, of a variant against the words of "
                "the step since the trial began. Less than 30 debtors allow no "
                "verdict. Cash after a contact is no proof that the contact caused "
                "it.",
                days=company.collection_result_days,
                weak=company.collection_weak_share,
            )

    # === CONSTRAINTS === #

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for efficiency in self:
            if efficiency.date_from > efficiency.date_to:
                raise UserError(
                    self.env._(
                        "The period ends before it begins: turn the dates round."
                    )
                )

    # === ACTION METHODS === #

    def action_compute(self):
        """Read the results of the period, and of the one before it."""
        self.ensure_one()
        self.line_ids.unlink()
        length = self.date_to - self.date_from
        day_before = self.date_from - timedelta(days=1)
        now = self._read_results(self.date_from, self.date_to)
        before = self._read_results(day_before - length, day_before)
        firsts = self._get_base_results(now) if self.by == "variant_id" else {}
        self.write(
            {
                "is_computed": True,
                "line_ids": [
                    Command.create(
                        self._prepare_line(
                            key,
                            sums,
                            firsts.get(key)
                            if self.by == "variant_id"
                            else self._get_earlier(key, before, now),
                        )
                    )
                    for key, sums in sorted(now.items(), key=self._get_rank)
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "current",
        }

    # === BUSINESS METHODS === #

    def _get_domain(self, first_day, last_day):
        domain = Domain("company_id", "=", self.company_id.id)
        domain &= Domain("date", ">=", first_day) & Domain("date", "<=", last_day)
        for name in ("scenario_id", "segment_id"):
            if self[name]:
                domain &= Domain(name, "=", self[name].id)
        if self.by == "step_id":
            domain &= Domain("step_id", "!=", False)
        if self.by == "variant_id":
            domain &= self._get_trial_domain(domain)
        return domain

    def _get_trial_domain(self, domain):
        """Return the domain of the contacts of tried steps, since the trial began.

        The words of the step before that met other times, and would not compare.
        """
        starts = self.env["collection.action.result"]._read_group(
            domain & Domain("variant_id", "!=", False), ["step_id"], ["date:min"]
        )
        return Domain.OR(
            Domain("step_id", "=", step.id) & Domain("date", ">=", start)
            for step, start in starts
        )

    def _get_earlier(self, key, before, now):
        """Return the results of the period before, or of the step that was replaced."""
        [value] = key
        if key in before or self.by != "step_id":
            return before.get(key)
        replaced = (value.replaces_id,)
        return before.get(replaced) or now.get(replaced)

    def _read_results(self, first_day, last_day):
        """Return ``{key: {name: sum}}``; the key of a variant names its step too.

        ``sample`` is the :class:`Clustered` of the contacts with cash.
        """
        groups = self._get_groups()
        domain = self._get_domain(first_day, last_day)
        rows = self.env["collection.action.result"]._read_group(
            domain, groups, list(SUMS)
        )
        samples = self._read_samples(domain, groups)
        names = [spec.split(":")[0] for spec in SUMS]
        return {
            tuple(row[: len(groups)]): dict(
                zip(names, row[len(groups) :], strict=True),
                sample=samples[tuple(map(self._get_plain, row[: len(groups)]))],
            )
            for row in rows
        }

    def _get_groups(self):
        return ["step_id", "variant_id"] if self.by == "variant_id" else [self.by]

    def _get_plain(self, value):
        value = value.id if isinstance(value, models.BaseModel) else value
        return value or None

    def _read_samples(self, domain, groups):
        """Return ``{plain key: Clustered}``, contacts of one debtor taken together."""
        results = self.env["collection.action.result"]
        columns = SQL(", ").join(map(SQL.identifier, groups))
        rows = self.env.execute_query(
            SQL(
                """SELECT %(columns)s, count(*), sum(paid), sum(trials),
                          sum(trials * trials), sum(paid * paid), sum(trials * paid)
                     FROM (SELECT %(columns)s, sum(count) AS trials, sum(paid) AS paid
                             FROM collection_action_result
                            WHERE id IN %(ids)s
                            GROUP BY %(columns)s, case_id) debtor
                    GROUP BY %(columns)s""",
                columns=columns,
                ids=results._search(domain).subselect(),
            )
        )
        return {
            tuple(row[: len(groups)]): Clustered(*map(int, row[len(groups) :]))
            for row in rows
        }

    def _get_base_results(self, results):
        """Return the sums of the words of the step, for each of its variants."""
        base = defaultdict(dict)
        for (step, variant), sums in results.items():
            if not variant:
                base[step] = sums
        return {
            (step, variant): base[step]
            for step, variant in results
            if variant and base[step]
        }

    def _prepare_line(self, key, sums, against):
        """Return the values of a line; ``against`` is what it is compared with."""
        sample = sums["sample"]
        compared = against["sample"] if against else NOBODY
        return {
            **{name: sums[name] or 0 for name in sums if name != "sample"},
            **{
                name: self._get_plain(value)
                for name, value in zip(self._get_groups(), key, strict=True)
            },
            "name": self._get_label(key),
            "case_count": sample.debtors,
            "design_effect": sample.design_effect,
            "change": judge_change(sample.independent, compared.independent),
            "paid_before": compared.successes,
            "count_before": compared.trials,
        }

    def _get_rank(self, result):
        """Return what sorts a result: steps as their scenarios have them."""
        key, _sums = result
        step = key[0]
        if self.by in ("step_id", "variant_id"):
            variant = key[-1] if self.by == "variant_id" else step
            return (step.scenario_id.name, step.delay_days, step.id, variant.id)
        return (self._get_label(key),)

    def _get_label(self, key):
        value = key[-1]
        if self.by == "channel":
            return dict(self.env["collection.action"]._get_channels()).get(value, value)
        if self.by == "variant_id":
            step, variant = key
            words = variant.name or self.env._("Words of the step")
            return f"{step.display_name} · {words}"
        if isinstance(value, models.BaseModel):
            return value.display_name or self.env._("None")
        return value or self.env._("None")
