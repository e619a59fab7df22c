from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

REQUEST_REPORT = "l10n_fr_debt_collection.collection_certificate_request_report"


class CollectionProceeding(models.Model):
    """What becomes of a declared claim: challenged, admitted, paid, given up."""

    _inherit = "collection.proceeding"

    date_contested = fields.Date(
        string="Challenge received on",
        copy=False,
        help="Letter of the representative that discusses the claim: it is to be "
        "answered in 30 days.",
    )
    date_answered = fields.Date(string="Answered on", copy=False)
    date_admission = fields.Date(string="Decided on", copy=False)
    amount_admitted_privileged = fields.Monetary(
        string="Admitted as privileged", copy=False
    )
    amount_admitted_unsecured = fields.Monetary(
        string="Admitted as unsecured", copy=False
    )
    amount_admitted = fields.Monetary(
        string="Admitted", compute="_compute_admitted", store=True
    )
    dividend_ids = fields.One2many(
        "collection.dividend", "proceeding_id", string="Dividends"
    )
    amount_dividend = fields.Monetary(
        string="Dividends received", compute="_compute_amount_dividend", store=True
    )
    date_certificate = fields.Date(string="Certificate of", copy=False)
    certificate_ids = fields.Many2many(
        "ir.attachment",
        "collection_proceeding_certificate_rel",
        "proceeding_id",
        "attachment_id",
        string="Certificate of irrecoverability",
        copy=False,
    )
    certificate_recipient = fields.Char(
        string="Corrected invoices go to",
        copy=False,
        help="The addressee that the certificate names.",
    )

    # === COMPUTE METHODS === #

    @api.depends("amount_admitted_privileged", "amount_admitted_unsecured")
    def _compute_admitted(self):
        for proceeding in self:
            proceeding.amount_admitted = (
                proceeding.amount_admitted_privileged
                + proceeding.amount_admitted_unsecured
            )

    @api.depends("dividend_ids.amount_received")
    def _compute_amount_dividend(self):
        for proceeding in self:
            proceeding.amount_dividend = sum(
                proceeding.dividend_ids.mapped("amount_received")
            )

    # === ACTION METHODS === #

    def action_relieved(self):
        """Note that the supervising judge has relieved us from foreclosure."""
        for proceeding in self._update_state("filed"):
            proceeding._get_judgment_deadlines("foreclosure_relief").action_done()
        return True

    def action_contested(self):
        """Note the representative's challenge; the time to answer runs."""
        for proceeding in self:
            if not proceeding.date_contested:
                raise UserError(
                    self.env._(
                        "Enter on which day the challenge of %s was received: the 30 "
                        "days to answer run from it.",
                        proceeding.display_name,
                    )
                )
        self._update_state("contested")
        return True

    def action_answered(self):
        """Note that the challenge has been answered."""
        for proceeding in self:
            proceeding.date_answered = (
                proceeding.date_answered
                or proceeding.company_id._get_collection_today()
            )
        return True

    def action_admitted(self):
        """Note what of the claim has been admitted."""
        for proceeding in self:
            proceeding._check_admitted()
            proceeding._decide("admitted", amount_granted=proceeding.amount_admitted)
        return True

    def action_rejected(self):
        for proceeding in self:
            proceeding._decide("rejected")
        return True

    def action_print_certificate_request(self):
        """Print the letter that asks for a certificate of irrecoverability."""
        self.ensure_one()
        return self.env.ref(REQUEST_REPORT).report_action(self, config=False)

    def action_recover_vat(self):
        """Choose the invoices whose VAT is to be recovered."""
        self.ensure_one()
        action = self.case_id.action_recover_vat()
        action["context"] = action["context"] | {"default_proceeding_id": self.id}
        return action

    # === BUSINESS METHODS === #

    def _decide(self, state, **values):
        """Note the decision on the claim, of today if no day has been entered."""
        self.ensure_one()
        day = self.date_admission or self.company_id._get_collection_today()
        self._update_state(state, date_admission=day, **values)

    def _check_admitted(self):
        self.ensure_one()
        if self.currency_id.compare_amounts(self.amount_admitted, 0) <= 0:
            raise UserError(
                self.env._(
                    "Enter for how much %s has been admitted, as privileged and as "
                    "unsecured.",
                    self.display_name,
                )
            )

    def _get_uncollected(self):
        """Return what of the claim, as admitted or else declared, is not paid."""
        self.ensure_one()
        claim = self.amount_admitted or self.amount_declared
        return max(0, claim - self.amount_dividend)

    def _get_certificate_sentences(self):
        """Return the words of the request for a certificate, a paragraph each."""
        self.ensure_one()
        return [
            " ".join(filter(None, (self._say_declared(), self._say_admitted()))),
            self.env._(
                "We have received %(dividends)s of dividends so far; %(rest)s stay "
                "unpaid.",
                dividends=self._format(self.amount_dividend),
                rest=self._format(self._get_uncollected()),
            ),
            self.env._(
                "Would you please certify that this balance cannot be recovered, with "
                "the name and the number of the debtor in the trade register, the "
                "invoices and credit notes concerned, their amounts with and without "
                "VAT net of dividends, the cause, and to whom the corrected invoices "
                "are to be sent."
            ),
        ]

    def _say_declared(self):
        self.ensure_one()
        return self.env._(
            "By registered letter of %(date)s we declared our claim of %(amount)s in "
            "%(proceedings)s.",
            date=format_date(self.env, self.date_filed),
            amount=self._format(self.amount_declared),
            proceedings=self._describe_proceedings(),
        )

    def _say_admitted(self):
        self.ensure_one()
        return self.amount_admitted and self.env._(
            "It was admitted for %s.", self._format(self.amount_admitted)
        )
