from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class CollectionLegalPath(models.TransientModel):
    """Shows the ways to go on with a debtor side by side.

    It states what the texts ask for and what is known, and leaves the decision, and the
    reading of the law, to a person.
    """

    _name = "collection.legal.path"
    _description = "Choose the legal action"

    case_id = fields.Many2one(
        "collection.case", required=True, readonly=True, ondelete="cascade"
    )
    case_state = fields.Selection(related="case_id.state")
    partner_id = fields.Many2one(related="case_id.partner_id")
    company_id = fields.Many2one(related="case_id.company_id")
    currency_id = fields.Many2one(related="case_id.currency_id")
    debtor_type = fields.Selection(related="case_id.debtor_type")
    trader = fields.Selection(
        related="partner_id.collection_trader",
        readonly=False,
        string="The debtor is",
    )
    way_ids = fields.One2many("collection.legal.path.way", "wizard_id", string="Ways")

    # What is at stake today
    amount_principal = fields.Monetary(string="Principal", readonly=True)
    amount_interest = fields.Monetary(string="Interest today", readonly=True)
    amount_indemnity = fields.Monetary(string="Fixed compensation", readonly=True)
    amount_total = fields.Monetary(string="Total", compute="_compute_amount_total")
    item_count = fields.Integer(string="Items due", readonly=True)
    oldest_due = fields.Date(string="Due since", readonly=True)
    amount_problem = fields.Char(string="Why interest is not known", readonly=True)
    default_probability = fields.Float(related="case_id.default_probability")
    amount_at_risk = fields.Monetary(related="case_id.amount_at_risk")
    kept_promise_rate = fields.Float(related="case_id.kept_promise_rate")
    payer_type = fields.Selection(related="case_id.payer_type")

    # === COMPUTE METHODS === #

    @api.depends("amount_principal", "amount_interest", "amount_indemnity")
    def _compute_amount_total(self):
        for wizard in self:
            wizard.amount_total = (
                wizard.amount_principal
                + wizard.amount_interest
                + wizard.amount_indemnity
            )

    # === ACTION METHODS === #

    def action_refresh(self):
        """Look again at what is known."""
        self._refresh()
        return self._get_action()

    def action_mark_legal(self):
        """Stop the scenario of the case, without a procedure kept here."""
        self.case_id.action_start_legal()
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #

    @api.model
    def _open(self, case):
        """Return the action that opens the choice for ``case``."""
        wizard = self.create({"case_id": case.id})
        wizard._refresh()
        return wizard._get_action()

    def _get_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Choose the legal action"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _refresh(self):
        self.ensure_one()
        self.write(self._prepare_amounts())
        ways = sorted(self._get_paths(self.case_id), key=lambda way: way["sequence"])
        self.way_ids = [
            Command.clear(),
            *(Command.create(self._prepare_way(way)) for way in ways),
        ]

    def _prepare_amounts(self):
        """Return the amounts of a statement of claim made today; nothing is kept."""
        self.ensure_one()
        try:
            claim = self.case_id._prepare_claims()[self.case_id.id]
        except UserError as error:
            # A rate that is not known leaves the ways to be looked at.
            return {"amount_problem": str(error)}
        rows = [
            command[2]
            for command in claim["line_ids"]
            if not command[2].get("is_excluded")
        ]
        return {
            "amount_problem": False,
            "amount_principal": sum(row["principal"] for row in rows),
            "amount_interest": sum(row["interest"] for row in rows),
            "amount_indemnity": sum(row["indemnity"] for row in rows),
            "item_count": len(rows),
            "oldest_due": min((row["date_due"] for row in rows), default=False),
        }

    def _prepare_way(self, way):
        return {
            "code": way["code"],
            "name": way["name"],
            "sequence": way["sequence"],
            "summary": way.get("summary"),
            "conditions": [list(condition) for condition in way["conditions"]],
            "notes": list(way.get("notes", ())),
            "cost": way.get("cost") or 0,
            "cost_words": way.get("cost_words"),
            "legal_source": way.get("legal_source"),
        }

    def _start(self, code):
        """Do what prepares the way ``code``; the screen does not name the method."""
        self.ensure_one()
        for way in self._get_paths(self.case_id):
            if way["code"] == code:
                return getattr(self.case_id, way["action"])()
        raise UserError(
            self.env._("This way is no longer open for %s.", self.case_id.display_name)
        )
