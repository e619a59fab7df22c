from odoo import fields, models
from odoo.exceptions import UserError

LEAD = "crm.lead"


class CollectionCase(models.Model):
    """A debtor who has a project: the salesperson gets an opportunity of it."""

    _inherit = "collection.case"

    can_make_lead = fields.Boolean(compute="_compute_can_make_lead")

    def _compute_can_make_lead(self):
        self.can_make_lead = self._may_make_leads()

    def action_make_lead(self):
        self.ensure_one()
        return self._show_lead(self._make_lead())

    def _may_make_leads(self):
        """Return whether CRM is installed and the user may create opportunities."""
        return LEAD in self.env and self.env[LEAD].has_access("create")

    def _make_lead(self, action=None):
        """Create an opportunity of this debtor, linked from both discussions.

        :param action: the ``collection.action`` during which the project was spoken of
        :return: the ``crm.lead``
        :raise UserError: CRM is not installed, or the user may create no opportunity
        """
        self.ensure_one()
        if not self._may_make_leads():
            raise UserError(
                self.env._(
                    "You may not create opportunities here. Install CRM, or ask an "
                    "administrator to let you use it."
                )
            )
        # Who sells to this debtor need not be the user: his rules would forbid it.
        lead = self.env[LEAD].sudo().create(self._prepare_lead(action))
        lead.message_post_with_source(
            "mail.message_origin_link",
            render_values={"self": lead, "origin": self},
            subtype_xmlid="mail.mt_note",
        )
        self._message_log(
            body=self.env._("Opportunity created: %s", lead._get_html_link())
        )
        return lead.sudo(False)

    def _show_lead(self, lead):
        """Return the action that opens the opportunity, or says who has got it."""
        if lead.has_access("read"):
            return lead._get_records_action(name=self.env._("Opportunity"))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The opportunity has been given to %s.", lead.sudo().user_id.name
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _prepare_lead(self, action=None):
        self.ensure_one()
        contact = action and action.recipient_id or self.partner_id
        salesperson = self._get_salesperson()
        return {
            "name": self.env._("%s: new project", self.partner_id.display_name),
            "type": "opportunity",
            "partner_id": contact.id,
            "company_id": self.company_id.id,
            "user_id": salesperson.id,
            "description": action and action.outcome_note,
        }
