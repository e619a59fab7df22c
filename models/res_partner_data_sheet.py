from odoo import models
from odoo.tools import format_date, formatLang, html2plaintext

LAST_ACTIONS = 500
SHEET_FIELDS = (
    "name",
    "contact_address_inline",
    "phone",
    "email",
    "website",
    "function",
    "company_registry",
    "vat",
    "ref",
    "lang",
    "comment",
    "collection_role",
    "collection_debtor_type",
    "enrichment_status",
    "enrichment_date",
    "collection_letter_returned_on",
    "collection_letter_returned_reason",
    "collection_phone_wrong_on",
)


class ResPartner(models.Model):
    """What is held on a person, for whoever asks for it (GDPR, article 15)."""

    _inherit = "res.partner"

    def _get_collection_data_sheet(self):
        """Return the data sheet: its date, company and sections of rows of texts."""
        self.ensure_one()
        sections = [
            self._get_sheet_values(),
            self._get_sheet_sources(),
            self._get_sheet_contacts(),
            self._get_sheet_actions(),
            self._get_sheet_holds(),
        ]
        return {
            "company": self.env.company,
            "date": self.env.company._get_collection_today(),
            "sections": [section for section in sections if section["rows"]],
        }

    def _get_sheet_values(self):
        return {
            "title": self.env._("Identity and ways to reach you"),
            "heads": [self.env._("Data"), self.env._("Value")],
            "rows": [
                [self._get_sheet_label(name), text]
                for name in SHEET_FIELDS
                if (text := self._to_sheet_text(name))
            ],
        }

    def _get_sheet_label(self, name):
        if name == "contact_address_inline":
            return self.env._("Address")
        return self._fields[name]._description_string(self.env)

    def _to_sheet_text(self, name):
        """Return the value of a field as a person reads it."""
        field, value = self._fields[name], self[name]
        if not value:
            return ""
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if field.type == "date":
            return format_date(self.env, value)
        if field.type == "html":
            return html2plaintext(value).strip()
        return value

    def _get_sheet_sources(self):
        rows = self.collection_value_source_ids.with_env(self.env)
        sources = dict(rows._fields["source"]._description_selection(self.env))
        return {
            "title": self.env._("Where values come from"),
            "heads": [
                self.env._("Data"),
                self.env._("Value"),
                self.env._("Source"),
                self.env._("Date"),
            ],
            "rows": [
                [
                    row.field_label,
                    row.value or "",
                    " · ".join(
                        filter(None, (sources.get(row.source), row.source_detail))
                    ),
                    format_date(self.env, row.date),
                ]
                for row in rows
            ],
        }

    def _get_sheet_contacts(self):
        roles = dict(self._fields["collection_role"]._description_selection(self.env))
        return {
            "title": self.env._("Contacts"),
            "heads": [
                self.env._("Name"),
                self.env._("Role"),
                self.env._("Phone"),
                self.env._("E-mail"),
            ],
            "rows": [
                [
                    contact.name or "",
                    roles.get(contact.collection_role, contact.function or ""),
                    contact.phone or "",
                    contact.email or "",
                ]
                for contact in self.child_ids
            ],
        }

    def _get_sheet_actions(self):
        actions = self.env["collection.action"].search(
            [
                "|",
                ("partner_id", "=", self.id),
                ("recipient_id", "=", self.id),
                ("state", "in", ("sent", "done", "failed")),
            ],
            limit=LAST_ACTIONS,
        )
        channels = dict(actions._get_channels())
        states = dict(actions._fields["state"]._description_selection(self.env))
        outcomes = dict(actions._fields["outcome"]._description_selection(self.env))
        return {
            "title": self.env._("What was sent, said and asked for"),
            "heads": [
                self.env._("Date"),
                self.env._("How"),
                self.env._("To"),
                self.env._("Amount"),
                self.env._("Result"),
            ],
            "rows": [
                [
                    format_date(self.env, action.date),
                    channels.get(action.channel, ""),
                    action.recipient_address or "",
                    formatLang(
                        self.env, action.amount, currency_obj=action.currency_id
                    ),
                    " · ".join(
                        filter(
                            None,
                            (
                                outcomes.get(action.outcome)
                                or states.get(action.state),
                                action.outcome_note,
                            ),
                        )
                    ),
                ]
                for action in actions
            ],
        }

    def _get_sheet_holds(self):
        holds = (
            self.env["collection.hold"]
            .with_context(active_test=False)
            .search([("case_id.partner_id", "=", self.id)])
        )
        return {
            "title": self.env._("Holds and disputes"),
            "heads": [self.env._("From"), self.env._("To"), self.env._("Reason")],
            "rows": [
                [
                    format_date(self.env, hold.date_from),
                    hold.date_to and format_date(self.env, hold.date_to) or "",
                    hold.display_name,
                ]
                for hold in holds
            ],
        }
