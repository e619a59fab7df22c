from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from .collection_limitation import REGIMES


class CollectionCase(models.Model):
    """Until when the debts of a case can be taken to court."""

    _inherit = "collection.case"

    limitation_regime = fields.Selection(
        REGIMES,
        string="Term of limitation",
        tracking=True,
        help="Which term applies to what this debtor owes. Empty: the shortest that "
        "may apply is watched.",
    )
    limitation_ids = fields.One2many("collection.limitation", "case_id")
    limitation_event_ids = fields.One2many("collection.limitation.event", "case_id")
    limitation_note = fields.Char(
        string="Terms counted", compute="_compute_limitation_note"
    )

    @api.depends("limitation_ids.date", "limitation_ids.amount")
    @api.depends_context("lang")
    def _compute_limitation_note(self):
        rows = self.env["collection.limitation"]._read_group(
            [("case_id", "in", self.ids), ("date", "!=", False)],
            ["case_id"],
            ["date:min", "amount:sum", "is_assumed:bool_or"],
        )
        notes = {case.id: row for case, *row in rows}
        for case in self:
            case.limitation_note = case._describe_limitation(notes.get(case.id))

    def _describe_limitation(self, row):
        if not row:
            return False
        day, amount, is_assumed = row
        sentence = self.env._(
            "Nearest term counted to %(day)s, %(amount)s open.",
            day=format_date(self.env, day),
            amount=format_amount(self.env, amount, self.currency_id),
        )
        if not is_assumed:
            return sentence
        return f"{sentence} " + self.env._(
            "Nobody has chosen which term applies: the shortest that may is watched."
        )

    def write(self, vals):
        result = super().write(vals)
        if "limitation_regime" in vals:
            self._refresh_limitations()
        return result

    def action_open_limitations(self):
        """Open the terms of the items of this debtor."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_limitation_action"
        )
        return action | {"domain": [("case_id", "=", self.id)], "context": {}}

    def _refresh_limitations(self):
        for company, cases in self.grouped("company_id").items():
            self.env["collection.limitation"].sudo()._refresh(company, cases)

    def _note_limitation_event(
        self, kind, day, *, lines=None, proof=None, record=None, confirmed=False
    ):
        """Note that something happened that limitation depends on.

        :param str kind: a kind of ``collection.limitation.event``
        :param date day: when
        :param lines: the items it is about, all of the case by default
        :param proof: attachments that prove it
        :param record: what it comes from
        :param bool confirmed: counted at once; otherwise proposed, for a person to
            confirm
        :return: the event
        """
        self.ensure_one()
        # Whoever serves an order or declares a claim notes it, collector or not.
        return (
            self.env["collection.limitation.event"]
            .sudo()
            .create(
                {
                    "case_id": self.id,
                    "kind": kind,
                    "date": day,
                    "line_ids": lines.ids if lines else [],
                    "proof_ids": proof.ids if proof else [],
                    "res_model": record._name if record else False,
                    "res_id": record.id if record else False,
                    "state": "confirmed" if confirmed else "proposed",
                }
            )
        )

    def _get_moved_tables(self):
        return [*super()._get_moved_tables(), "collection_limitation_event"]
