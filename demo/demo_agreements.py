from datetime import timedelta

from odoo import Command, models

from .collection_demo import MODULE

# Debtor, key of the invoice, reason, share in dispute, what the debtor says.
DISPUTES = (
    (
        "restaurant_phare_emeraude",
        "disputed",
        "quality",
        2 / 3,
        "Deux lustres sur trois sont arrivés brisés : expertise du transporteur.",
    ),
    (
        "bastien_corvisart",
        "poor_work",
        "quality",
        1,
        "Pose à reprendre avant le solde.",
    ),
)
# Debtor, days back when it was made, days after that for which it was promised.
BROKEN_PROMISES = (
    ("boulangerie_epi_cendre", 44, 4),
    ("boulangerie_epi_cendre", 30, 7),
)
# Debtor, days from now.
PROMISES = (("boulangerie_epi_cendre", 5), ("conseil_altivue", 12))
# Debtor, number of instalments, whether it is agreed already.
PLANS = (("serrurerie_chantepierre", 4, True), ("scenographie_kaleido", 3, False))
# Debtor, words of his e-mail.
ANSWERS = (
    (
        "agencement_pontvaillant",
        "Bonjour, la facture est en validation chez notre conducteur de travaux ; "
        "le virement part vendredi. Bien cordialement, la comptabilité.",
    ),
    (
        "interco_pays_de_lorvaux",
        "Bonjour, merci de redéposer la facture avec le numéro d'engagement "
        "2026-0457, sans lequel le mandatement est impossible.",
    ),
)
# Debtor, why he is late.
REASONS = (
    ("logistique_hexaport", "internal_process"),
    ("restaurant_phare_emeraude", "contested"),
    ("btp_roquebelle", "difficulty"),
    ("agencement_pontvaillant", "oversight"),
)


class CollectionDemoAgreements(models.AbstractModel):
    """What was agreed with the debtors, contested by them, or answered."""

    _inherit = "collection.demo"

    def _load_agreements(self, today, invoices):
        cases = self._get_cases()
        self._open_disputes(cases, invoices)
        for key, age, days in BROKEN_PROMISES:
            self._break_promise(cases[key], today - timedelta(days=age), days)
        for key, days in PROMISES:
            self._note_promise(cases[key], today + timedelta(days=days))
        for key, count, is_agreed in PLANS:
            self._make_plan(cases[key], count, is_agreed)
        for key, code in REASONS:
            reason = self.env.ref(f"{MODULE}.delay_reason_{code}")
            cases[key].write({"delay_reason_id": reason.id, "delay_reason_date": today})
        for key, words in ANSWERS:
            cases[key]._note_answer(words, contact=cases[key].partner_id)
        self.env["collection.case"].union(*cases.values())._review()

    def _open_disputes(self, cases, invoices):
        for key, document, code, share, words in DISPUTES:
            lines = self._get_receivables(invoices[key, document])
            lines = lines.filtered(lambda line: not line.reconciled)[:1]
            amount = lines.company_currency_id.round(lines.amount_residual * share)
            reason = self.env.ref(f"{MODULE}.dispute_reason_{code}")
            cases[key]._dispute(reason, lines, amount, description=words)

    def _break_promise(self, case, made, days):
        """Note a promise of the past that nothing has been paid for since."""
        debts = case._get_promised_debts(0)[:1]
        promise = self.env["collection.promise"].create(
            {
                "case_id": case.id,
                "amount": case._sum_open(debts),
                "date_made": made,
                "date_promised": made + timedelta(days=days),
                "line_ids": [Command.set(debts.ids)],
            }
        )
        promise._judge()

    def _note_promise(self, case, day):
        debts = case._get_promised_debts(0)
        case._promise(case._sum_open(debts), day, debts)

    def _make_plan(self, case, count, is_agreed):
        plan = case._propose_plan(count=count, origin="phone")
        plan._update_state("sent")
        if is_agreed:
            plan.write({"agreed_by": "phone", "signed_by": case.partner_id.name})
            plan._start()
