from typing import NamedTuple

from odoo import models
from odoo.tools import float_compare, format_amount, format_date


class Condition(NamedTuple):
    """A condition of a text: whether what is known meets it, ``None`` for not known."""

    is_known: bool | None
    sentence: str


class CollectionLegalPath(models.TransientModel):
    """What the texts ask for, held against what is known of a debtor."""

    _inherit = "collection.legal.path"

    # === CONDITIONS === #

    def _get_obstacles(self, case, code):
        """Return what closes every action against one debtor, where it is known."""
        return [
            Condition(False, sentence)
            for sentence in case._get_proceeding_obstacles(code)
        ]

    def _condition_due(self, case):
        lines = self._get_due_lines(case)
        return Condition(
            bool(lines),
            self.env._(
                "A sum that is due: %(amount)s on %(count)s items.",
                amount=self._format_amount(case, sum(lines.mapped("amount_residual"))),
                count=len(lines),
            ),
        )

    def _condition_basis(self, case):
        """A claim from a contract or a statute; entries without invoice do not tell."""
        lines = self._get_due_lines(case)
        invoiced = lines.filtered(lambda line: line.move_id.is_sale_document())
        return Condition(
            (invoiced == lines or None) if lines else False,
            self.env._(
                "Claim from a contract or a statute, of a fixed amount: %(invoiced)s "
                "of %(count)s items are invoices.",
                invoiced=len(invoiced),
                count=len(lines),
            ),
        )

    def _condition_ceiling(self, case):
        ceiling = case._get_parameter("small_claims_ceiling")
        amount = self._get_principal_and_interest()
        return Condition(
            None if amount is None else float_compare(amount, ceiling, 2) <= 0,
            self.env._(
                "Principal and interest up to %(ceiling)s: %(amount)s.",
                ceiling=self._format_amount(case, ceiling),
                amount=self.env._("interest not known")
                if amount is None
                else self._format_amount(case, amount),
            ),
        )

    def _condition_address(self, case):
        debtor = case.partner_id
        is_known = bool(debtor.street and debtor.city)
        return Condition(
            is_known,
            self.env._("Address of the debtor: %s.", debtor.city)
            if is_known
            else self.env._("Address of the debtor: not complete."),
        )

    def _condition_area(self, case):
        department = case._get_debtor_department()
        return Condition(
            None,
            self.env._(
                "Commissaire in the area of the debtor's court of appeal: department "
                "%s.",
                department or self.env._("not known"),
            ),
        )

    def _condition_undisputed(self, case):
        disputed = self._get_due_lines(case).filtered(
            lambda line: line.move_id.collection_is_disputed
        )
        return Condition(
            None if disputed else True,
            self.env._(
                "Not disputed: %s of the items due are disputed.", len(disputed)
            ),
        )

    def _condition_published(self, case):
        """Whether the rules that a law waits for have been checked by somebody."""
        tariff = case._get_parameter_record("uncontested_tariff")
        if tariff.is_to_check:
            sentence = self.env._(
                "Decree and tariff of the law of 23/04/2026: not published when this "
                "was written, to be checked."
            )
            return Condition(None, sentence)
        return Condition(True, f"{tariff.text_value}.")

    def _condition_member_state(self, case):
        return Condition(
            True,
            self.env._(
                "Debtor in another member state of the European Union, not in Denmark: "
                "%s.",
                case.partner_id.country_id.name,
            ),
        )

    def _condition_not_public(self, case):
        """A public body is an obstacle of its own; what is not known is asked for."""
        if case.debtor_type == "public":
            return []
        return [
            Condition(
                None if case.debtor_type == "unknown" else True,
                self.env._(
                    "Not a public body: %s.", self._get_type_label(case).lower()
                ),
            )
        ]

    # === FACTS === #

    def _get_due_lines(self, case):
        today = case.company_id._get_collection_today()
        return case.line_ids.filtered(
            lambda line: (
                line.amount_residual > 0 and (line.date_maturity or line.date) <= today
            )
        )

    def _get_principal_and_interest(self):
        """Return what the ceiling of small claims is about; ``None`` without a rate."""
        if self.amount_problem:
            return None
        return self.amount_principal + self.amount_interest

    def _get_type_label(self, case):
        return dict(case._fields["debtor_type"]._description_selection(self.env))[
            case.debtor_type
        ]

    def _describe_parameters(self, codes, case):
        """Return where the figures of these parameters come from."""
        records = [case._get_parameter_record(code) for code in codes]
        words = ", ".join(record.name for record in records)
        if any(record.is_to_check for record in records):
            return self.env._("%s: to be checked.", words)
        return f"{words}."

    def _get_payment_order_cost(self, case):
        """Return the fee of a commercial court, if it is the one, and the service."""
        fee = 0
        if case.debtor_type == "business" and case._is_debtor_trader() is not False:
            fee = case._add_vat(case._get_parameter("payment_order_fee"))
        return fee + case._get_service_cost(self.amount_principal)

    def _format_amount(self, case, amount):
        return format_amount(self.env, amount, case.currency_id)

    def _format_date(self, day):
        return format_date(self.env, day)
