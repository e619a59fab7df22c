from odoo import models
from odoo.tools import format_date


class ResPartner(models.Model):
    """Answers and satisfaction in what is held on a person (GDPR, article 15)."""

    _inherit = "res.partner"

    def _get_collection_data_sheet(self):
        sheet = super()._get_collection_data_sheet()
        answers = self._get_sheet_answers()
        if answers["rows"]:
            sheet["sections"].append(answers)
        return sheet

    def _get_sheet_answers(self):
        return {
            "title": self.env._("Your answers"),
            "heads": [self.env._("Date"), self.env._("How"), self.env._("Answer")],
            "rows": [*self._get_last_answers(), *self._get_rating_answers()],
        }

    def _get_last_answers(self):
        """Return the last answer on each case, when this contact has given it."""
        cases = self.env["collection.case"].search(
            [
                ("answer_date", "!=", False),
                "|",
                ("answer_contact_id", "=", self.id),
                ("partner_id", "=", self.id),
            ]
        )
        origins = dict(cases._fields["answer_origin"]._description_selection(self.env))
        return [
            [
                format_date(self.env, case.answer_date),
                origins.get(case.answer_origin, ""),
                case.answer_preview or "",
            ]
            for case in cases
        ]

    def _get_rating_answers(self):
        cases = self.env["collection.case"].search([("partner_id", "=", self.id)])
        # Whoever gives a person his data gives him all of it.
        ratings = (
            self.env["rating.rating"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "collection.case"),
                    ("consumed", "=", True),
                    "|",
                    ("partner_id", "=", self.id),
                    ("res_id", "in", cases.ids),
                ]
            )
        )
        labels = dict(ratings._fields["rating_text"]._description_selection(self.env))
        return [
            [
                format_date(self.env, rating.write_date),
                labels.get(rating.rating_text, ""),
                rating.feedback or "",
            ]
            for rating in ratings
        ]
