from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.collection_proceeding import ORDER_KINDS


class CollectionPaymentOrder(models.TransientModel):
    """Prepares requests for payment orders, against one debtor or many.

    Shows for each what keeps it from being prepared; prepares the others, each with its
    statement of claim.
    """

    _name = "collection.payment.order"
    _description = "Preparation of payment orders"

    kind = fields.Selection(
        [("payment_order", "Payment order"), ("european_order", "European order")],
        required=True,
        default=ORDER_KINDS[0],
        readonly=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    date_stop = fields.Date(
        string="Interest until",
        required=True,
        help="Interest is calculated until this day, and asked for until payment.",
    )
    contract_reference = fields.Char(
        string="Contract",
        help="The contract, order or general terms on which the claims rest. Where a "
        "line has words of its own, those count.",
    )
    is_single = fields.Boolean(compute="_compute_counts")
    ready_count = fields.Integer(compute="_compute_counts")
    blocked_count = fields.Integer(compute="_compute_counts")
    line_ids = fields.One2many(
        "collection.payment.order.line", "wizard_id", string="Debtors"
    )

    @api.depends("line_ids.missing_note", "line_ids.is_chosen")
    def _compute_counts(self):
        for wizard in self:
            blocked = wizard.line_ids.filtered("missing_note")
            wizard.is_single = len(wizard.line_ids) == 1
            wizard.blocked_count = len(blocked)
            wizard.ready_count = len((wizard.line_ids - blocked).filtered("is_chosen"))

    # === ACTIONS === #

    @api.model
    def _open_for(self, cases, kind):
        """Return the action that prepares orders of ``kind`` against ``cases``."""
        cases._raise_if_none()
        wizard = self._make(cases, kind, cases._get_lines_to_claim())
        return {
            "type": "ir.actions.act_window",
            "name": dict(self._fields["kind"]._description_selection(self.env))[kind],
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    @api.model
    def _prepare_for(self, cases, items):
        """Return requests for payment orders about ``items`` of ``cases``, prepared."""
        proceedings = self.env["collection.proceeding"]
        for group in cases.grouped("company_id").values():
            wizard = self._make(group, ORDER_KINDS[0], items)
            proceedings += wizard._make_proceedings(wizard._get_preparable_lines())
        return proceedings

    @api.model
    def _make(self, cases, kind, items):
        """Return a wizard with a line for each of ``cases``, about their ``items``."""
        if len(cases.company_id) > 1:
            raise UserError(
                self.env._(
                    "These cases are of several companies: prepare the requests of one "
                    "company at a time."
                )
            )
        return self.create(
            {
                "kind": kind,
                "company_id": cases.company_id.id,
                "date_stop": cases.company_id._get_collection_today(),
                "line_ids": [
                    Command.create(values)
                    for values in self._prepare_lines(cases, items)
                ],
            }
        )

    @api.model
    def _prepare_lines(self, cases, items):
        by_debtor = items.grouped(lambda line: line.partner_id.commercial_partner_id)
        courts = self.env["collection.court"]._find_all(cases)
        for case in cases:
            lines = by_debtor.get(case.partner_id, self.env["account.move.line"])
            yield {
                "case_id": case.id,
                "court_id": courts[case.id][:1].id,
                "item_ids": [Command.set(lines.ids)],
                "contract_reference": self._propose_contract(lines),
            }

    @api.model
    def _propose_contract(self, lines):
        """Return the orders that the invoices name, if any."""
        orders = dict.fromkeys(
            line.move_id.invoice_origin for line in lines if line.move_id.invoice_origin
        )
        return self.env._("Orders %s", ", ".join(orders)) if orders else ""

    def action_confirm(self):
        """Prepare the requests that nothing keeps from being prepared."""
        self.ensure_one()
        chosen = self._get_preparable_lines()
        if not chosen:
            raise UserError(
                self.env._("None of these requests can be prepared: see what is noted.")
            )
        return self._make_proceedings(chosen)._get_records_action()

    def _get_preparable_lines(self):
        return self.line_ids.filtered(
            lambda line: line.is_chosen and not line.missing_note
        )

    def _make_proceedings(self, lines):
        """Return new requests for ``lines``, each with its statement of claim."""
        proceedings = self.env["collection.proceeding"].create(
            [line._prepare_proceeding() for line in lines]
        )
        proceedings._make_order_statements(self.date_stop)
        return proceedings
