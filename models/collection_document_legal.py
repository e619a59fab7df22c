from odoo import api, models


class CollectionDocument(models.AbstractModel):
    """The block by which the company identifies itself, with register and capital."""

    _inherit = "collection.document"

    @api.model
    def _get_mentions(self, company):
        """Add form, capital and register where the company's own text lacks them.

        Source: Code de commerce, R123-237 and R123-238.
        """
        mentions = super()._get_mentions(company)
        said = self._bare(" ".join(mentions))
        identity = company._get_legal_identity()
        facts = {
            "form": identity["form"],
            "rcs": identity["rcs_town"] and f"RCS {identity['rcs_town']}",
            "other": identity["mention"],
        }
        lacking = {
            name
            for name, fact in facts.items()
            if fact and self._bare(fact) not in said
        }
        sentences = company.with_context(lang=self.env.lang)._get_legal_mentions()
        return [
            *mentions,
            *(sentences[name] for name in sentences if name in lacking),
        ]
