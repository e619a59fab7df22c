from odoo import models

from odoo.addons.rating.models.rating_data import (
    RATING_HAPPY_VALUE,
    RATING_NEUTRAL_VALUE,
    RATING_UNHAPPY_VALUE,
)


class CollectionAction(models.Model):
    """The three faces in the e-mails before the due date."""

    _inherit = "collection.action"

    def _get_rating_block(self):
        """Return the HTML of the three faces, an empty text where none are shown.

        Texts call it: ``<t t-out="object._get_rating_block()"/>``.
        """
        self.ensure_one()
        if not self._asks_rating():
            return ""
        return self.env["ir.qweb"]._render(
            "l10n_fr_debt_collection.collection_rating_block",
            {"faces": self._get_rating_faces()},
            lang=self.env.context.get("lang") or self._get_text_lang(),
        )

    def _asks_rating(self):
        self.ensure_one()
        return bool(
            self.company_id.collection_ask_rating
            and self.channel == "email"
            and self.recipient_id
            and self.step_id.delay_days < 0
        )

    def _get_rating_faces(self):
        """Return the rate, address and image of each face, the happy one first."""
        token = self.case_id._rating_token_of(self.recipient_id)
        base = self.get_base_url()
        return [
            {
                "rate": rate,
                "url": f"{base}/rate/{token}/{rate}",
                "image": f"{base}/rating/static/src/img/rating_{rate}.png",
            }
            for rate in (RATING_HAPPY_VALUE, RATING_NEUTRAL_VALUE, RATING_UNHAPPY_VALUE)
        ]
