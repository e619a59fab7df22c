from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date, formatLang

from ..models.collection_ageing_ledger import BILLS, DOUBTFUL, TRADE
from ..tools.ageing_workbook import AgeingWorkbook

AMOUNT_FIELDS = (
    "amount_not_due",
    "amount_1_30",
    "amount_31_60",
    "amount_61_90",
    "amount_91_120",
    "amount_over_120",
    "amount_credit",
    "amount_total",
)
FORECAST_FIELDS = ("forecast_30", "forecast_60", "forecast_90", "forecast_later")
ACCOUNT_CLASSES = [
    (TRADE, "Customers"),
    (BILLS, "Bills receivable"),
    (DOUBTFUL, "Doubtful debtors"),
]
LARGEST = 20
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CollectionAgeing(models.TransientModel):
    """The ageing balance of a company on a day, today or any day before."""

    _name = "collection.ageing"
    _description = "Ageing balance on a day"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain=lambda self: [("id", "in", self.env.companies.ids)],
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        string="As of",
        required=True,
        default=lambda self: self.env.company._get_collection_today(),
        help="What was open when this day was over.",
    )
    line_ids = fields.One2many("collection.ageing.line", "ageing_id", readonly=True)
    debtor_count = fields.Integer(readonly=True, string="Debtors")
    ledger_balance = fields.Monetary(
        readonly=True,
        help="Balance of the receivable accounts in the general ledger on that day.",
    )
    amount_total = fields.Monetary(string="Ageing balance", readonly=True)
    amount_gap = fields.Monetary(
        string="Difference to the ledger",
        compute="_compute_amount_gap",
        help="Zero: every amount of the ledger is in the ageing balance.",
    )
    is_computed = fields.Boolean(readonly=True)
    has_forecast = fields.Boolean(
        readonly=True, help="What is expected is known for today's balance only."
    )
    summary = fields.Html(compute="_compute_summary", sanitize=False)

    # === COMPUTE METHODS === #

    @api.depends("date", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for ageing in self:
            ageing.display_name = self.env._(
                "Ageing balance as of %s", format_date(self.env, ageing.date)
            )

    @api.depends("ledger_balance", "amount_total")
    def _compute_amount_gap(self):
        for ageing in self:
            ageing.amount_gap = ageing.currency_id.round(
                ageing.amount_total - ageing.ledger_balance
            )

    @api.depends("line_ids", "is_computed")
    def _compute_summary(self):
        for ageing in self:
            ageing.summary = ageing.is_computed and self.env["ir.qweb"]._render(
                "l10n_fr_debt_collection.collection_ageing_summary",
                {"ageing": ageing, "size": "inherit", "is_paper": False},
            )

    @api.onchange("date", "company_id")
    def _onchange_day(self):
        self.is_computed = False

    # === ACTION METHODS === #

    def action_compute(self):
        """Read the balance of the day from the ledger."""
        self.ensure_one()
        self._check_day()
        self._fill_lines()
        self._note_totals()
        return self._reopen()

    def action_open_debtors(self):
        """Open the balance debtor by debtor."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "collection.ageing.line",
            "view_mode": "list,pivot,graph",
            "domain": [("ageing_id", "=", self.id)],
            "context": {"has_forecast": self.has_forecast},
        }

    def action_open_items(self):
        """Open what was open on that day, item by item."""
        self.ensure_one()
        return self.line_ids._open_items(self.display_name)

    def action_download(self):
        """Return the balance as a spreadsheet."""
        self.ensure_one()
        items = self.line_ids._make_items()
        workbook = AgeingWorkbook(self._get_workbook_words())
        workbook.add_totals(self._get_totals(), self.ledger_balance, self.amount_gap)
        workbook.add_debtors(self._get_debtor_headings(), self._get_debtor_rows())
        workbook.add_items(self._get_item_headings(), items._get_rows())
        self.env["collection.export.log"]._book(
            items, self._get_item_headings(), origin="xlsx"
        )
        return self._download(
            f"{self.display_name}.xlsx", workbook.content(), XLSX_TYPE
        )

    def action_print(self):
        """Return the balance on one page, with the largest debtors."""
        self.ensure_one()
        [content] = (
            self.env["collection.pdf"]
            ._render("l10n_fr_debt_collection.collection_ageing_report", self)
            .values()
        )
        return self._download(f"{self.display_name}.pdf", content, "application/pdf")

    # === COMPUTATION === #

    def _check_day(self):
        today = self.company_id._get_collection_today()
        if self.date > today:
            raise UserError(
                self.env._(
                    "The ledger of %(date)s is not written yet: choose a day up to"
                    " %(today)s. What is expected by then is in the cash forecast.",
                    date=format_date(self.env, self.date),
                    today=format_date(self.env, today),
                )
            )

    def _fill_lines(self):
        ledger = self.env["collection.ageing.ledger"]
        ledger._flush()
        self.line_ids.unlink()
        self.has_forecast = self.date == self.company_id._get_collection_today()
        self.env["collection.ageing.line"]._insert(
            self,
            ledger._sql_debtors(ledger._sql_open_items(self.company_id, self.date)),
        )
        self.invalidate_recordset(["line_ids"])

    def _note_totals(self):
        [[total, count]] = self.env["collection.ageing.line"]._read_group(
            [("ageing_id", "=", self.id)],
            aggregates=["amount_total:sum", "partner_id:count_distinct"],
        )
        self.write(
            {
                "is_computed": True,
                "debtor_count": count,
                "amount_total": self.currency_id.round(total or 0),
                "ledger_balance": self.env[
                    "collection.ageing.ledger"
                ]._get_ledger_balance(self.company_id, self.date),
            }
        )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "current",
        }

    # === CONTENT === #

    def _get_headings(self):
        """Return ``[(field, heading)]`` of the amounts that are shown."""
        forecasts = self._get_forecast_headings() if self.has_forecast else []
        return self._get_amount_headings() + forecasts

    def _get_amount_headings(self):
        return self._word(AMOUNT_FIELDS)

    def _get_forecast_headings(self):
        return self._word(FORECAST_FIELDS)

    def _word(self, names):
        known = self.env["collection.ageing.line"]._fields
        return [(name, known[name]._description_string(self.env)) for name in names]

    def _format(self, amount, is_paper):
        """Return ``amount`` in words; without cents on paper, where room is scarce."""
        if is_paper:
            return formatLang(self.env, amount, digits=0)
        return format_amount(self.env, amount, self.currency_id)

    def _get_totals(self):
        """Return ``[(class of account or "all", {field: amount})]``, classes used."""
        names = [name for name, _heading in self._get_headings()]
        labels = dict(
            self.env["collection.ageing.line"]
            ._fields["account_class"]
            ._description_selection(self.env)
        )
        groups = self.env["collection.ageing.line"]._read_group(
            [("ageing_id", "=", self.id)],
            ["account_class"],
            [f"{name}:sum" for name in names],
            order="account_class DESC",
        )
        rows = [
            (labels[account_class], dict(zip(names, amounts, strict=True)))
            for account_class, *amounts in groups
        ]
        everything = {
            name: self.currency_id.round(sum(amounts[name] for _label, amounts in rows))
            for name in names
        }
        return [*rows, (self.env._("Total"), everything)]

    def _get_largest(self):
        """Return ``[(debtor, {field: amount})]`` of those who owed most that day."""
        lines = self.env["collection.ageing.line"].search(
            [("ageing_id", "=", self.id), ("amount_total", ">", 0)],
            order="amount_total DESC, id",
            limit=LARGEST,
        )
        names = [name for name, _heading in self._get_headings()]
        return [
            (line._get_debtor_name(), {name: line[name] for name in names})
            for line in lines
        ]

    def _get_indicators(self):
        """Return ``[(indicator, the one of the month before)]`` of the company.

        Of the month of the balance, in their order; none when it was not measured.
        """
        month = self.date.replace(day=1)
        kpis = self.env["collection.kpi"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("month", "in", [month, month - relativedelta(months=1)]),
                ("scope", "=", "company"),
                ("has_value", "=", True),
            ]
        )
        now = kpis.filtered(lambda kpi: kpi.month == month)
        before = (kpis - now).grouped("kind_id")
        return [(kpi, before.get(kpi.kind_id, kpis.browse())) for kpi in now]

    def _get_share(self, totals, name):
        """Return the amount of ``name`` in percent of ``totals``, credits apart."""
        debit = totals["amount_total"] + totals["amount_credit"]
        return round(100 * totals[name] / debit) if debit > 0 else 0

    def _get_debtor_headings(self):
        return [
            self.env._("Debtor"),
            self.env._("SIRET"),
            self.env._("Account"),
            *(heading for _name, heading in self._get_headings()),
        ]

    def _get_debtor_rows(self):
        names = [name for name, _heading in self._get_headings()]
        lines = self.line_ids
        lines.fetch([*names, "partner_id", "account_class"])
        labels = dict(lines._fields["account_class"]._description_selection(self.env))
        return [
            (
                line._get_debtor_name(),
                line.partner_id.company_registry or "",
                labels[line.account_class],
                *(line[name] for name in names),
            )
            for line in lines
        ]

    def _get_item_headings(self):
        return [
            self.env._("Debtor"),
            self.env._("Document"),
            self.env._("Date"),
            self.env._("Due on"),
            self.env._("Days late"),
            self.env._("Original amount"),
            self.env._("Open amount"),
            self.env._("Status"),
        ]

    def _get_workbook_words(self):
        return {
            "title": self.display_name,
            "company": self.company_id.name,
            "totals": self.env._("Totals"),
            "debtors": self.env._("Debtors"),
            "items": self.env._("Items"),
            "headings": [heading for _name, heading in self._get_headings()],
            "names": [name for name, _heading in self._get_headings()],
            "ledger": self._fields["ledger_balance"]._description_string(self.env),
            "gap": self._fields["amount_gap"]._description_string(self.env),
        }

    def _download(self, name, content, mimetype):
        attachment = self.env["collection.pdf"]._make_download(name, content, mimetype)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=1",
            "target": "download",
        }
