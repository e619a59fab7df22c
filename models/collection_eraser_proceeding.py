from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

PROCEEDING_TEXTS = ("note", "claim_note", "amicable_note")


class CollectionEraser(models.AbstractModel):
    """Proceedings lose their words, papers and messages; dates and amounts stay."""

    _inherit = "collection.eraser"

    @api.model
    def _delete_rows(self, scope):
        proceedings = self._get_proceedings(scope)
        proceedings.with_context(tracking_disable=True).write(
            dict.fromkeys(PROCEEDING_TEXTS, False)
        )
        proceedings.court_letter_ids.note = False
        self._delete_exhibits(proceedings)
        return super()._delete_rows(scope)

    @api.model
    def _delete_exhibits(self, proceedings):
        """Delete the exhibits; their files go with those of the proceedings."""
        proceedings.exhibit_ids.flush_recordset()
        # The model keeps what has been filed from being changed; an erasure has to.
        self.env.cr.execute(
            SQL(
                """DELETE FROM collection_proceeding_exhibit
                    WHERE proceeding_id = ANY(%s)""",
                proceedings.ids,
            )
        )
        proceedings.invalidate_recordset(["exhibit_ids"])

    @api.model
    def _get_proceedings(self, scope):
        return self._sudo("collection.proceeding").search(
            [("case_id", "in", scope.cases.ids)]
        )

    @api.model
    def _get_thread_domain(self, model_field, scope):
        proceedings = self._get_proceedings(scope)
        return super()._get_thread_domain(model_field, scope) | (
            Domain(model_field, "=", proceedings._name)
            & Domain("res_id", "in", proceedings.ids)
        )
