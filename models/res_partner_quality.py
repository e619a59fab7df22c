from odoo import api, fields, models

COLLECTOR = "l10n_fr_debt_collection.group_collection_user"
JUDGED_FIELDS = frozenset(
    {
        "active",
        "city",
        "collection_debtor_type",
        "collection_email_dead_on",
        "collection_letter_returned_on",
        "collection_letter_returned_reason",
        "collection_phone_wrong_on",
        "collection_role",
        "collection_vat_invalid_on",
        "company_registry",
        "country_id",
        "email",
        "enrichment_date",
        "is_company",
        "message_bounce",
        "name",
        "parent_id",
        "phone",
        "street",
        "street2",
        "type",
        "vat",
        "zip",
    }
)


class ResPartner(models.Model):
    """The quality of a debtor's data, and its refresh when a contact changes."""

    _inherit = "res.partner"

    collection_quality_score = fields.Integer(
        related="collection_case_id.quality_score",
        string="Data quality",
        groups=COLLECTOR,
    )
    collection_reach_phone = fields.Boolean(
        related="collection_case_id.reach_phone",
        string="Reachable by phone",
        groups=COLLECTOR,
    )
    collection_reach_email = fields.Boolean(
        related="collection_case_id.reach_email",
        string="Reachable by e-mail",
        groups=COLLECTOR,
    )
    collection_reach_post = fields.Boolean(
        related="collection_case_id.reach_post",
        string="Reachable by post",
        groups=COLLECTOR,
    )
    collection_issue_ids = fields.One2many(
        related="collection_case_id.issue_ids", string="Issues", groups=COLLECTOR
    )
    collection_registry_record_id = fields.Many2one(
        related="collection_case_id.registry_record_id",
        string="In the registers",
        groups=COLLECTOR,
    )
    collection_registry_state = fields.Selection(
        related="collection_registry_record_id.state",
        string="State in the register",
        groups=COLLECTOR,
    )
    collection_registry_created_on = fields.Date(
        related="collection_registry_record_id.created_on",
        string="Founded on",
        groups=COLLECTOR,
    )
    collection_registry_activity = fields.Char(
        related="collection_registry_record_id.activity",
        string="Activity (NAF)",
        groups=COLLECTOR,
    )
    collection_registry_staff_band = fields.Char(
        related="collection_registry_record_id.staff_band",
        string="Staff band",
        groups=COLLECTOR,
    )
    collection_registry_directors = fields.Text(
        related="collection_registry_record_id.directors_text",
        string="Directors",
        groups=COLLECTOR,
    )
    collection_proposal_count = fields.Integer(
        related="collection_case_id.pending_proposal_count",
        string="Proposals to decide",
        groups=COLLECTOR,
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        partners._mark_quality()
        return partners

    def write(self, vals):
        is_judged = not JUDGED_FIELDS.isdisjoint(vals)
        if is_judged and not {"parent_id", "is_company"}.isdisjoint(vals):
            self._mark_quality()
        result = super().write(vals)
        if is_judged:
            self._mark_quality()
        return result

    def unlink(self):
        self._mark_quality()
        return super().unlink()

    def _mark_quality(self):
        self.env["collection.quality"]._mark_partners(self.commercial_partner_id.ids)

    # === ACTION METHODS === #

    def action_collection_mark_checked(self):
        """Note that a person has checked the data of this debtor today."""
        return self._get_collection_cases().action_mark_checked()

    def action_collection_open_proposals(self):
        """Open what sources propose for this debtor and nobody has decided."""
        return self._get_collection_cases().action_open_proposals()

    def _get_collection_cases(self):
        cases = self.env["collection.case"]._get_for_partners(self, self.env.company)
        return cases._raise_if_none()
