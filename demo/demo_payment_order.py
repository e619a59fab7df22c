from datetime import timedelta
from typing import NamedTuple

from odoo import models

# Who the demo company is in law, where nothing else has said so yet.
IDENTITY = {
    "collection_legal_form": "SAS",
    "collection_share_capital": 250000,
    "collection_rcs_town": "Lyon",
    "collection_legal_representative": "Anne Perrin, présidente",
}
CONTRACT = "Conditions générales de vente acceptées à la commande"


class Request(NamedTuple):
    """A request for a payment order; days are counted back from today, 0: not yet."""

    filed: int
    fee: int = 0
    ordered: int = 0
    served: int = 0
    reference: str = ""


REQUESTS = {
    # Served: the time for an opposition runs.
    "hotel_scandule": Request(45, 41, 30, 19, reference="2026I04417"),
    # At the court, fees still to be deposited.
    "domaine_peyrelongue_haut": Request(6),
    # Being prepared: what is missing is shown.
    "deco_mirabelle": Request(0),
}


class CollectionDemoPaymentOrder(models.AbstractModel):
    """Requests for payment orders at several stages."""

    _inherit = "collection.demo"

    def _load_payment_order(self, today, invoices):
        self._complete_identity(self.env.company)
        cases = self._get_cases()
        for key, request in REQUESTS.items():
            proceeding = self._prepare_request(cases[key], request, today)
            if request.filed:
                proceeding.action_ready()
                proceeding.date_filed = today - timedelta(days=request.filed)
                proceeding.action_file()
                self._follow_request(proceeding, request, today)

    def _complete_identity(self, company):
        company.write(
            {name: value for name, value in IDENTITY.items() if not company[name]}
        )

    def _prepare_request(self, case, request, today):
        proceeding = case._start_proceeding(
            "payment_order",
            contract_reference=CONTRACT,
            court_id=self.env["collection.court"]._find(case)[:1].id,
            notice_id=case._get_last_notice().id,
            user_id=case._get_collector().id,
            signatory_id=case._get_collector().id,
        )
        proceeding._make_order_statements(today - timedelta(days=request.filed))
        proceeding._collect_exhibits()
        # Printed while no server is there to give them their style: anew when wanted.
        proceeding.line_ids.move_id.invoice_pdf_report_id.unlink()
        return proceeding

    def _follow_request(self, proceeding, request, today):
        proceeding.court_reference = request.reference
        if request.fee:
            proceeding._note_fee_paid(today - timedelta(days=request.fee))
        if request.ordered:
            proceeding._note_order(
                today - timedelta(days=request.ordered), proceeding.amount_total
            )
        if request.served:
            self._serve(proceeding, today - timedelta(days=request.served))

    def _serve(self, proceeding, day):
        proceeding._note_service(day, True)
        amount, vat = proceeding._get_service_fee(day)
        proceeding._add_cost(
            "service",
            amount,
            name="Signification par commissaire de justice",
            date=day,
            vat=vat,
        )
