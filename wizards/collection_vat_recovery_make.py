from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ..models.collection_vat_recovery import GROUNDS


class CollectionVatRecoveryMake(models.TransientModel):
    """Chooses the unpaid invoices whose VAT is to be recovered, and why."""

    _name = "collection.vat.recovery.make"
    _description = "Recover VAT on unpaid invoices"

    case_id = fields.Many2one(
        "collection.case", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="case_id.partner_id")
    currency_id = fields.Many2one(related="case_id.currency_id")
    proceeding_id = fields.Many2one(
        "collection.proceeding", string="Claim declaration", readonly=True
    )
    ground = fields.Selection(
        GROUNDS,
        required=True,
        compute="_compute_ground",
        store=True,
        readonly=False,
    )
    date = fields.Date(
        string="Since",
        required=True,
        compute="_compute_date",
        store=True,
        readonly=False,
        help="Day of the judgment, of the certificate, of the plan, or of the last "
        "pursuit that failed.",
    )
    waived_percent = fields.Float(
        string="Part given up (%)",
        default=100,
        help="Share of what is unpaid that the plan gives up.",
    )
    conditions = fields.Text(compute="_compute_conditions")
    available_move_ids = fields.Many2many(
        "account.move", compute="_compute_available_move_ids"
    )
    move_ids = fields.Many2many(
        "account.move",
        string="Unpaid invoices",
        compute="_compute_move_ids",
        store=True,
        readonly=False,
        domain="[('id', 'in', available_move_ids)]",
    )
    amount_unpaid = fields.Monetary(
        string="Unpaid with VAT", compute="_compute_amount_unpaid"
    )
    recipient_id = fields.Many2one(
        "res.partner",
        string="Sent to",
        required=True,
        compute="_compute_recipient_id",
        store=True,
        readonly=False,
        help="The debtor; in a liquidation the liquidator, who stands for it.",
    )
    form = fields.Selection(
        [
            ("statement", "One statement of the invoices"),
            ("duplicates", "Duplicates of the invoices"),
            ("both", "Statement and duplicates"),
        ],
        string="Sent as",
        required=True,
        default="both",
    )
    proof = fields.Binary(help="Certificate, plan, report of the failed pursuit.")
    proof_name = fields.Char()

    # === COMPUTE METHODS === #

    @api.depends("case_id")
    def _compute_ground(self):
        for wizard in self:
            wizard.ground = wizard.case_id.vat_recovery_ground or "failed_pursuit"

    @api.depends("case_id", "ground")
    def _compute_date(self):
        for wizard in self:
            certificate = wizard.case_id.declaration_ids.filtered("date_certificate")
            if wizard.ground == "certificate":
                wizard.date = certificate[:1].date_certificate
            elif wizard.ground == "liquidation":
                wizard.date = wizard.case_id._get_liquidation_date()
            else:
                wizard.date = False

    @api.depends("ground")
    @api.depends_context("lang")
    def _compute_conditions(self):
        sentences = {
            "liquidation": self.env._(
                "Text: article 272-1 of the CGI, BOI-TVA-DED-40-10-20. In a "
                "liquidation the VAT may be recovered from the judgment on, without "
                "waiting for its end."
            ),
            "certificate": self.env._(
                "Text: article 272-1 of the CGI. The certificate names the debtor, the "
                "invoices and their amounts net of dividends, the cause, and to whom "
                "the corrected invoice goes."
            ),
            "plan_waiver": self.env._(
                "Text: article 272-1 of the CGI. In a safeguard or a receivership only "
                "the part that the plan gives up counts."
            ),
            "failed_pursuit": self.env._(
                "Text: article 272-1 of the CGI. Outside insolvency the company proves "
                "that it has pursued its debtor in vain."
            ),
        }
        for wizard in self:
            wizard.conditions = sentences.get(wizard.ground)

    @api.depends("case_id")
    def _compute_available_move_ids(self):
        for wizard in self:
            wizard.available_move_ids = self.env[
                "collection.vat.recovery"
            ]._get_recoverable_moves(wizard.case_id)

    @api.depends("case_id", "ground")
    def _compute_move_ids(self):
        """Propose what is unpaid; in insolvency what dates from before the judgment."""
        for wizard in self:
            moves = wizard.available_move_ids._origin
            day = wizard.case_id.judgment_date
            if day and wizard.ground != "failed_pursuit":
                moves = moves.filtered(lambda move, day=day: move.date < day)
            claimed = self.env["collection.vat.recovery"]._get_claimed(moves)
            wizard.move_ids = moves.filtered(
                lambda move, claimed=claimed: (
                    move._get_collection_unpaid() > claimed.get(move, 0)
                )
            )

    @api.depends("move_ids")
    def _compute_amount_unpaid(self):
        for wizard in self:
            wizard.amount_unpaid = sum(
                move._get_collection_unpaid() for move in wizard.move_ids
            )

    @api.depends("case_id", "ground")
    def _compute_recipient_id(self):
        for wizard in self:
            officer = wizard.case_id.opening_event_id.officer_id
            in_liquidation = wizard.ground in ("liquidation", "certificate")
            wizard.recipient_id = (
                in_liquidation and officer or wizard.case_id.partner_id
            )

    # === ACTION METHODS === #

    def action_make(self):
        """Make the recovery and open it."""
        self.ensure_one()
        recovery = self.env["collection.vat.recovery"].create(self._prepare_recovery())
        if self.proof:
            recovery.proof_ids = self.env["ir.attachment"].create(
                {
                    "name": self.proof_name or self.env._("Proof"),
                    "datas": self.proof,
                    "res_model": recovery._name,
                    "res_id": recovery.id,
                }
            )
        return recovery.get_formview_action()

    # === BUSINESS METHODS === #

    def _prepare_recovery(self):
        self.ensure_one()
        share = self.waived_percent / 100 if self.ground == "plan_waiver" else 1
        self._check_share(share)
        lines = self.env["collection.vat.recovery"]._prepare_lines(
            self.move_ids._origin, share
        )
        if not lines:
            raise UserError(
                self.env._(
                    "Nothing is left to recover on these invoices of %(debtor)s "
                    "(%(amount)s unpaid): choose others, or cancel the recovery that "
                    "has them already.",
                    debtor=self.partner_id.display_name,
                    amount=format_amount(
                        self.env, self.amount_unpaid, self.currency_id
                    ),
                )
            )
        declarations = self.case_id.declaration_ids
        return {
            "case_id": self.case_id.id,
            "proceeding_id": (self.proceeding_id or declarations[:1]).id,
            "ground": self.ground,
            "date_ground": self.date,
            "recipient_id": self.recipient_id.id,
            "form": self.form,
            "line_ids": [Command.create(values) for values in lines],
        }

    def _check_share(self, share):
        self.ensure_one()
        if not 0 < share <= 1:
            raise UserError(
                self.env._(
                    "The part given up is between 0 and 100 %%, not %s: correct it.",
                    self.waived_percent,
                )
            )

    @api.model
    def _open(self, case):
        """Return the window that recovers VAT on the invoices of ``case``."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Recover VAT"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": case.id},
        }
