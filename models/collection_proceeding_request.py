from odoo import models
from odoo.tools import formatLang

REQUEST_REPORT = "l10n_fr_debt_collection.collection_payment_order_report"
EUROPEAN_REPORT = "l10n_fr_debt_collection.collection_european_order_report"


class CollectionProceeding(models.Model):
    """The request for a payment order on free paper, in the order of the form.

    Fields of form 12946, Code de procédure civile, articles 54, 57 and 1407. The form
    itself is optional.
    """

    _inherit = "collection.proceeding"

    def _payment_order_request_parts(self):
        forms = self.env["collection.legal.form"]
        form = forms._find(self)
        if form:
            return [form._fill(self._get_form_values())]
        return [self.env["collection.pdf"]._render(REQUEST_REPORT, self)[self.id]]

    def _european_order_request_parts(self):
        return [self.env["collection.pdf"]._render(EUROPEAN_REPORT, self)[self.id]]

    def action_print_request(self):
        """Download the request alone, without its exhibits."""
        self.ensure_one()
        content = self.env["collection.pdf"]._merge(self._render_request_parts())
        name = f"{self.name}.pdf".replace("/", "-")
        download = self.env["collection.pdf"]._make_download(name, content)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{download.id}?download=true",
            "target": "self",
        }

    # === THE ROWS OF THE FORM === #

    def _get_request_rows(self):
        """Return ``[(what, amount, basis, exhibits)]``, the rows with an amount."""
        self.ensure_one()
        interest = [self.interest_rate_words]
        if self.interest_from:
            interest.append(
                self.env._("from %s", self._format_paper_date(self.interest_from))
            )
        if self.interest_until:
            interest.append(
                self.env._("until %s", self._format_paper_date(self.interest_until))
            )
        rows = [
            (
                self.env._("Principal"),
                self.amount_principal,
                self.contract_reference,
                ("order_form", "terms", "delivery_note", "invoice"),
            ),
            (
                self.env._("Interest"),
                self.amount_interest,
                ", ".join(filter(None, interest)),
                ("statement",),
            ),
            (
                self.env._("Fixed compensation (Code de commerce, L441-10)"),
                self.amount_indemnity,
                self.indemnity_words,
                ("statement",),
            ),
            (
                self.env._("Penalty clause"),
                self.amount_penalty_clause,
                self.penalty_basis,
                ("terms",),
            ),
            (
                self.env._("Ancillary costs"),
                self.amount_costs,
                self.costs_basis,
                ("posting_proof", "other"),
            ),
            (self.env._("Other amounts"), self.amount_other, self.other_words, ()),
        ]
        return [
            (what, self._format_paper_amount(amount), basis or "", self._cite(kinds))
            for what, amount, basis, kinds in rows
            if amount
        ]

    def _cite(self, kinds):
        """Return the numbers of the exhibits of these kinds: ``1, 2, 5``."""
        numbers = self.exhibit_ids.filtered(lambda e: e.kind in kinds).mapped("number")
        return ", ".join(str(number) for number in sorted(numbers))

    def _format_paper_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _get_court_words(self):
        """Return to whom the request is addressed, in the words of the text."""
        self.ensure_one()
        city = self.court_id.city or "…"
        words = {
            "tae": self.env._("To the president of the court for economic activities"),
            "commercial": self.env._("To the president of the commercial court"),
            "chamber": self.env._(
                "To the president of the commercial chamber of the judiciary court"
            ),
            "judiciary": self.env._("To the president of the judiciary court"),
            "protection": self.env._("To the judge of protection disputes"),
        }
        kind = words.get(self.court_id.kind, words["commercial"])
        return self.env._("%(court)s of %(town)s", court=kind, town=city)

    def _get_amicable_words(self):
        labels = dict(self._fields["amicable_attempt"]._description_selection(self.env))
        attempt = self.amicable_attempt
        parts = [
            labels[attempt] if attempt and attempt != "none" else "",
            self.amicable_note,
        ]
        return ": ".join(filter(None, parts))

    # === THE OFFICIAL FORM === #

    def _get_form_values(self):
        """Return ``{key: text}`` of all that the official form asks for.

        Amounts and dates are formatted in the language of the papers.
        """
        self.ensure_one()
        paper = self.with_context(lang=self._get_paper_lang())
        creditor = paper.company_id._get_legal_identity()
        debtor = paper.partner_id._get_legal_identity()
        amount = paper._format_paper_amount
        day = paper._format_paper_date
        return {
            "court": paper._get_court_words(),
            "court_town": paper.court_id.city or "",
            "creditor_name": creditor["name"],
            "creditor_form": creditor["form"],
            "creditor_seat": creditor["seat"],
            "creditor_siren": creditor["siren"],
            "creditor_representative": creditor["representative"],
            "agent_name": paper.agent_id.name or "",
            "agent_address": paper.agent_id._get_one_line_address()
            if paper.agent_id
            else "",
            "debtor_name": debtor["name"],
            "debtor_form": debtor["form"],
            "debtor_seat": debtor["seat"],
            "debtor_siren": debtor["siren"],
            "principal": amount(paper.amount_principal),
            "principal_basis": paper.contract_reference or "",
            "principal_exhibits": paper._cite(
                ("order_form", "delivery_note", "invoice")
            ),
            "interest": amount(paper.amount_interest),
            "interest_rate": paper.interest_rate_words or "",
            "interest_from": day(paper.interest_from),
            "indemnity": amount(paper.amount_indemnity),
            "indemnity_basis": paper.indemnity_words or "",
            "penalty_clause": amount(paper.amount_penalty_clause),
            "penalty_basis": paper.penalty_basis or "",
            "costs": amount(paper.amount_costs),
            "costs_basis": paper.costs_basis or "",
            "other": amount(paper.amount_other),
            "other_basis": paper.other_words or "",
            "total": amount(paper.amount_total),
            "send_on_opposition": "X" if paper.send_on_opposition else "",
            "opposition_court": paper.opposition_court_id.name or "",
            "date": day(paper.company_id._get_collection_today()),
            "signatory": paper.signatory_id.name or "",
        }
