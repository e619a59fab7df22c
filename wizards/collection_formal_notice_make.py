from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang


class CollectionFormalNoticeMake(models.TransientModel):
    """Makes formal notices: what each would claim, what lacks, then the letters."""

    _name = "collection.formal.notice.make"
    _description = "Make formal notices"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    collects_for_others = fields.Boolean(related="company_id.collection_for_others")
    date = fields.Date(string="Dated", required=True)
    days = fields.Integer(string="Days to pay", required=True)
    pay_by_date = fields.Date(
        string="To be paid by", compute="_compute_pay_by_date", readonly=True
    )
    creditor_id = fields.Many2one(
        "res.partner",
        string="On behalf of",
        help="The creditor you collect for. Empty: your own company.",
    )
    line_ids = fields.One2many("collection.formal.notice.make.line", "wizard_id")
    included_count = fields.Integer(string="Notices", compute="_compute_totals")
    stopped_count = fields.Integer(string="Without notice", compute="_compute_totals")
    amount_total = fields.Monetary(string="Total claimed", compute="_compute_totals")
    summary = fields.Char(compute="_compute_totals")
    identity_warning = fields.Char(
        string="What your own company lacks", compute="_compute_identity_warning"
    )

    # === COMPUTE METHODS === #

    @api.depends("date", "days")
    def _compute_pay_by_date(self):
        for wizard in self:
            wizard.pay_by_date = wizard.date and wizard.date + timedelta(
                days=wizard.days
            )

    @api.depends("line_ids.is_included", "line_ids.amount_total", "line_ids.problem")
    def _compute_totals(self):
        for wizard in self:
            included = wizard._get_included()
            wizard.included_count = len(included)
            wizard.stopped_count = len(wizard.line_ids.filtered("problem"))
            wizard.amount_total = sum(included.mapped("amount_total"))
            wizard.summary = self.env._(
                "Formal notices: %(count)s, for %(amount)s in all. Stopped: "
                "%(stopped)s.",
                count=wizard.included_count,
                amount=formatLang(
                    self.env, wizard.amount_total, currency_obj=wizard.currency_id
                ),
                stopped=wizard.stopped_count,
            )

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_identity_warning(self):
        for wizard in self:
            missing = wizard.company_id._get_missing_legal_identity()
            wizard.identity_warning = bool(missing) and self.env._(
                "Not known of your own company: %s. Enter it in the settings of debt "
                "collection: letters have to say it.",
                ", ".join(missing),
            )

    # === ACTION METHODS === #

    def action_make(self):
        """Make the notices and their letters, to be posted."""
        return self._make(deliver=True)

    def action_prepare(self):
        """Make the notices only: somebody looks at them before the letters are made."""
        return self._make(deliver=False)

    # === BUSINESS METHODS === #

    @api.model
    def _open(self, cases):
        """Return the window on ``cases`` with what each notice would claim."""
        cases._raise_if_none()
        company = cases.company_id[:1]
        if len(cases.company_id) > 1:
            raise UserError(
                self.env._(
                    "These cases belong to several companies (%s): make their notices "
                    "one company after the other.",
                    ", ".join(cases.company_id.mapped("name")),
                )
            )
        cases = cases.with_company(company)
        today = company._get_collection_today()
        wizard = self.create(
            {
                "company_id": company.id,
                "date": today,
                "days": company._get_notice_days(today),
                "line_ids": self._prepare_lines(cases, today),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Formal notice"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    @api.model
    def _prepare_lines(self, cases, day):
        decisions = cases._decide_notices(None, day)
        problems = cases._get_notice_problems(decisions)
        return [
            Command.create(
                {
                    "case_id": case.id,
                    "item_ids": [line.id for line in decisions[case.id].lines],
                    "problem": " ".join(problems[case.id]),
                    "is_included": not problems[case.id]
                    and case.debtor_type != "unknown"
                    and not case.notice_ids._filter_live(),
                }
            )
            for case in cases
        ]

    def _get_included(self):
        return self.line_ids.filtered(
            lambda line: line.is_included and not line.problem
        )

    def _make(self, deliver):
        self.ensure_one()
        included = self._get_included()
        if not included:
            raise UserError(
                self.env._("No case is ticked for which a notice can be made.")
            )
        notices = included.case_id._make_formal_notice(
            included.item_ids,
            date=self.date,
            days=self.days,
            creditor=self.creditor_id,
            deliver=deliver,
        )
        if not notices:
            raise UserError(
                self.env._(
                    "No letter could be made: the reasons are in the history of the "
                    "cases."
                )
            )
        return notices._get_records_action(name=self.env._("Formal notices"))
