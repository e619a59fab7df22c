import hashlib

from odoo import api, fields, models
from odoo.tools import format_date

# What the status of a report makes of its handover.
NEXT_STATES = {
    "accepted": "accepted",
    "in_progress": "in_progress",
    "promise": "in_progress",
    "plan": "in_progress",
    "dispute": "in_progress",
    "untraceable": "in_progress",
    "insolvent": "in_progress",
    "legal": "in_progress",
    "paid_part": "in_progress",
}
# After these somebody here has to decide.
ASKING = ("dispute", "insolvent", "untraceable", "paid", "paid_part")


class CollectionHandoverReport(models.Model):
    """What a provider reports on one case: how far it is, and what it has received.

    Amounts are those since the report before, in company currency. Whoever collects for
    others tells the creditor of each payment (Code des procédures civiles d'exécution,
    R124-5).
    """

    _name = "collection.handover.report"
    _description = "Report of a recovery provider"
    _inherit = ["collection.access.logged"]
    _order = "date desc, id desc"
    _check_company_auto = True

    handover_id = fields.Many2one(
        "collection.handover",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    case_id = fields.Many2one(related="handover_id.case_id")
    provider_id = fields.Many2one(related="handover_id.provider_id", store=True)
    partner_id = fields.Many2one(related="handover_id.partner_id")
    company_id = fields.Many2one(
        related="handover_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        string="Reported on",
        required=True,
        default=lambda self: self.env.company._get_collection_today(),
    )
    status = fields.Selection(
        [
            ("accepted", "File taken on"),
            ("in_progress", "Contact sought"),
            ("promise", "Debtor promises to pay"),
            ("plan", "Paid in instalments"),
            ("dispute", "Debtor disputes"),
            ("paid_part", "Part received"),
            ("paid", "All received"),
            ("untraceable", "Debtor not found"),
            ("insolvent", "Debtor insolvent"),
            ("legal", "Taken to court"),
            ("irrecoverable", "Nothing to be had"),
            ("refused", "File turned down"),
        ],
        required=True,
        default="in_progress",
    )
    note = fields.Text(string="What the provider says")
    next_date = fields.Date(string="Next news by")
    amount_principal = fields.Monetary(
        string="Principal received", help="Since the report before."
    )
    amount_extra = fields.Monetary(
        string="Interest and costs received", help="Since the report before."
    )
    fee = fields.Monetary(
        string="Fee asked for by the provider",
        help="Since the report before, without VAT.",
    )
    bill_reference = fields.Char(string="Bill of the fee")
    is_imported = fields.Boolean(string="From a file", readonly=True)
    import_key = fields.Char(string="Line of the file", readonly=True, copy=False)

    _amounts_positive = models.Constraint(
        "CHECK(amount_principal >= 0 AND amount_extra >= 0 AND fee >= 0)",
        "What a provider has received, and its fee, are not negative.",
    )
    _imported_once = models.UniqueIndex(
        "(handover_id, import_key) WHERE import_key IS NOT NULL",
        "This line of the provider's file has been read already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("date", "status")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for report in self:
            day = format_date(self.env, report.date) if report.date else ""
            report.display_name = f"{day} · {report._get_status_label()}"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        reports = super().create(vals_list)
        reports._apply()
        return reports

    # === BUSINESS METHODS === #

    def _apply(self):
        """Take over what these reports say of their handovers."""
        for report in self.sorted(lambda report: (report.date, report.id)):
            report._apply_status()
            report._plan_next()
        self._tell()

    def _apply_status(self):
        self.ensure_one()
        handover, status = self.handover_id, self.status
        if status in ("irrecoverable", "refused"):
            handover._end(status)
        elif status == "paid":
            handover._end_if_settled()
        elif status == "accepted":
            handover._accept(self.date)
        elif handover.state in ("sent", "accepted"):
            handover._update_state(NEXT_STATES[status])

    def _plan_next(self):
        self.ensure_one()
        handover = self.handover_id
        if handover._get_held():
            handover.next_report_date = (
                self.next_date or handover.provider_id._get_next_report_date(self.date)
            )

    def _tell(self):
        """Note the reports on their cases; have somebody act where it is asked for."""
        self.case_id._message_log_batch(
            {
                case.id: "\n".join(report._describe() for report in reports)
                for case, reports in self.grouped("case_id").items()
            }
        )
        asking = self.filtered(
            lambda report: report.status in ASKING or report.amount_principal
        )
        self.env["mail.activity"].create([r._prepare_activity() for r in asking])

    def _describe(self):
        self.ensure_one()
        parts = [
            self.env._(
                "%(provider)s: %(status)s",
                provider=self.provider_id.display_name,
                status=self._get_status_label(),
            ),
            self.amount_principal
            and self.env._(
                "received %s", self.handover_id._format_amount(self.amount_principal)
            ),
            self.note,
        ]
        return " · ".join(filter(None, parts))

    def _get_status_label(self):
        labels = dict(self._fields["status"]._description_selection(self.env))
        return labels.get(self.status, "")

    def _prepare_activity(self):
        self.ensure_one()
        handover = self.handover_id
        case = handover.case_id
        advice = {
            "dispute": self.env._(
                "The debtor disputes: look at it; take the case back if he is right."
            ),
            "insolvent": self.env._(
                "If proceedings are open, take the case back and declare the claim."
            ),
            "untraceable": self.env._("Look for another address of the debtor."),
        }.get(
            self.status,
            self.env._("Check that the money reaches us and is matched with items."),
        )
        return case._prepare_watch_activity(
            self._describe(),
            advice,
            case.company_id._get_collection_today(),
            handover.user_id or case._get_watch_user(),
        )

    @api.model
    def _make_import_key(self, *values):
        """Return what tells two lines of a provider's files apart."""
        text = "\x1f".join(str(value or "") for value in values)
        return hashlib.sha256(text.encode()).hexdigest()
