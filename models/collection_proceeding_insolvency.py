from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from .collection_deadline import OPEN_STATES
from .collection_proceeding import Missing

KIND = "claim_declaration"


class CollectionProceeding(models.Model):
    """The declaration of a claim in insolvency proceedings.

    Its content is that of articles L622-25 and R622-23 of the Code de commerce. The sum
    is frozen: what is paid or booked after the judgment does not change it.
    """

    _inherit = "collection.proceeding"

    kind = fields.Selection(
        selection_add=[(KIND, "Claim declaration")], ondelete={KIND: "cascade"}
    )
    state = fields.Selection(
        selection_add=[
            ("late", "Declared late"),
            ("contested", "Challenged"),
            ("admitted", "Admitted"),
            ("rejected", "Rejected"),
        ],
        ondelete={
            "late": "set default",
            "contested": "set default",
            "admitted": "set default",
            "rejected": "set default",
        },
    )
    event_id = fields.Many2one(
        "collection.registry.event",
        string="Opening judgment",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    judgment_date = fields.Date(
        related="event_id.judgment_date", string="Judgment of", store=True
    )
    declare_by = fields.Date(string="Post before", compute="_compute_declare_by")

    # What is declared
    declaration_line_ids = fields.One2many(
        "collection.declaration.line", "proceeding_id", string="Declared items"
    )
    has_indemnity = fields.Boolean(
        string="Declare the fixed compensation",
        default=True,
        help="40 euros per invoice due before the judgment, on a line of its own; none "
        "for invoices due later.",
    )
    amount_due_at_judgment = fields.Monetary(
        string="Due at the judgment", compute="_compute_declared", store=True
    )
    amount_to_fall_due = fields.Monetary(
        string="To fall due", compute="_compute_declared", store=True
    )
    amount_declared = fields.Monetary(
        string="Declared", compute="_compute_declared", store=True
    )
    declaration_note = fields.Char(
        string="Check with the ledger", compute="_compute_declaration_note"
    )
    is_estimated = fields.Boolean(
        string="Estimate",
        help="The amount is not fixed yet: it is declared as an estimate.",
    )
    security = fields.Selection(
        [
            ("none", "None (unsecured)"),
            ("retention_of_title", "Retention of title"),
            ("pledge", "Pledge"),
            ("mortgage", "Mortgage"),
            ("privilege", "Statutory privilege"),
            ("other", "Another security"),
        ],
        default="none",
        help="What is not declared as secured is admitted as unsecured.",
    )
    security_note = fields.Text(
        string="Nature and rank",
        help="Nature of the privilege or of the security, its basis, rank and "
        "publication.",
    )
    has_running_interest = fields.Boolean(
        string="Interest goes on",
        help="Loans and deferred payment of a year or more only: elsewhere interest "
        "ends with the judgment (L622-28).",
    )
    running_interest_note = fields.Text(string="How this interest is calculated")
    court_seised = fields.Char(
        help="Court before which the claim is disputed, if there is one."
    )

    # Posting
    tracking_number = fields.Char(copy=False)
    posting_proof_ids = fields.Many2many(
        "ir.attachment",
        "collection_proceeding_posting_rel",
        "proceeding_id",
        "attachment_id",
        string="Proof of posting",
        copy=False,
        help="The day of posting counts: keep the receipt of the post.",
    )

    # === COMPUTE METHODS === #

    @api.depends("event_id.deadline_ids.date", "event_id.deadline_ids.rule_id")
    def _compute_declare_by(self):
        for proceeding in self:
            deadlines = proceeding.event_id.deadline_ids.filtered(
                lambda deadline: (
                    deadline.rule_id.code == KIND and deadline.state != "cancelled"
                )
            )
            proceeding.declare_by = deadlines[:1].date

    @api.depends("declaration_line_ids.amount_total", "declaration_line_ids.is_due")
    def _compute_declared(self):
        for proceeding in self:
            lines = proceeding.declaration_line_ids
            due = lines.filtered("is_due")
            proceeding.amount_due_at_judgment = sum(due.mapped("amount_total"))
            proceeding.amount_to_fall_due = sum((lines - due).mapped("amount_total"))
            proceeding.amount_declared = (
                proceeding.amount_due_at_judgment + proceeding.amount_to_fall_due
            )

    @api.depends("amount_declared")
    def _compute_amount_total(self):
        # What is declared has lines of its own: the compensation is an option.
        declared = self.filtered(lambda proceeding: proceeding.kind == KIND)
        for proceeding in declared:
            proceeding.amount_total = proceeding.amount_declared
        return super(CollectionProceeding, self - declared)._compute_amount_total()

    @api.depends(
        "declaration_line_ids.amount",
        "declaration_line_ids.amount_booked",
        "event_id.amount_at_judgment",
    )
    @api.depends_context("lang")
    def _compute_declaration_note(self):
        for proceeding in self:
            proceeding.declaration_note = proceeding._compare_with_ledger()

    def _compare_with_ledger(self):
        """Return what is to be checked between the items and the ledger."""
        self.ensure_one()
        if self.kind != KIND or not self.event_id:
            return False
        lines = self.declaration_line_ids
        booked = sum(lines.mapped("amount_booked"))
        known = self.event_id.amount_at_judgment
        credit = -sum(amount for amount in lines.mapped("amount") if amount < 0)
        sentences = []
        if self.currency_id.compare_amounts(booked, known):
            sentences.append(
                self.env._(
                    "The items add up to %(items)s, the ledger had %(ledger)s open the "
                    "evening before the judgment: check what was booked since, or left "
                    "out.",
                    items=format_amount(self.env, booked, self.currency_id),
                    ledger=format_amount(self.env, known, self.currency_id),
                )
            )
        if credit:
            sentences.append(
                self.env._(
                    "%s of payments and credit notes from before the judgment are not "
                    "matched with invoices: interest is counted as if they were not "
                    "there. Match them, then take the items again.",
                    format_amount(self.env, credit, self.currency_id),
                )
            )
        return " ".join(sentences)

    # === ACTION METHODS === #

    def action_freeze_again(self):
        """Take the items again from the ledger, as of the judgment."""
        self.filtered(lambda one: one.state == "ready").action_draft()
        self._freeze(renew=True)
        return True

    # === FREEZE === #

    def _freeze(self, renew=False):
        """Take the items that were open before the judgment, with their interest.

        Only while the declaration is being prepared: what was posted is not changed.

        :param renew: with a new statement, not the one made when the judgment was known
        """
        for proceeding in self:
            if proceeding.state != "draft":
                raise UserError(
                    self.env._(
                        "%s has been posted: what was declared is not changed. Make an "
                        "additional declaration.",
                        proceeding.display_name,
                    )
                )
        days = {proceeding.case_id.id: proceeding.judgment_date for proceeding in self}
        frozen = self.env["collection.case"]._get_frozen_balances(days)
        for proceeding in self:
            balances = frozen.get(proceeding.case_id.id, {})
            proceeding._freeze_items(
                balances, proceeding._take_frozen_statement(balances, renew)
            )

    def _take_frozen_statement(self, balances, renew):
        """Return ``{item: line of a statement of claim}``, with its interest. Hook."""
        self.ensure_one()
        return {}

    def _freeze_items(self, balances, extras):
        self.ensure_one()
        lines = self.env["account.move.line"].browse(balances)
        self.write(
            {
                "line_ids": [Command.set(lines.ids)],
                "declaration_line_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            self._prepare_declared(
                                line, *balances[line.id], extras.get(line)
                            )
                        )
                        for line in lines
                    ),
                ],
            }
        )

    def _prepare_declared(self, line, booked, foreign, extra):
        """Return the values of one declared item.

        :param booked: open before the judgment, in company currency
        :param foreign: the same in the item's currency
        :param extra: the line of the statement with its interest, if there is one
        """
        self.ensure_one()
        day = self.judgment_date
        currency, company = line.currency_id, self.company_id
        is_foreign = currency != company.currency_id
        principal, rate = extra.principal if extra else booked, 1.0
        if is_foreign:
            rate = self.env["res.currency"]._get_conversion_rate(
                currency, company.currency_id, company, day
            )
            principal = company.currency_id.round(foreign * rate)
        due = line.date_maturity or line.date
        return {
            "move_line_id": line.id,
            "document": line.move_id.name or line.name,
            "date": line.invoice_date or line.date,
            "date_due": due,
            "is_due": due <= day,
            "foreign_currency_id": is_foreign and currency.id,
            "foreign_amount": is_foreign and foreign,
            "exchange_rate": rate,
            "amount_booked": booked,
            "amount": principal,
            "amount_interest": extra.interest if extra else 0,
            "amount_indemnity": extra.indemnity if extra else 0,
        }

    # === POSTING === #

    def _file(self):
        if self.kind != KIND:
            return super()._file()
        return self._post()

    def _post(self):
        """Note that the declaration has been posted: the day of posting counts."""
        self.ensure_one()
        day = self.date_filed or self.company_id._get_collection_today()
        is_late = self.declare_by and day > self.declare_by
        if self._update_state("late" if is_late else "filed", date_filed=day):
            self._dispatch("filed")

    def _meet_deadlines(self):
        """Note that the claim has been declared on the day of posting.

        Relief from foreclosure is left open when that was too late.
        """
        self.ensure_one()
        deadlines = self._get_judgment_deadlines(KIND)
        deadlines.action_done()
        deadlines.done_on = self.date_filed
        in_time = deadlines.filtered(lambda deadline: self.date_filed <= deadline.date)
        in_time._get_fallbacks()._cancel()

    def _get_judgment_deadlines(self, code):
        """Return the deadlines that the judgment has opened and that still run."""
        self.ensure_one()
        return self.case_id.deadline_ids.filtered(
            lambda deadline: (
                deadline.rule_id.code == code and deadline.state in OPEN_STATES
            )
        )

    # === HOOKS OF THE KIND === #

    def _claim_declaration_moves(self):
        return {
            "draft": {"ready", "cancelled"},
            "ready": {"draft", "filed", "late", "cancelled"},
            "filed": {"contested", "admitted", "rejected", "closed", "cancelled"},
            "late": {"filed", "rejected", "closed"},
            "contested": {"admitted", "rejected", "closed"},
            "admitted": {"contested", "settled", "closed"},
            "rejected": {"admitted", "closed"},
            "cancelled": {"draft"},
        }

    def _claim_declaration_missing(self):
        """Return what the declaration lacks before it can be posted."""
        self.ensure_one()
        missing = []
        if not self.declaration_line_ids:
            missing.append(
                Missing(
                    "items",
                    self.env._("No item was open before the judgment."),
                    "action_freeze_again",
                )
            )
        if not (self.officer_address or "").strip():
            missing.append(
                Missing(
                    "addressee",
                    self.env._(
                        "The representative or liquidator and his address are not "
                        "known: enter them."
                    ),
                    False,
                )
            )
        if not self.signatory_name:
            missing.append(
                Missing(
                    "signatory", self.env._("Enter who signs the declaration."), False
                )
            )
        if self.signatory_kind == "employee" and not self.representative_name:
            missing.append(
                Missing(
                    "power",
                    self.env._(
                        "Enter which legal representative gives the special power."
                    ),
                    False,
                )
            )
        if self.security != "none" and not self.security_note:
            missing.append(
                Missing(
                    "security",
                    self.env._("Describe the nature and the rank of the security."),
                    False,
                )
            )
        return missing

    def _claim_declaration_filed(self):
        """Meet the deadlines of the judgment."""
        for proceeding in self:
            proceeding._meet_deadlines()
