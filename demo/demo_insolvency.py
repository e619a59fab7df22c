from datetime import timedelta
from typing import NamedTuple

from odoo import Command, models

from .demo_ledger import Payment


class Insolvency(NamedTuple):
    """Proceedings of a demo debtor; days are counted back from today."""

    code: str
    judged: int
    published: int
    posted: int
    officer: str
    court: str


INSOLVENCIES = {
    "charpentes_valmorey": Insolvency(
        "opening_receivership",
        60,
        52,
        41,
        "agent_valmorey",
        "Tribunal de commerce de Grenoble",
    ),
    "discotheque_prisme_noir": Insolvency(
        "opening_liquidation",
        320,
        311,
        290,
        "liquidator_prisme",
        "Tribunal de commerce de Montpellier",
    ),
}
OFFICERS = {
    "agent_valmorey": {
        "name": "SELARL Aubrac et Cévenne",
        "street": "3 quai des Mandataires",
        "zip": "38000",
        "city": "Grenoble",
    },
    "liquidator_prisme": {
        "name": "SELARL Lez Mandataires",
        "street": "9 rue du Greffe",
        "zip": "34000",
        "city": "Montpellier",
    },
}
REPRESENTATIVE = "Hélène Maurin"
# The liquidation: what of the claim was admitted, what has been distributed.
LIQUIDATED = "discotheque_prisme_noir"
ADMITTED_AGO = 150
DIVIDEND_AGO = 40
DIVIDEND_SHARE = 0.04
CERTIFIED_AGO = 12


class CollectionDemoInsolvency(models.AbstractModel):
    """Two debtors in proceedings: a claim just declared, another one given up."""

    _inherit = "collection.demo"

    def _load_insolvency(self, today, invoices):
        officers = self._create_officers()
        cases = self._get_cases()
        for key, insolvency in INSOLVENCIES.items():
            self._open_insolvency(
                cases[key], insolvency, officers[insolvency.officer], today
            )
            self._declare(cases[key], today - timedelta(days=insolvency.posted))
        self._finish_liquidation(cases[LIQUIDATED], today)

    def _create_officers(self):
        country = self.env.ref("base.fr")
        return self._create_named(
            "res.partner",
            "partner",
            {
                key: {
                    **values,
                    "is_company": True,
                    "country_id": country.id,
                    "lang": "fr_FR",
                }
                for key, values in OFFICERS.items()
            },
        )

    def _open_insolvency(self, case, insolvency, officer, today):
        self.env["collection.registry.event"]._record_by_hand(
            [
                {
                    "case_id": case.id,
                    "code": insolvency.code,
                    "judgment_date": today - timedelta(days=insolvency.judged),
                    "published_on": today - timedelta(days=insolvency.published),
                    "court": insolvency.court,
                    "officer_id": officer.id,
                }
            ]
        )

    def _declare(self, case, posted):
        declaration = case._declare_claim()
        declaration.write(
            {
                "representative_name": REPRESENTATIVE,
                "signatory_name": REPRESENTATIVE,
                "signatory_title": "Présidente",
                "date_filed": posted,
                "tracking_number": "1A 200 000 0001 7",
            }
        )
        declaration._update_state("ready")
        declaration._post()

    def _finish_liquidation(self, case, today):
        """Admit the claim, note a dividend and the certificate, prepare the VAT."""
        declaration = case.declaration_ids[:1]
        declaration.write(
            {
                "amount_admitted_unsecured": declaration.amount_declared,
                "date_admission": today - timedelta(days=ADMITTED_AGO),
            }
        )
        declaration.action_admitted()
        self._pay_dividend(declaration, today - timedelta(days=DIVIDEND_AGO))
        declaration.date_certificate = today - timedelta(days=CERTIFIED_AGO)
        self._prepare_vat_recovery(case, declaration)

    def _pay_dividend(self, declaration, day):
        amount = declaration.currency_id.round(
            declaration.amount_admitted * DIVIDEND_SHARE
        )
        debts = declaration.line_ids.filtered(lambda line: line.amount_residual > 0)
        self._register_payments(
            [
                Payment(
                    declaration.partner_id,
                    day,
                    declaration.currency_id,
                    amount,
                    debts,
                    f"Dividende {declaration.name}",
                )
            ]
        )
        self.env["collection.dividend"].create(
            {
                "proceeding_id": declaration.id,
                "source": "liquidation",
                "date_expected": day,
                "amount_expected": amount,
                "date_received": day,
                "amount_received": amount,
                "payment_line_id": debts.matched_credit_ids.credit_move_id.filtered(
                    lambda line: line.date == day
                )[:1].id,
            }
        )

    def _prepare_vat_recovery(self, case, declaration):
        recoveries = self.env["collection.vat.recovery"]
        moves = recoveries._get_recoverable_moves(case)
        recoveries.create(
            {
                "case_id": case.id,
                "proceeding_id": declaration.id,
                "ground": "certificate",
                "date_ground": declaration.date_certificate,
                "recipient_id": declaration.officer_id.id or case.partner_id.id,
                "line_ids": [
                    Command.create(values)
                    for values in recoveries._prepare_lines(moves)
                ],
            }
        )
