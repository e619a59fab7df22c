from odoo import api, fields, models
from odoo.fields import Command

# Kind of letter of the court that comes with a step.
LETTER_KINDS = {
    "order": "order",
    "refusal": "refusal",
    "opposition": "opposition",
    "hearing": "hearing",
    "title": "judgment",
}


class CollectionOrderStep(models.TransientModel):
    """Notes what has happened to a request for a payment order, with its papers."""

    _name = "collection.order.step"
    _description = "Step of a payment order"

    proceeding_id = fields.Many2one(
        "collection.proceeding",
        string="Legal proceeding",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="proceeding_id.company_id")
    currency_id = fields.Many2one(related="proceeding_id.currency_id")
    kind = fields.Selection(related="proceeding_id.kind")
    state = fields.Selection(related="proceeding_id.state")
    step = fields.Selection(
        [
            ("filed", "Filed at the court"),
            ("fee", "Fees deposited"),
            ("order", "Order received"),
            ("refusal", "Request refused"),
            ("service", "Order served"),
            ("opposition", "Opposition received"),
            ("lawyer", "Lawyer appointed"),
            ("hearing", "Hearing set"),
            ("title", "Order enforceable"),
        ],
        required=True,
        readonly=True,
    )
    date = fields.Date(
        string="Day",
        required=True,
        default=lambda self: self.env.company._get_collection_today(),
    )
    court_reference = fields.Char(
        string="Reference of the court",
        compute="_compute_court_reference",
        store=True,
        readonly=False,
    )
    amount_total = fields.Monetary(related="proceeding_id.amount_total")
    amount_granted = fields.Monetary(
        string="Amount granted",
        compute="_compute_amount_granted",
        store=True,
        readonly=False,
        help="Interest that runs on after the request is not counted here.",
    )
    letter_date = fields.Date(
        string="Date of the letter",
        help="Of the letter of the registry: terms run from it.",
    )
    is_in_person = fields.Boolean(string="Handed over in person", default=True)
    commissaire_id = fields.Many2one(
        "res.partner",
        string="Commissaire de justice",
        compute="_compute_commissaire_id",
        store=True,
        readonly=False,
    )
    has_travel = fields.Boolean(string="With travel", default=True)
    cost_amount = fields.Monetary(
        string="Cost, excluding VAT",
        compute="_compute_cost",
        store=True,
        readonly=False,
        help="Proposed by article A444-11 and the claim; correct it by the bill.",
    )
    cost_vat = fields.Monetary(
        string="VAT on it", compute="_compute_cost", store=True, readonly=False
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "collection_order_step_attachment_rel",
        "step_id",
        "attachment_id",
        string="Papers",
        help="The order, the deed of service, the letter of the registry.",
    )
    note = fields.Char()
    service_limit = fields.Date(related="proceeding_id.service_limit")
    enforceable_from = fields.Date(related="proceeding_id.enforceable_from")

    # === COMPUTES === #

    @api.depends("proceeding_id")
    def _compute_court_reference(self):
        for wizard in self:
            wizard.court_reference = wizard.proceeding_id.court_reference

    @api.depends("proceeding_id")
    def _compute_commissaire_id(self):
        for wizard in self:
            wizard.commissaire_id = wizard.proceeding_id.commissaire_id

    @api.depends("proceeding_id", "step")
    def _compute_amount_granted(self):
        for wizard in self:
            wizard.amount_granted = (
                wizard.proceeding_id.amount_granted or wizard.proceeding_id.amount_total
            )

    @api.depends("proceeding_id", "step", "date", "has_travel")
    def _compute_cost(self):
        for wizard in self:
            amount = vat = 0.0
            if wizard.step == "service" and wizard.kind == "payment_order":
                amount, vat = wizard.proceeding_id._get_service_fee(
                    wizard.date, wizard.has_travel
                )
            wizard.cost_amount, wizard.cost_vat = amount, vat

    # === ACTIONS === #

    @api.model
    def _open(self, proceeding, step):
        """Return the action that asks for what ``step`` of ``proceeding`` needs."""
        wizard = self.create({"proceeding_id": proceeding.id, "step": step})
        labels = dict(self._fields["step"]._description_selection(self.env))
        return {
            "type": "ir.actions.act_window",
            "name": labels[step],
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_confirm(self):
        """Note the step, its letter, its papers and its cost."""
        self.ensure_one()
        proceeding = self.proceeding_id
        if self.court_reference != proceeding.court_reference:
            proceeding.court_reference = self.court_reference
        getattr(self, f"_confirm_{self.step}")(proceeding)
        self._keep_papers(proceeding)
        return True

    def _confirm_filed(self, proceeding):
        proceeding.date_filed = self.date
        proceeding.action_file()

    def _confirm_fee(self, proceeding):
        proceeding._note_fee_paid(self.date)

    def _confirm_order(self, proceeding):
        proceeding._note_order(self.date, self.amount_granted)

    def _confirm_refusal(self, proceeding):
        proceeding._note_refusal(self.date)

    def _confirm_service(self, proceeding):
        proceeding._note_service(self.date, self.is_in_person)
        proceeding.commissaire_id = self.commissaire_id
        if self.cost_amount:
            proceeding._add_cost(
                "service",
                self.cost_amount,
                name=self.env._("Service of the order"),
                date=self.date,
                vat=self.cost_vat,
            )

    def _confirm_opposition(self, proceeding):
        proceeding._note_opposition(self.date, self.letter_date)

    def _confirm_lawyer(self, proceeding):
        proceeding._note_lawyer(self.date)

    def _confirm_hearing(self, proceeding):
        proceeding._note_hearing(self.date)

    def _confirm_title(self, proceeding):
        proceeding._note_title(self.date)

    def _keep_papers(self, proceeding):
        papers = self.attachment_ids
        # A paper uploaded in the dialog belongs to the proceeding from now on.
        papers.write({"res_model": proceeding._name, "res_id": proceeding.id})
        proceeding.attachment_ids += papers
        kind = LETTER_KINDS.get(self.step)
        if kind and (self.letter_date or papers):
            self.env["collection.court.letter"].create(
                {
                    "proceeding_id": proceeding.id,
                    "kind": kind,
                    "date": self.letter_date or self.date,
                    "date_received": self.letter_date and self.date,
                    "note": self.note,
                    "attachment_ids": [Command.set(papers.ids)],
                }
            )
