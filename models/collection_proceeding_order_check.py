from odoo import api, models
from odoo.tools import format_amount

from .collection_proceeding import Missing

# Basis that each row of the form needs once it has an amount: {amount: field}.
ROW_WORDS = {
    "amount_interest": "interest_rate_words",
    "amount_indemnity": "indemnity_words",
    "amount_penalty_clause": "penalty_basis",
    "amount_costs": "costs_basis",
    "amount_other": "other_words",
}


class CollectionProceeding(models.Model):
    """What a request for a payment order needs: articles 54, 57 and 1405 to 1407."""

    _inherit = "collection.proceeding"

    @api.model
    def _get_checked_fields(self):
        return [
            *super()._get_checked_fields(),
            *ROW_WORDS.values(),
            "amicable_attempt",
            "contract_reference",
            "court_id",
            "signatory_id",
        ]

    def _payment_order_missing(self):
        return [*self._missing_of_request(), *self._missing_court()]

    def _european_order_missing(self):
        return self._missing_of_request()

    def _missing_of_request(self):
        return [
            *self._missing_of_case(),
            *self._missing_claimant(),
            *self._missing_debtor(),
            *self._missing_claim(),
        ]

    def _missing_of_case(self):
        return [
            Missing("obstacle", sentence, "action_open_case")
            for sentence in self.case_id._get_proceeding_obstacles(self.kind)
        ]

    def _missing_claimant(self):
        """Article 54: form, name, registered office and who represents the company."""
        identity = self.company_id._get_legal_identity()
        sentences = {
            "form": self.env._("Legal form of your company (article 54)."),
            "seat": self.env._("Registered office of your company (article 54)."),
            "representative": self.env._(
                "Legal representative of your company (article 54)."
            ),
        }
        missing = [
            Missing(f"claimant_{key}", sentence, "action_open_company")
            for key, sentence in sentences.items()
            if not identity.get(key)
        ]
        if not self.signatory_id:
            missing.append(
                Missing("signatory", self.env._("Who signs the request (article 54)."))
            )
        return missing

    def _missing_debtor(self):
        """Article 54: name and home, or name and registered office."""
        debtor = self.partner_id
        missing = []
        if not (debtor.street and debtor.zip and debtor.city):
            missing.append(
                Missing(
                    "debtor_address",
                    self.env._(
                        "Street, postcode and town of the home or registered office of "
                        "%s (article 54).",
                        debtor.display_name,
                    ),
                    "action_open_debtor",
                )
            )
        if self.case_id.debtor_type == "unknown":
            missing.append(
                Missing(
                    "debtor_type",
                    self.env._(
                        "Whether %s is a business or a consumer: court and interest "
                        "depend on it.",
                        debtor.display_name,
                    ),
                    "action_open_debtor",
                )
            )
        return missing

    def _missing_claim(self):
        """Articles 57 and 1407: exact sum, its breakdown, and what it rests on."""
        missing = []
        if self.currency_id.compare_amounts(self.amount_principal, 0) <= 0:
            missing.append(
                Missing(
                    "principal",
                    self.env._("The principal, item by item (article 1407)."),
                    "action_make_statement",
                )
            )
        if not self.contract_reference:
            missing.append(
                Missing(
                    "contract",
                    self.env._(
                        "The contract, order, text or bill on which the claim rests "
                        "(articles 1405 and 1407)."
                    ),
                )
            )
        missing += [
            Missing(
                words,
                self.env._(
                    "%(amount)s: what this amount rests on (article 1407).",
                    amount=self._fields[amount]._description_string(self.env),
                ),
            )
            for amount, words in ROW_WORDS.items()
            if self[amount] and not self[words]
        ]
        return missing

    def _missing_court(self):
        if self.court_id:
            return []
        return [
            Missing(
                "court",
                self.env._(
                    "The court of the place where %s lives or is established "
                    "(article 1406).",
                    self.partner_id.display_name,
                ),
                "action_choose_court",
            )
        ]

    # === WHAT IS WORTH A LOOK === #

    def _payment_order_remarks(self):
        return [
            *self._remark_insecure_court(),
            *self._remark_amicable_attempt(),
            *self._remark_contributions(),
        ]

    def _european_order_remarks(self):
        if self.case_id.debtor_type != "consumer":
            return []
        return [
            Missing(
                "consumer_state",
                self.env._(
                    "A consumer is brought before a court of the state where he "
                    "lives: to be checked."
                ),
            )
        ]

    def _remark_insecure_court(self):
        if not self.court_id.is_to_check:
            return []
        return [
            Missing(
                "court_to_check",
                self.env._(
                    "%s: name, area and address have not been confirmed yet.",
                    self.court_id.name,
                ),
            )
        ]

    def _remark_amicable_attempt(self):
        """Article 750-1: an attempt before the judiciary court up to an amount."""
        if self.court_id.kind not in ("judiciary", "protection"):
            return []
        ceiling = self._get_parameter("amicable_attempt_ceiling")
        over = self.currency_id.compare_amounts(self.amount_total, ceiling) > 0
        if over or self.amicable_attempt != "none":
            return []
        return [
            Missing(
                "amicable_attempt",
                self.env._(
                    "Article 750-1 asks for an amicable attempt before the judiciary "
                    "court up to %s. Whether that goes for requests for a payment "
                    "order is not settled; the procedure for small claims without "
                    "agreement counts as one. Note below what was tried.",
                    format_amount(self.env, ceiling, self.currency_id),
                ),
            )
        ]

    def _remark_contributions(self):
        """Contributions of which it is not settled whether an order calls for them."""
        if self.court_id.kind == "tae":
            threshold = self._get_parameter("economic_justice_threshold")
            if self.currency_id.compare_amounts(self.amount_total, threshold) > 0:
                return [
                    Missing(
                        "economic_justice",
                        self.env._(
                            "Above %(amount)s a court for economic activities asks for "
                            "the contribution for economic justice, with exemptions "
                            "(fewer than %(staff)s employees). Whether a request for a "
                            "payment order counts is not settled: ask the registry.",
                            amount=format_amount(self.env, threshold, self.currency_id),
                            staff=round(self._get_parameter("economic_justice_staff")),
                        ),
                    )
                ]
        if self.court_id.kind in ("judiciary", "protection"):
            return [
                Missing(
                    "legal_aid",
                    self.env._(
                        "Since 1 May 2026 civil cases before the judiciary court call "
                        "for a contribution of %s. Requests for a payment order are "
                        "said to be exempt: to be checked with the registry.",
                        format_amount(
                            self.env,
                            self._get_parameter("legal_aid_contribution"),
                            self.currency_id,
                        ),
                    ),
                )
            ]
        return []

    def _get_remedy_labels(self):
        return super()._get_remedy_labels() | {
            "action_make_statement": self.env._("Calculate the claim"),
            "action_choose_court": self.env._("Choose a court"),
        }

    def _get_parameter(self, code, day=None):
        """Return the number of ``code`` in force on ``day``, by default today."""
        day = day or self.company_id._get_collection_today()
        return self.env["collection.legal.parameter"]._get_value(code, day)

    def _format(self, amount):
        return format_amount(self.env, amount, self.currency_id)
