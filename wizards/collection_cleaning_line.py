from markupsafe import Markup

from odoo import api, fields, models

from ..models.res_partner_cleaning import SURE_FROM
from ..tools.text_difference import difference

KIND_BY_FIELD = {
    "name": "name",
    "phone": "phone",
    "email": "email",
    "company_registry": "identifier",
    "vat": "identifier",
    "address": "address",
}


class CollectionCleaningLine(models.TransientModel):
    """One change of a cleaning: what a contact has, what it would have, and why."""

    _name = "collection.cleaning.line"
    _description = "Change of a cleaning"
    _order = "partner_id, id"

    wizard_id = fields.Many2one(
        "collection.cleaning", required=True, ondelete="cascade", readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    field_name = fields.Selection(
        selection=lambda self: self.env[
            "collection.enrichment.proposal"
        ]._get_field_selection(),
        string="Field",
        required=True,
        readonly=True,
    )
    kind = fields.Selection(
        [
            ("phone", "Phones"),
            ("email", "E-mails"),
            ("identifier", "Identifiers"),
            ("name", "Names"),
            ("address", "Addresses"),
        ],
        required=True,
        readonly=True,
    )
    old_value = fields.Char(readonly=True)
    new_value = fields.Char(readonly=True)
    before = fields.Html(compute="_compute_difference", sanitize=False)
    after = fields.Html(compute="_compute_difference", sanitize=False)
    values = fields.Json(readonly=True)
    note = fields.Char(string="Why", readonly=True)
    confidence = fields.Integer(string="Confidence (%)", readonly=True)
    is_doubtful = fields.Boolean(compute="_compute_is_doubtful")
    is_accepted = fields.Boolean(string="Accept")
    proposal_id = fields.Many2one("collection.enrichment.proposal", readonly=True)
    failure = fields.Char(related="proposal_id.failure")
    outcome = fields.Selection(
        [
            ("written", "Written"),
            ("refused", "Refused"),
            ("waiting", "To decide"),
            ("failed", "Not written"),
            ("outdated", "Changed meanwhile"),
        ],
        compute="_compute_outcome",
    )

    # === COMPUTE METHODS === #

    @api.depends("old_value", "new_value")
    def _compute_difference(self):
        for line in self:
            before, after = difference(line.old_value, line.new_value)
            line.before = self._mark(before, "o_collection_removed")
            line.after = self._mark(after, "o_collection_added")

    @api.model
    def _mark(self, pieces, css_class):
        return Markup().join(
            Markup('<span class="%s">%s</span>') % (css_class, text)
            if is_changed
            else Markup("%s") % text
            for is_changed, text in pieces
        )

    @api.depends("confidence")
    def _compute_is_doubtful(self):
        for line in self:
            line.is_doubtful = line.confidence < SURE_FROM

    @api.depends("proposal_id.state", "proposal_id.failure", "wizard_id.is_done")
    def _compute_outcome(self):
        by_state = {"accepted": "written", "refused": "refused", "pending": "waiting"}
        for line in self:
            if not line.wizard_id.is_done:
                line.outcome = False
            elif line.failure and line.proposal_id.state == "pending":
                line.outcome = "failed"
            else:
                line.outcome = by_state.get(line.proposal_id.state, "outdated")

    # === ACTION METHODS === #

    def action_accept(self):
        self.is_accepted = True
        return True

    def action_refuse(self):
        self.is_accepted = False
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _get_copied_fields(self):
        """Return what a line takes from the values of a proposal and gives back."""
        return (
            "partner_id",
            "company_id",
            "field_name",
            "values",
            "old_value",
            "new_value",
            "confidence",
            "note",
        )

    @api.model
    def _get_kind(self, field_name):
        return KIND_BY_FIELD[field_name]

    def _decide(self):
        """Make a proposal of each change, then accept, refuse or leave it."""
        proposals = self.env["collection.enrichment.proposal"]._propose(
            [line._prepare_proposal() for line in self], decide=False
        )
        by_key = {
            (proposal.partner_id, proposal.field_name): proposal
            for proposal in proposals
        }
        for line in self:
            line.proposal_id = by_key.get((line.partner_id, line.field_name))
        ticked = self.filtered("is_accepted")
        unticked = (self - ticked).filtered(lambda line: not line.is_doubtful)
        unticked.proposal_id.action_refuse()
        ticked.proposal_id._accept()

    def _prepare_proposal(self):
        self.ensure_one()
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "field_name": self.field_name,
            "values": self.values,
            "confidence": self.confidence,
            "note": self.note,
            "source": "cleaning",
        }
