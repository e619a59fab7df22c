from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..models.collection_erasure_log import GROUNDS


class CollectionAnonymise(models.TransientModel):
    """Shows what an erasure takes away, what stays and why, and carries it out."""

    _name = "collection.anonymise"
    _description = "Erase personal data"

    partner_ids = fields.Many2many("res.partner", string="Contacts", required=True)
    ground = fields.Selection(GROUNDS, required=True, default="request")
    erased = fields.Html(compute="_compute_plan", sanitize=False)
    kept = fields.Html(compute="_compute_plan", sanitize=False)
    blockers = fields.Html(compute="_compute_plan", sanitize=False)

    # === COMPUTE METHODS === #

    @api.depends("partner_ids")
    def _compute_plan(self):
        eraser = self.env["collection.eraser"]
        for wizard in self:
            scope = eraser._get_scope(wizard.partner_ids._origin)
            blockers = eraser._find_blockers(scope)
            wizard.erased = self._to_list(
                f"{count} {label}" for label, count in eraser._count(scope)
            )
            wizard.kept = self._to_list(self._explain_kept(scope))
            wizard.blockers = blockers and self._to_list(blockers.values())

    @api.model
    def _to_list(self, sentences):
        items = Markup("").join(Markup("<li>%s</li>") % line for line in sentences)
        return Markup("<ul class='mb-0 ps-3'>%s</ul>") % items

    @api.model
    def _explain_kept(self, scope):
        persons = {person.id: person for person in scope.persons}
        sentences = [
            self.env._(
                "Name and address of %(person)s until %(date)s: accounting documents "
                "bear them, and the law has these kept. The contact is archived.",
                person=persons[partner_id].display_name,
                date=format_date(self.env, day),
            )
            for partner_id, day in scope.kept_until.items()
        ]
        companies = scope.debtors.filtered(lambda p: p not in scope.persons)
        if companies:
            sentences.append(
                self.env._(
                    "What is known of %s: data of a company is no personal data.",
                    ", ".join(companies.mapped("display_name")),
                )
            )
        return [
            *sentences,
            self.env._("Accounting entries, and messages and files on invoices."),
            self.env._("Dates, states, channels and amounts of actions: statistics."),
        ]

    # === ACTION METHODS === #

    def action_erase(self):
        """Erase; what is gone is gone."""
        self.ensure_one()
        if not self.partner_ids:
            raise UserError(self.env._("Choose whose personal data is to be erased."))
        self.env["collection.eraser"]._erase(self.partner_ids, self.ground)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The personal data has been erased."),
                "next": {
                    "type": "ir.actions.act_window_close",
                    "infos": {"done": True},
                },
            },
        }
