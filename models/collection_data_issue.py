import json

from odoo import api, fields, models
from odoo.tools import SQL, format_date

CODES = [
    ("phone_missing", "No phone number"),
    ("phone_invalid", "Invalid phone number"),
    ("phone_wrong", "Wrong phone number"),
    ("phone_format", "Phone number not in the usual form"),
    ("mobile_missing", "No mobile"),
    ("email_missing", "No e-mail address"),
    ("email_invalid", "Invalid e-mail address"),
    ("email_repair", "Misspelt e-mail address"),
    ("email_bounce", "Mail bounces"),
    ("email_blacklist", "E-mail address blacklisted"),
    ("email_dead", "E-mail domain takes no mail"),
    ("address_incomplete", "Incomplete postal address"),
    ("address_format", "Postal address in the wrong fields"),
    ("address_returned", "Letter returned"),
    ("siren_missing", "No SIREN or SIRET"),
    ("siren_invalid", "Invalid SIREN"),
    ("siret_invalid", "Invalid SIRET"),
    ("vat_missing", "No VAT number"),
    ("vat_invalid", "Invalid VAT number"),
    ("vat_refused", "VAT number refused by VIES"),
    ("vat_mismatch", "SIREN and VAT number differ"),
    ("payables_missing", "No payables contact"),
    ("payables_unreachable", "Payables contact not reachable"),
    ("decision_maker_missing", "No decision maker"),
    ("decision_maker_phone", "No direct line of the decision maker"),
    ("decision_maker_email", "No e-mail address of the decision maker"),
    ("unverified", "Never verified"),
    ("stale", "Verified too long ago"),
    ("conflict", "Proposals to decide"),
    ("not_found", "Unknown to the register"),
    ("ceased", "Ceased or struck off"),
]
# Which click mends what; a contact is completed where nothing better is known.
REMEDIES = {
    "phone_format": "accept",
    "email_repair": "accept",
    "address_format": "accept",
    "email_bounce": "clear",
    "email_blacklist": "ask",
    "email_dead": "clear",
    "address_returned": "verify",
    "siren_missing": "verify",
    "unverified": "verify",
    "stale": "verify",
    "payables_missing": "contact",
    "decision_maker_missing": "contact",
    "conflict": "decide",
    "ceased": "events",
}
# The kind of the value that a debtor can be asked for on the phone.
ASKED_KINDS = {
    "email_missing": "email",
    "email_invalid": "email",
    "email_bounce": "email",
    "email_blacklist": "email",
    "email_dead": "email",
    "address_incomplete": "address",
    "address_returned": "address",
    "mobile_missing": "phone",
}
MISSING_ROLES = {
    "payables_missing": "payables",
    "decision_maker_missing": "decision_maker",
}


