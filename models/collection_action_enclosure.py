from odoo import fields, models


class CollectionAction(models.Model):
    """E-mails that belong to no step: their words, items and enclosures."""

    _inherit = "collection.action"

    encloses_invoices = fields.Boolean(readonly=True)
    dispute_id = fields.Many2one(
        "collection.dispute",
        string="Answers the dispute",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    def _make_attachments(self):
        ids_by_action = super()._make_attachments()
        enclosing = self.filtered(
            lambda action: (
                action.encloses_invoices and not action.step_id.attach_invoices
            )
        )
        copies = self._store_documents(
            {action.id: action._get_invoice_documents() for action in enclosing}
        )
        for action_id, attachment_ids in copies.items():
            ids_by_action[action_id] += attachment_ids
        return ids_by_action

    def _write_snapshots(self, lines):
        """Give an action apart from the scenario a snapshot of ``lines``."""
        self.ensure_one()
        snapshots = self.env["collection.action.item"]._prepare_snapshots(
            lines.ids, self.date
        )
        self.env["collection.action.item"].create(
            [{**snapshots[line.id], "action_id": self.id} for line in lines]
        )

    def _write_words(self, template):
        """Give this action the words of ``template`` in the debtor's language."""
        self.ensure_one()
        langs = {self.id: self._get_text_lang()}
        words = {
            field: template._render_field(
                source, self.ids, compute_lang=True, res_ids_lang=langs
            )[self.id]
            for field, source in (("subject", "subject"), ("body", "body_html"))
        }
        self.with_context(collection_freezing=True).write(words)
