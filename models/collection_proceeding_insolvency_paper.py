from odoo import api, fields, models
from odoo.tools import format_amount, format_date, split_every

DECLARATION_REPORT = "l10n_fr_debt_collection.collection_claim_declaration_report"
POWER_REPORT = "l10n_fr_debt_collection.collection_power_of_attorney_report"
ROWS_TOGETHER = 26


class CollectionProceeding(models.Model):
    """The papers of a claim declaration: to whom, signed by whom, in one file."""

    _inherit = "collection.proceeding"

    officer_id = fields.Many2one(
        "res.partner",
        string="Representative or liquidator",
        index="btree_not_null",
        ondelete="restrict",
    )
    officer_address = fields.Text(
        string="Addressee",
        compute="_compute_officer_address",
        store=True,
        readonly=False,
        help="Name and address on the envelope, line by line.",
    )
    signatory_kind = fields.Selection(
        [
            ("representative", "Legal representative"),
            ("employee", "Employee with a special power"),
        ],
        string="Signature by",
        default="representative",
    )
    signatory_name = fields.Char(
        compute="_compute_signatory_name", store=True, readonly=False
    )
    signatory_title = fields.Char(string="Capacity of the signatory")
    representative_name = fields.Char(
        string="Power given by",
        compute="_compute_representative_name",
        store=True,
        readonly=False,
    )

    # === COMPUTE METHODS === #

    @api.depends("officer_id", "event_id")
    def _compute_officer_address(self):
        for proceeding in self:
            lines = []
            if proceeding.officer_id:
                lines = proceeding.officer_id._get_postal_lines()
            elif proceeding.event_id:
                lines = proceeding.event_id._get_claims_officer()
            known = "\n".join(lines)
            proceeding.officer_address = known or proceeding.officer_address

    @api.depends("company_id")
    def _compute_representative_name(self):
        for proceeding in self:
            company = proceeding.company_id
            proceeding.representative_name = (
                company and company._get_legal_identity().get("representative")
            )

    @api.depends("representative_name", "signatory_kind")
    def _compute_signatory_name(self):
        for proceeding in self:
            if proceeding.signatory_kind == "representative":
                proceeding.signatory_name = proceeding.representative_name
            elif proceeding.signatory_name == proceeding.representative_name:
                proceeding.signatory_name = False

    # === ACTION METHODS === #

    def action_make_declaration(self):
        """Make the one file to post: declaration, power, list of exhibits, exhibits."""
        self.ensure_one()
        self._check_complete()
        self._collect_exhibits()
        action = self.action_build_file()
        if self.state == "draft":
            self._update_state("ready")
        return action

    # === DOCUMENTS === #

    def _get_declared_pages(self, is_due):
        """Return the declared items, due or to fall due, in parts that fit a page."""
        self.ensure_one()
        lines = self.declaration_line_ids.filtered(lambda line: line.is_due == is_due)
        return list(split_every(ROWS_TOGETHER, lines.ids, lines.browse))

    def _get_declared_sums(self, is_due):
        """Return principal, interest, compensation and total of a part."""
        self.ensure_one()
        lines = self.declaration_line_ids.filtered(lambda line: line.is_due == is_due)
        return {
            "principal": sum(lines.mapped("amount")),
            "interest": sum(lines.mapped("amount_interest")),
            "indemnity": sum(lines.mapped("amount_indemnity"))
            if self.has_indemnity
            else 0,
            "total": sum(lines.mapped("amount_total")),
        }

    def _get_officer_lines(self):
        self.ensure_one()
        lines = (self.officer_address or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def _describe_proceedings(self):
        """Return the insolvency proceedings as the papers name them."""
        self.ensure_one()
        names = {
            "opening_safeguard": self.env._("the safeguard proceedings"),
            "opening_receivership": self.env._("the receivership proceedings"),
            "opening_liquidation": self.env._("the liquidation proceedings"),
        }
        return self.env._(
            "%(proceedings)s opened by the judgment of %(date)s (%(court)s)",
            proceedings=names.get(
                self.event_id.code, self.env._("the collective proceedings")
            ),
            date=format_date(self.env, self.judgment_date, date_format="long"),
            court=self.event_id.court or self.env._("court to be completed"),
        )

    def _describe_creditor(self):
        """Return who declares: name, form, capital, seat, register."""
        self.ensure_one()
        company = self.company_id
        return self._describe_party(company.name, company._get_legal_identity())

    def _describe_debtor(self):
        self.ensure_one()
        identity = self.partner_id._get_legal_identity()
        name = identity.get("name") or self.partner_id.name
        return self._describe_party(name, identity)

    def _describe_party(self, name, identity):
        form, capital = identity.get("form"), identity.get("capital")
        if form and capital:
            form = self.env._(
                "%(form)s with a capital of %(capital)s", form=form, capital=capital
            )
        siren, town = identity.get("siren"), identity.get("rcs_town")
        if siren:
            siren = self.env._("SIREN %s", siren)
            if town:
                siren = self.env._("%(siren)s RCS %(town)s", siren=siren, town=town)
        return ", ".join(filter(None, (name, form, identity.get("seat"), siren)))

    def _get_declaration_sentence(self):
        self.ensure_one()
        return self.env._(
            "The undersigned declares, in the name of %(creditor)s, the following "
            "claim on %(debtor)s, in %(proceedings)s.",
            creditor=self._describe_creditor(),
            debtor=self._describe_debtor(),
            proceedings=self._describe_proceedings(),
        )

    def _get_power_sentences(self):
        """Return the words of the special power, a paragraph each."""
        self.ensure_one()
        agent = ", ".join(filter(None, (self.signatory_name, self.signatory_title)))
        return [
            self.env._(
                "I, the undersigned %(representative)s, legal representative of "
                "%(creditor)s,",
                representative=self.representative_name,
                creditor=self._describe_creditor(),
            ),
            self.env._(
                "give special power to %(agent)s, employee of the company, to declare "
                "its claim of %(amount)s on %(debtor)s in %(proceedings)s, to complete "
                "or correct this declaration, to certify it, and to answer any "
                "challenge of it.",
                agent=agent,
                amount=self._format(self.amount_declared),
                debtor=self.partner_id.name,
                proceedings=self._describe_proceedings(),
            ),
        ]

    def _get_place_and_date(self):
        """Return where and when the papers are signed."""
        self.ensure_one()
        company = self.company_id
        day = format_date(
            self.env,
            self.date_filed or company._get_collection_today(),
            date_format="long",
        )
        if not company.city:
            return day
        return self.env._("Done in %(town)s, on %(date)s", town=company.city, date=day)

    def _format(self, amount):
        self.ensure_one()
        return format_amount(self.env, amount, self.currency_id)

    def _get_interest_words(self):
        """Return where the rate of the declared interest comes from. Hook."""
        self.ensure_one()
        return ""

    def _get_security_label(self):
        self.ensure_one()
        labels = dict(self._fields["security"]._description_selection(self.env))
        return labels.get(self.security, "")

    def _claim_declaration_request_parts(self):
        """Return what comes before the exhibits: the declaration, and the power."""
        self.ensure_one()
        render = self.env["collection.pdf"]._render
        parts = [render(DECLARATION_REPORT, self)[self.id]]
        if self.signatory_kind == "employee":
            parts.append(render(POWER_REPORT, self)[self.id])
        return parts
