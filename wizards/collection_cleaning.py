from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.res_partner_cleaning import SURE_FROM

# Contacts shown at once; more are cleaned by a job.
LIMIT = 1000


class CollectionCleaning(models.TransientModel):
    """Shows all that would make chosen contacts regular; a person accepts or refuses.

    What is unticked is refused and not proposed again; what is doubtful and was never
    ticked waits among the proposals.
    """

    _name = "collection.cleaning"
    _description = "Cleaning of contacts"

    partner_count = fields.Integer(string="Contacts looked at", readonly=True)
    line_ids = fields.One2many("collection.cleaning.line", "wizard_id")
    kind_ids = fields.One2many("collection.cleaning.kind", "wizard_id")
    line_count = fields.Integer(compute="_compute_counts")
    changed_count = fields.Integer(compute="_compute_counts")
    accepted_count = fields.Integer(compute="_compute_counts")
    written_count = fields.Integer(compute="_compute_counts")
    refused_count = fields.Integer(compute="_compute_counts")
    waiting_count = fields.Integer(compute="_compute_counts")
    failed_count = fields.Integer(compute="_compute_counts")
    is_done = fields.Boolean(readonly=True)

    # === COMPUTE METHODS === #

    @api.depends("is_done")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._("Clean contacts")

    @api.depends("line_ids.is_accepted", "line_ids.outcome")
    def _compute_counts(self):
        for wizard in self:
            lines = wizard.line_ids
            outcomes = lines.grouped("outcome")
            wizard.line_count = len(lines)
            wizard.changed_count = len(lines.partner_id)
            wizard.accepted_count = len(lines.filtered("is_accepted"))
            wizard.written_count = len(outcomes.get("written", ()))
            wizard.refused_count = len(outcomes.get("refused", ()))
            wizard.waiting_count = len(outcomes.get("waiting", ()))
            wizard.failed_count = len(outcomes.get("failed", ()))

    # === ACTION METHODS === #

    def action_apply(self):
        """Write what is ticked, refuse what was unticked, leave the doubtful open."""
        self.ensure_one()
        if self.is_done:
            raise UserError(self.env._("These changes have already been applied."))
        self.line_ids._decide()
        self.is_done = True
        return True

    def action_open_lines(self):
        """Open the changes as a list, grouped by contact."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_cleaning_line_action"
        )
        return action | {
            "domain": [("wizard_id", "=", self.id)],
            "context": {"search_default_group_partner": 1, "is_done": self.is_done},
        }

    def action_open_proposals(self):
        """Open what is left to decide."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_enrichment_proposal_action"
        )
        return action | {
            "domain": [("id", "in", self.line_ids.proposal_id.ids)],
            "context": {},
        }

    # === BUSINESS METHODS === #

    @api.model
    def _open_for(self, partners):
        """Open the preview of all that would change on ``partners`` and their contacts.

        More than a thousand contacts are cleaned by a job instead.
        """
        contacts = self.env["res.partner"].search([("id", "child_of", partners.ids)])
        if len(contacts) > LIMIT:
            return self._start_job(partners)
        lines = self._prepare_lines(contacts)
        if not lines:
            return self._tell_clean(contacts)
        wizard = self.create(
            {
                "partner_count": len(contacts),
                "line_ids": [(0, 0, line) for line in lines],
                "kind_ids": [(0, 0, {"kind": kind}) for kind in self._get_kinds(lines)],
            }
        )
        return wizard._reopen()

    @api.model
    def _prepare_lines(self, contacts):
        """Return the values of a line per change that nobody has refused before."""
        proposals = self.env["collection.enrichment.proposal"]
        prepared = proposals._prepare_fresh(contacts._prepare_cleaning_proposals())
        line_model = self.env["collection.cleaning.line"]
        return [
            {
                "is_accepted": vals["confidence"] >= SURE_FROM,
                "kind": line_model._get_kind(vals["field_name"]),
                **{name: vals[name] for name in line_model._get_copied_fields()},
            }
            for vals in prepared
        ]

    @api.model
    def _get_kinds(self, lines):
        kinds = {line["kind"] for line in lines}
        selection = (
            self.env["collection.cleaning.line"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        return [kind for kind, _label in selection if kind in kinds]

    @api.model
    def _start_job(self, partners):
        cases = self.env["collection.case"]._get_for_partners(
            partners, self.env.company
        )
        if not cases:
            raise UserError(
                self.env._(
                    "These are too many contacts to be shown, and none of them is a "
                    "debtor of %(company)s: choose at most %(limit)s.",
                    company=self.env.company.name,
                    limit=LIMIT,
                )
            )
        jobs = self.env["collection.data.job"]
        return jobs._start("clean", case_ids=cases.ids)._get_records_action()

    @api.model
    def _tell_clean(self, contacts):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Nothing to clean: %s contacts are in order.", len(contacts)
                ),
            },
        }

    def _reopen(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Clean contacts"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "current",
        }
