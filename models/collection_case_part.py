from odoo import fields, models
from odoo.tools.misc import get_lang


class CollectionCasePart(models.AbstractModel):
    """What belongs to one case: its debtor, its company, and the way back to it."""

    _name = "collection.case.part"
    _description = "Part of a collection case"
    _check_company_auto = True

    case_id = fields.Many2one(
        "collection.case",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(
        related="case_id.partner_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="case_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    def action_open_case(self):
        self.ensure_one()
        return self.case_id._get_records_action()

    def _get_today(self):
        self.ensure_one()
        return self.company_id._get_collection_today()

    def _get_text_lang(self):
        """Return the language in which the debtor reads."""
        self.ensure_one()
        return get_lang(self.env, self.partner_id.lang).code

    def _render_words(self, template):
        """Return ``{id: (subject, body)}`` of a template, in the language of each."""
        langs = {record.id: record._get_text_lang() for record in self}
        subjects, bodies = (
            template._render_field(
                name, self.ids, compute_lang=True, res_ids_lang=langs
            )
            for name in ("subject", "body_html")
        )
        return {one_id: (subjects[one_id], bodies[one_id]) for one_id in self.ids}

    def _prepare_message_action(self, channel, recipient, user):
        """Return the action that carries a message about this record to its debtor.

        :param recipient: as the channel found it, with its address or problem
        :param user: who signs and answers for it
        """
        self.ensure_one()
        return {
            "case_id": self.case_id.id,
            "channel": channel,
            "date": self._get_today(),
            "state": "todo",
            "user_id": user.id,
            "recipient_id": recipient.partner_id,
            "recipient_address": recipient.address,
            "lang": self._get_text_lang(),
            "is_unreachable": bool(recipient.problem),
            "failure_reason": recipient.problem,
            "signatory_name": user.name,
            "signatory_email": user.email or self.company_id.email,
            "signatory_phone": user.phone,
        }
