from odoo import api, fields, models
from odoo.exceptions import UserError


class CollectionProceeding(models.Model):
    """The request for a payment order: what it asks for and on what it rests.

    Code de procédure civile, articles 1405 to 1422; Regulation (EC) 1896/2006 for the
    European order. The amounts stand in the rows of the form of the court.
    """

    _inherit = "collection.proceeding"

    # Parties
    signatory_id = fields.Many2one(
        "res.users",
        string="Signed by",
        default=lambda self: self.env.user,
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
    )
    agent_id = fields.Many2one(
        "res.partner",
        help="Who files for your company, if somebody does: any agent may (article "
        "1407).",
    )

    # What the claim rests on
    claim_basis = fields.Selection(
        [
            ("contract", "Contract"),
            ("statute", "Statutory obligation"),
            ("bill", "Bill of exchange, promissory note or assignment"),
        ],
        string="Basis of the claim",
        default="contract",
    )
    claim_note = fields.Text(
        string="Facts",
        help="Printed in the request. The debtor receives a copy: keep to facts.",
    )
    amicable_attempt = fields.Selection(
        [
            ("none", "None noted"),
            ("conciliation", "Conciliation"),
            ("mediation", "Mediation"),
            ("participatory", "Participatory procedure"),
            ("small_claims", "Procedure for small claims, without agreement"),
        ],
        default="none",
    )
    amicable_note = fields.Char(
        string="Amicable steps", help="Dates and results, as the request tells them."
    )
    send_on_opposition = fields.Boolean(
        string="Send to a court at once",
        help="On an opposition the case goes to that court at once (article 1408).",
    )
    opposition_court_id = fields.Many2one(
        "collection.court", string="Court of the opposition", ondelete="restrict"
    )
    foreign_court = fields.Char(
        string="Court abroad", help="For a European order outside France."
    )

    # Rows of the table of amounts
    interest_kind = fields.Selection(
        [
            ("legal", "Legal rate"),
            ("contract", "Contract rate"),
            ("late", "Rate of late payment (L441-10)"),
        ],
        string="Rate of interest",
    )
    interest_rate_words = fields.Char(string="Rate in words")
    interest_from = fields.Date(string="Interest runs from")
    interest_until = fields.Date(string="Calculated until")
    indemnity_words = fields.Char(
        string="Basis of the indemnities",
        help="The fixed compensation has no row of its own in the form: it stands in a "
        "free one.",
    )
    penalty_basis = fields.Char(string="Basis of the penalty clause")
    costs_basis = fields.Char(string="What the ancillary costs are")
    other_words = fields.Char(string="What the other amounts are")

    # === ACTION METHODS === #

    def action_choose_court(self):
        """Propose the courts of the debtor's seat or home."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_court_action"
        )
        return action | {
            "context": {"search_default_department_codes": self._get_department()}
        }

    def action_make_statement(self):
        """Calculate the claim anew, as of today."""
        self.ensure_one()
        self._check_prepared()
        self._make_order_statements()
        return True

    def action_ask_again(self):
        """Prepare a new request about what a refused or lapsed one was about."""
        self.ensure_one()
        again = self.case_id._start_proceeding(
            self.kind,
            self.line_ids.filtered(lambda line: not line.reconciled),
            **{
                name: self[name] if not self._fields[name].relational else self[name].id
                for name in self._get_repeated_fields()
            },
        )
        again._make_order_statements()
        return again._get_records_action()

    # === BUSINESS METHODS === #

    @api.model
    def _get_repeated_fields(self):
        """Return the fields that a request made again takes over."""
        return (
            "court_id",
            "notice_id",
            "contract_reference",
            "claim_basis",
            "claim_note",
            "amicable_attempt",
            "amicable_note",
            "agent_id",
            "foreign_court",
        )

    def _check_prepared(self):
        """Refuse to change what has been filed.

        :raises UserError: naming the proceeding
        """
        for proceeding in self:
            if proceeding.date_filed:
                raise UserError(
                    self.env._(
                        "%s has been filed: what it asks for stays as it was. To ask "
                        "for something else, prepare another one.",
                        proceeding.display_name,
                    )
                )

    def _get_department(self):
        self.ensure_one()
        return self.case_id._get_court_department()

    def _make_order_statements(self, date_stop=None):
        """Calculate what is claimed and take it as the amounts of these requests."""
        statements = self.case_id._make_claim_statement(
            date_stop, lines=self.line_ids, purpose="payment_order"
        )
        by_case = {statement.case_id: statement for statement in statements}
        for proceeding in self:
            statement = by_case[proceeding.case_id]
            proceeding._take_statement(statement)
            proceeding._take_rows(statement)

    def _take_rows(self, statement):
        """Take the words of the rows of the form from ``statement``."""
        self.ensure_one()
        starts = [line.date_from for line in statement.line_ids if line.date_from]
        self.write(
            {
                "interest_kind": self._get_interest_kind(statement),
                "interest_rate_words": statement.rate_words,
                "interest_from": min(starts, default=False),
                "interest_until": statement.date_stop,
                "indemnity_words": self._describe_indemnities(statement),
            }
        )

    def _get_interest_kind(self, statement):
        kinds = set(statement.line_ids.mapped("rate_kind")) - {"none", False}
        if not kinds:
            return False
        if kinds == {"legal"}:
            return "legal"
        return "late" if kinds <= {"law", "public", "legal"} else "contract"

    def _describe_indemnities(self, statement):
        count = statement.indemnity_count
        if not count:
            return False
        each = self.env["collection.legal.parameter"]._get_value(
            "flat_indemnity", statement.date_stop
        )
        return self.env._(
            "Fixed compensation for recovery costs, Code de commerce L441-10: "
            "%(count)s × %(amount)s €",
            count=count,
            amount=f"{each:g}",
        )

    def _get_amount_rows(self):
        """Return the table of the form: list of ``(code, label, amount, basis)``.

        All rows are there, those without an amount too, in the order of the form.
        """
        self.ensure_one()
        return [
            (
                "principal",
                self.env._("Principal"),
                self.amount_principal,
                self.contract_reference or "",
            ),
            (
                "indemnity",
                self.env._("Fixed compensation for recovery costs"),
                self.amount_indemnity,
                self.indemnity_words or "",
            ),
            (
                "interest",
                self._describe_interest(),
                self.amount_interest,
                self.interest_rate_words or "",
            ),
            (
                "penalty_clause",
                self.env._("Penalty clause"),
                self.amount_penalty_clause,
                self.penalty_basis or "",
            ),
            (
                "costs",
                self.env._("Ancillary costs"),
                self.amount_costs,
                self.costs_basis or "",
            ),
            (
                "other",
                self.other_words or self.env._("Other amounts"),
                self.amount_other,
                "",
            ),
        ]

    def _describe_interest(self):
        self.ensure_one()
        if not self.interest_from:
            return self.env._("Interest")
        return self.env._(
            "Interest from %(start)s, calculated until %(end)s",
            start=fields.Date.to_date(self.interest_from).strftime("%d/%m/%Y"),
            end=fields.Date.to_date(self.interest_until or self.interest_from).strftime(
                "%d/%m/%Y"
            ),
        )
