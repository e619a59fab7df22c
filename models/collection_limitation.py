from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from ..tools.limitation import limitation_term

REGIMES = [
    ("trade", "Between traders, or of a trader (5 years)"),
    ("consumer", "Of a professional against a consumer (2 years)"),
    ("carriage", "Carriage of goods (1 year)"),
    ("civil", "Ordinary civil claim (5 years)"),
]
RULE = "limitation"
BATCH = 5000


class CollectionLimitation(models.Model):
    """Until when an open item can be taken to court, as counted today.

    Written by :meth:`_refresh` only: what was settled has no row. No word is said of
    what a court would find; the day is the one counted from what is known.
    """

    _name = "collection.limitation"
    _description = "Limitation of an item"
    _order = "date, id"
    _rec_name = "line_id"
    _log_access = False

    line_id = fields.Many2one(
        "account.move.line",
        string="Item",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    move_id = fields.Many2one(
        "account.move", string="Document", readonly=True, ondelete="cascade", index=True
    )
    case_id = fields.Many2one(
        "collection.case", required=True, readonly=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Debtor", readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(related="case_id.user_id", string="Collector")
    regime = fields.Selection(REGIMES, string="Term of", readonly=True)
    is_assumed = fields.Boolean(
        string="Regime not chosen",
        readonly=True,
        help="Nobody has chosen which term applies: the shortest that may is watched.",
    )
    date_start = fields.Date(string="Counted from", readonly=True)
    date = fields.Date(
        string="Term counted to",
        readonly=True,
        index=True,
        help="The last day, counted from the earliest day known. Empty: it is "
        "suspended.",
    )
    event_id = fields.Many2one(
        "collection.limitation.event",
        string="Started by",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="What started the term that runs. Empty: the item itself.",
    )
    amount = fields.Monetary(string="Open amount", readonly=True)

    _once = models.UniqueIndex("(line_id)", "An item has one term.")

    def action_open_case(self):
        self.ensure_one()
        return self.case_id.get_formview_action()

    def action_open_document(self):
        self.ensure_one()
        return self.move_id.get_formview_action()

    # === JOB === #

    @api.model
    def _cron_refresh(self):
        """Count the terms of every company anew and open the deadlines that near."""
        for company in self.env["res.company"]._iterate_in_cron():
            self._refresh(company)
            self._open_deadlines(company)

    @api.model
    def _refresh(self, company, cases=None):
        """Count the terms of the open items of ``company``, or only of ``cases``."""
        self.env.flush_all()
        rows = self._fetch_items(company, cases)
        acts = self._fetch_acts(company, cases)
        months = self._get_months(company)
        table = SQL.identifier(self._table)
        self.env.cr.execute(
            SQL(
                "DELETE FROM %s WHERE company_id = %s %s",
                table,
                company.id,
                SQL("AND case_id = ANY(%s)", cases.ids) if cases else SQL(),
            )
        )
        values = [self._count(row, acts[row["case_id"]], months) for row in rows]
        for batch in split_every(BATCH, values):
            self.env.cr.execute(
                SQL(
                    """INSERT INTO %s (line_id, move_id, case_id, partner_id,
                              company_id, regime, is_assumed, date_start, date,
                              event_id, amount)
                       VALUES %s""",
                    table,
                    SQL(", ").join(SQL("%s", tuple(row)) for row in batch),
                )
            )
        self.invalidate_model()

    @api.model
    def _fetch_items(self, company, cases=None):
        """Read the open debts: the earliest day known of each, and its regime."""
        self.env.cr.execute(
            SQL(
                """SELECT line.id AS line_id, line.move_id, c.id AS case_id,
                          c.partner_id, c.company_id, line.amount_residual AS amount,
                          LEAST(move.invoice_date, line.date, line.date_maturity,
                                move.delivery_date) AS day,
                          c.limitation_regime AS chosen, c.debtor_type
                     FROM account_move_line line
                     JOIN account_move move ON move.id = line.move_id
                     JOIN res_partner partner ON partner.id = line.partner_id
                     JOIN collection_case c
                       ON c.partner_id = partner.commercial_partner_id
                      AND c.company_id = line.company_id
                    WHERE line.company_id = %s AND line.account_id = ANY(%s)
                      AND line.parent_state = 'posted'
                      AND line.reconciled IS NOT TRUE AND line.amount_residual > 0
                      %s""",
                company.id,
                self.env["collection.balance"]._receivable_account_ids(),
                SQL("AND c.id = ANY(%s)", cases.ids) if cases else SQL(),
            )
        )
        return self.env.cr.dictfetchall()

    @api.model
    def _fetch_acts(self, company, cases=None):
        """Return ``{case id: [(act, event id, item ids or nothing)]}``."""
        domain = Domain("company_id", "=", company.id) & Domain(
            "state", "=", "confirmed"
        )
        if cases:
            domain &= Domain("case_id", "in", cases.ids)
        acts = defaultdict(list)
        for event in self.env["collection.limitation.event"].sudo().search(domain):
            acts[event.case_id.id].append(
                (event._to_act(), event.id, frozenset(event.line_ids.ids))
            )
        return acts

    @api.model
    def _get_months(self, company):
        """Return how long each term is today, in months, and the company's regime."""
        today = company._get_collection_today()
        parameters = self.env["collection.legal.parameter"]
        codes = [*(regime for regime, _label in REGIMES), "title", "long_stop"]
        return {
            "default": company.collection_limitation_regime,
            **{
                code: int(parameters._get_value(f"limitation_{code}_months", today))
                for code in codes
            },
        }

    @api.model
    def _count(self, row, acts, months):
        regime = row["chosen"] or self._get_default_regime(row["debtor_type"], months)
        own = {
            act: event_id
            for act, event_id, line_ids in acts
            if (row["line_id"] in line_ids if line_ids else act.day >= row["day"])
        }
        term = limitation_term(
            row["day"],
            months[regime],
            own,
            title_months=months["title"],
            long_stop_months=months["long_stop"],
        )
        return (
            row["line_id"],
            row["move_id"],
            row["case_id"],
            row["partner_id"],
            row["company_id"],
            regime,
            not row["chosen"],
            term.start,
            term.end,
            own.get(term.act),
            row["amount"],
        )

    @api.model
    def _get_default_regime(self, debtor_type, months):
        """Return the regime watched while nobody has chosen one: the shortest."""
        possible = [months["default"]]
        if debtor_type != "business":
            possible.append("consumer")
        return min(possible, key=months.get)

    # === DEADLINES === #

    @api.model
    def _open_deadlines(self, company):
        """Keep one deadline per case whose nearest term comes within the alerts."""
        today = company._get_collection_today()
        rule = self.env["collection.deadline.rule"]._find(RULE, today)
        far = fields.Date.add(today, days=max(rule._get_alert_days(), default=0))
        rows = self._read_group(
            [("company_id", "=", company.id), ("date", "!=", False)],
            ["case_id"],
            ["date:min", "amount:sum"],
        )
        near = {case.id: (day, amount) for case, day, amount in rows if day <= far}
        known = self.env["collection.deadline"].search(
            [
                ("company_id", "=", company.id),
                ("rule_id.code", "=", RULE),
                ("state", "in", ("open", "missed")),
            ]
        )
        known.filtered(lambda deadline: deadline.case_id.id not in near)._cancel()
        for deadline in known:
            day, amount = near.pop(deadline.case_id.id, (None, 0))
            if day and day != deadline.date:
                deadline.write({"date": day, "amount": amount})
        cases = self.env["collection.case"].browse(near)
        self.env["collection.deadline"].create(
            [
                {
                    "rule_id": rule.id,
                    "case_id": case.id,
                    "res_model": case._name,
                    "res_id": case.id,
                    "date": near[case.id][0],
                    "amount": near[case.id][1],
                    "user_id": case._get_collector().id,
                }
                for case in cases
            ]
        )
