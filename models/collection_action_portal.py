from odoo import fields, models

from ..tools.barcodes import qr_code
from .collection_action import FINAL_STATES


class CollectionAction(models.Model):
    """The link to the debtor's page that a message takes along."""

    _inherit = "collection.action"

    debtor_link_id = fields.Many2one(
        "collection.debtor.link",
        string="Link to the debtor's page",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def _get_debtor_url(self):
        """Return the address of the debtor's page for the recipient, "" if he has none.

        What has left keeps the link it left with.
        """
        self.ensure_one()
        self._make_debtor_links()
        # Whoever reads the message reads the address in it.
        return self.sudo().debtor_link_id.url or ""

    def _make_debtor_links(self):
        """Give these actions their links, by a fixed number of queries."""
        waiting = self.filtered(
            lambda action: (
                action.state not in FINAL_STATES
                and action.company_id.collection_portal_enabled
                and action._lacks_debtor_link()
            )
        )
        keys = {
            action: (action.case_id, action.recipient_id or action.partner_id)
            for action in waiting
        }
        links = self.env["collection.debtor.link"]._make_many(
            [(*key, action) for action, key in keys.items()]
        )
        for action, key in keys.items():
            # Who reads a preview need not be allowed to write the action.
            action.sudo().debtor_link_id = links[key]

    def _lacks_debtor_link(self):
        self.ensure_one()
        # Who reads a preview need not be allowed to read links.
        link = self.sudo().debtor_link_id
        return link.state != "valid" or link.contact_id != (
            self.recipient_id or self.partner_id
        )

    def _render_texts(self):
        self._make_debtor_links()
        return super()._render_texts()

    def _get_debtor_qr(self):
        """Return the QR code of the page's address as a data URI, "" without one."""
        self.ensure_one()
        url = self._get_debtor_url()
        if not url:
            return ""
        return qr_code(url)
