from odoo import api, models

from .collection_proceeding import Missing


class CollectionProceeding(models.Model):
    """The documents that a request for a payment order encloses."""

    _inherit = "collection.proceeding"

    @api.model
    def _get_checked_fields(self):
        return [*super()._get_checked_fields(), "exhibit_ids"]

    def _missing_of_request(self):
        return [*super()._missing_of_request(), *self._missing_documents()]

    def _missing_documents(self):
        """Article 1407: the documents, listed in a bordereau."""
        if self.exhibit_ids:
            return []
        return [
            Missing(
                "exhibits",
                self.env._(
                    "The documents that prove the claim, and their list (articles 57 "
                    "and 1407)."
                ),
                "action_collect_exhibits",
            )
        ]

    def _get_remedy_labels(self):
        return super()._get_remedy_labels() | {
            "action_collect_exhibits": self.env._("Collect the documents"),
        }
