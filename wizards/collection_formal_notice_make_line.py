from odoo import api, fields, models
from odoo.fields import Command


class CollectionFormalNoticeMakeLine(models.TransientModel):
    """What the formal notice of one case would claim, or why it can have none."""

    _name = "collection.formal.notice.make.line"
    _description = "Formal notice to make"
    _order = "problem, id"

    wizard_id = fields.Many2one(
        "collection.formal.notice.make", required=True, ondelete="cascade"
    )
    case_id = fields.Many2one("collection.case", required=True, ondelete="cascade")
    partner_id = fields.Many2one(related="case_id.partner_id")
    debtor_type = fields.Selection(related="case_id.debtor_type")
    currency_id = fields.Many2one(related="case_id.currency_id")
    open_line_ids = fields.Many2many(related="case_id.line_ids", string="Open items")
    item_ids = fields.Many2many(
        "account.move.line",
        string="Invoices claimed",
        domain="[('id', 'in', open_line_ids), ('amount_residual', '>', 0)]",
    )
    item_count = fields.Integer(
        string="Number of invoices", compute="_compute_amounts", store=True
    )
    amount_principal = fields.Monetary(
        string="Principal", compute="_compute_amounts", store=True
    )
    amount_interest = fields.Monetary(
        string="Interest due", compute="_compute_amounts", store=True
    )
    amount_indemnity = fields.Monetary(
        string="Fixed compensation", compute="_compute_amounts", store=True
    )
    amount_total = fields.Monetary(
        string="Total claimed", compute="_compute_amounts", store=True
    )
    problem = fields.Char(string="What lacks", readonly=True)
    note = fields.Char(string="To be checked", compute="_compute_note")
    is_included = fields.Boolean(string="Make it")

    # === COMPUTE METHODS === #

    @api.depends("item_ids", "wizard_id.date")
    def _compute_amounts(self):
        for lines in self.grouped(lambda line: line.wizard_id.date).values():
            claims = lines._calculate_claims()
            for line in lines:
                rows = claims.get(line.case_id._origin.id, [])
                currency = line.currency_id
                for name in ("principal", "interest", "indemnity"):
                    total = sum(row[name] for row in rows)
                    line[f"amount_{name}"] = currency.round(total)
                line.item_count = len(line.item_ids)
                line.amount_total = currency.round(
                    line.amount_principal + line.amount_interest + line.amount_indemnity
                )

    def _calculate_claims(self):
        """Return ``{case id: values of the rows of its statement}``."""
        day = self[:1].wizard_id.date
        cases = self.filtered(lambda line: line.item_ids and not line.problem).case_id
        if not day or not cases:
            return {}
        cases = cases._origin
        decisions = cases._decide_notices(self.item_ids._origin, day)
        chosen = self.env["account.move.line"].browse(
            line.id
            for decision in decisions.values()
            for line in (*decision.lines, *decision.credits)
        )
        prepared = cases._prepare_claims(day, lines=chosen)
        return {
            case_id: [
                command[2]
                for command in values["line_ids"]
                if command[0] == Command.CREATE
            ]
            for case_id, values in prepared.items()
        }

    @api.depends("debtor_type", "case_id.notice_ids.state")
    @api.depends_context("lang")
    def _compute_note(self):
        for line in self:
            notes = []
            if line.debtor_type == "unknown":
                notes.append(
                    self.env._(
                        "Type of debtor unknown: claimed as from a consumer, without "
                        "penalties or compensation. Set it on the contact."
                    )
                )
            if live := line._get_live_notices():
                notes.append(
                    self.env._(
                        "%s waits to be posted or paid already.",
                        ", ".join(live.mapped("name")),
                    )
                )
            line.note = " ".join(notes)

    def _get_live_notices(self):
        return self.case_id.notice_ids._filter_live()