class CollectionDataIssue(models.Model):
    """One missing or doubtful item of a debtor's data, and the click that mends it.

    Rows are made and removed by the assessment of the case; nobody writes them.
    """

    _name = "collection.data.issue"
    _description = "Data issue"
    _inherit = ["collection.access.logged"]
    _order = "case_id, points desc, id"
    _log_access = False

    name = fields.Char(compute="_compute_name", string="Issue in words")
    case_id = fields.Many2one(
        "collection.case",
        string="Debtor",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        related="case_id.partner_id", string="Debtor's contact", store=True, index=True
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    contact_id = fields.Many2one(
        "res.partner",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="Whose data it is about: the debtor itself or one of its contacts.",
    )
    code = fields.Selection(
        CODES, string="Issue", required=True, readonly=True, index=True
    )
    severity = fields.Selection(
        [("missing", "Missing"), ("doubtful", "Doubtful"), ("info", "Detail")],
        required=True,
        readonly=True,
    )
    points = fields.Integer(
        readonly=True, string="Points lost", help="What it costs in the quality score."
    )
    facts = fields.Json(readonly=True)
    message = fields.Char(compute="_compute_message")
    remedy = fields.Selection(
        [
            ("complete", "Complete"),
            ("accept", "Correct"),
            ("clear", "Remove and ask"),
            ("ask", "Ask by phone"),
            ("verify", "Look up"),
            ("contact", "Add the contact"),
            ("decide", "Decide"),
            ("events", "See why"),
        ],
        compute="_compute_remedy",
    )
    can_ask = fields.Boolean(compute="_compute_remedy")
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_overdue = fields.Monetary(
        related="case_id.amount_overdue", string="Amount at stake"
    )
    overdue_since = fields.Date(related="case_id.overdue_since")
    user_id = fields.Many2one(related="case_id.user_id")
    debtor_type = fields.Selection(related="case_id.debtor_type")

    _one_per_case = models.Constraint(
        "UNIQUE(case_id, code)", "An issue is listed once per case."
    )

    # === COMPUTE METHODS === #

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_name(self):
        labels = dict(self._fields["code"]._description_selection(self.env))
        for issue in self:
            issue.name = labels.get(issue.code)

    @api.depends("name", "facts", "contact_id.name")
    @api.depends_context("lang")
    def _compute_message(self):
        for issue in self:
            detail = issue._get_detail()
            if issue.contact_id != issue.partner_id:
                detail = " · ".join(filter(None, (issue.contact_id.name or "", detail)))
            issue.message = (
                self.env._("%(issue)s: %(detail)s", issue=issue.name, detail=detail)
                if detail
                else issue.name
            )

    def _get_detail(self):
        """Return what the facts add to the name of the issue."""
        self.ensure_one()
        facts = self.facts or {}
        if self.code == "address_incomplete":
            return ", ".join(map(self._get_address_words().get, facts["missing"]))
        if self.code == "address_format":
            clean = facts["clean"]
            return f"{clean['street']}, {clean['zip']} {clean['city']}"
        if self.code == "stale":
            return format_date(self.env, facts["date"])
        if self.code == "conflict":
            return str(facts["count"])
        if facts.get("clean"):
            return f"{facts['value']} → {facts['clean']}"
        if self.code == "vat_mismatch":
            return " / ".join(filter(None, (facts.get("registry"), facts.get("vat"))))
        if self.code.startswith("vat_"):
            return facts.get("vat", "")
        return facts.get("value") or facts.get("registry") or ""

    @api.model
    def _get_address_words(self):
        return {
            "street_missing": self.env._("no street"),
            "postcode_missing": self.env._("no postcode"),
            "postcode_invalid": self.env._("invalid postcode"),
            "town_missing": self.env._("no town"),
        }

    @api.depends("code", "case_id.reach_phone")
    def _compute_remedy(self):
        for issue in self:
            issue.remedy = REMEDIES.get(issue.code, "complete")
            issue.can_ask = (
                issue.code in ASKED_KINDS
                and issue.remedy not in ("ask", "clear")
                and issue.case_id.reach_phone
            )

    # === ACTION METHODS === #

    def action_remedy(self):
        """Do, or open, what mends this issue; what can be done at once is."""
        self.ensure_one()
        return getattr(self, f"_remedy_{self.remedy}")()

    def action_ask(self):
        """Give the collector the task to ask the debtor for the missing values."""
        for issue in self.filtered(lambda issue: issue.code in ASKED_KINDS):
            issue.case_id._ask_for(
                ASKED_KINDS[issue.code], {issue.case_id.id: issue.message}
            )
        return self._tell(self.env._("A task to ask for it is on the case."))

    def action_open_case(self):
        self.ensure_one()
        return self.case_id._get_records_action()

    # === BUSINESS METHODS: REMEDIES === #

    def _remedy_complete(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.message,
            "res_model": "res.partner",
            "res_id": self.contact_id.id,
            "views": [[self._get_contact_form().id, "form"]],
            "target": "new",
        }

    def _remedy_contact(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.message,
            "res_model": "res.partner",
            "views": [[self._get_contact_form().id, "form"]],
            "target": "new",
            "context": {
                "default_parent_id": self.partner_id.id,
                "default_type": "contact",
                "default_is_company": False,
                "default_collection_role": MISSING_ROLES[self.code],
                "default_company_id": self.partner_id.company_id.id,
                "default_lang": self.partner_id.lang,
            },
        }

    def _remedy_accept(self):
        """Write the clean value, as a proposal that is accepted: its source is kept."""
        # The row is gone as soon as the case is assessed again.
        case = self.case_id
        proposals = self.env["collection.enrichment.proposal"]._propose(
            self._prepare_proposals(), decide=False
        )
        failure = proposals.action_accept()
        case._refresh_quality()
        return self._reload() if failure is True else failure

    def _prepare_proposals(self):
        """Return the values of one proposal per field that changes."""
        self.ensure_one()
        clean, name = self.facts["clean"], self.code.partition("_")[0]
        # An address moves between fields: as one line it would look the same.
        values = clean if name == "address" else {name: clean}
        return [
            {
                "partner_id": self.contact_id.id,
                "company_id": self.company_id.id,
                "field_name": field_name,
                "new_value": value,
                "source": "cleaning",
                "note": self.message,
            }
            for field_name, value in values.items()
            if value != (self.contact_id[field_name] or "")
        ]

    def _remedy_clear(self):
        """Take the address that bounces off the contact and have it asked for."""
        case, contact = self.case_id, self.contact_id
        note = self.env._(
            "%(address)s was removed: %(reason)s.",
            address=contact.email,
            reason=self.name.lower(),
        )
        contact.write({"email": False, "message_bounce": 0})
        case._message_log(body=note)
        case._ask_for("email", {case.id: note})
        case._refresh_quality()
        return self._reload()

    def _remedy_ask(self):
        return self.action_ask()

    def _remedy_verify(self):
        if self.code == "address_returned" and self.case_id.pending_proposal_count:
            return self.case_id.action_open_proposals()
        return self.case_id.action_verify()

    def _remedy_decide(self):
        return self.case_id.action_open_proposals()

    def _remedy_events(self):
        if self.case_id.event_count:
            return self.case_id.action_open_events()
        return self.case_id._get_records_action()

    @api.model
    def _get_contact_form(self):
        return self.env.ref("l10n_fr_debt_collection.res_partner_view_form_complete")

    @api.model
    def _reload(self):
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    def _tell(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message, "next": self._reload()},
        }

    # === BUSINESS METHODS: ASSESSMENT === #

    @api.model
    def _replace(self, cases, assessments):
        """Have exactly the findings of ``assessments`` on ``cases``, in two queries.

        Rows that stay the same are not touched.

        :param assessments: ``{debtor id: tools.data_quality.Assessment}``
        """
        rows = [
            {
                "case_id": case.id,
                "partner_id": case.partner_id.id,
                "company_id": case.company_id.id,
                "contact_id": finding.person_id,
                "code": finding.code,
                "severity": finding.severity,
                "points": round(assessment.points.get(finding.code, 0)),
                "facts": finding.facts,
            }
            for case in cases
            for assessment in (assessments[case.partner_id.id],)
            for finding in {found.code: found for found in assessment.findings}.values()
        ]
        self._delete_others(cases, rows)
        self._upsert(rows)
        self.invalidate_model()
        cases.invalidate_recordset(["issue_ids", "issue_count"])

    @api.model
    def _delete_others(self, cases, rows):
        self.env.cr.execute(
            SQL(
                """DELETE FROM collection_data_issue
                    WHERE case_id = ANY(%s) AND (case_id, code) NOT IN (
                        SELECT * FROM unnest(%s::int[], %s::varchar[]))""",
                list(cases.ids),
                [row["case_id"] for row in rows],
                [row["code"] for row in rows],
            )
        )

    @api.model
    def _upsert(self, rows):
        self.env.cr.execute(
            SQL(
                """INSERT INTO collection_data_issue AS issue (
                       case_id, partner_id, company_id, contact_id, code, severity,
                       points, facts)
                   SELECT * FROM jsonb_to_recordset(%s::jsonb) AS fresh (
                       case_id int, partner_id int, company_id int, contact_id int,
                       code varchar, severity varchar, points int, facts jsonb)
                       ON CONFLICT (case_id, code) DO UPDATE
                      SET contact_id = EXCLUDED.contact_id,
                          severity = EXCLUDED.severity, points = EXCLUDED.points,
                          facts = EXCLUDED.facts
                    WHERE (issue.contact_id, issue.severity, issue.points, issue.facts)
                          IS DISTINCT FROM (EXCLUDED.contact_id, EXCLUDED.severity,
                                            EXCLUDED.points, EXCLUDED.facts)""",
                json.dumps(rows),
            )
        )
