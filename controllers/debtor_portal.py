import re
from http import HTTPStatus

from werkzeug.exceptions import BadRequest, NotFound

from odoo import http
from odoo.exceptions import UserError, ValidationError
from odoo.http import request

from odoo.addons.payment.controllers import portal as payment_portal

from .debtor_page import DebtorPage

MODULE = "l10n_fr_debt_collection"
DEEDS = "promise,plan,dispute,contact,message,sms"
SELECTION = re.compile(r"\d{1,10}(-\d{1,10}){0,499}", re.ASCII)
HEADERS = {
    "Cache-Control": "no-store, private",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
# Nothing of anybody else is loaded; payment pages need what their provider loads.
CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; font-src 'self' data:;"
    " style-src 'self' 'unsafe-inline';"
    " script-src 'self' 'unsafe-inline' 'unsafe-eval';"
    " object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


class Refusal(Exception):
    """The page does not open; carries the answer that says so."""

    def __init__(self, response):
        super().__init__()
        self.response = response


class DebtorPortal(payment_portal.PaymentPortal):
    """The debtor's page: who comes with a valid link sees and answers one case.

    Links are checked and visits counted by :meth:`_open`, which every route calls
    first; what is seen and done is :class:`DebtorPage`'s.
    """

    # === READING === #

    @http.route(
        "/c/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def debtor_page(self, token, done=None, lang=None, **_query):
        return self._answer(token, lang, lambda page: self._show(page, done=done))

    @http.route(
        "/c/<string:token>/invoice/<int:line_id>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def debtor_invoice(self, token, line_id, lang=None, **_query):
        return self._answer(
            token, lang, lambda page: self._send_pdf(page.get_invoice(line_id))
        )

    @http.route(
        "/c/<string:token>/statement",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def debtor_statement(self, token, lang=None, **_query):
        return self._answer(
            token, lang, lambda page: self._send_pdf(page.get_statement())
        )

    @http.route(
        "/c/<string:token>/agreement/<int:plan_id>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def debtor_agreement(self, token, plan_id, lang=None, **_query):
        return self._answer(
            token, lang, lambda page: self._send_pdf(page.get_agreement(plan_id))
        )

    # === ANSWERING === #

    @http.route(
        f"/c/<string:token>/<any({DEEDS}):deed>",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def debtor_deed(self, token, deed, lang=None, **_form):
        return self._answer(token, lang, lambda page: self._do(page, deed), deed=True)

    def _do(self, page, deed):
        form = request.httprequest.form
        files = request.httprequest.files.getlist("files")
        try:
            with request.env.cr.savepoint():
                getattr(page, f"do_{deed}")(form, files)
        except UserError as error:
            return self._show(page, error=str(error), deed=deed, form=form)
        if not page.link._is_usable():
            return self._render_plain(page.company, "debtor_page_thanks", page.lang)
        return request.redirect(page.url(done=deed), code=HTTPStatus.SEE_OTHER)

    @http.route(
        "/c/<string:token>/plan/<int:plan_id>/sign",
        type="jsonrpc",
        auth="public",
        website=True,
        multilang=False,
    )
    def debtor_sign(self, token, plan_id, name=None, signature=None, lang=None):
        try:
            page = self._open(token, lang, deed=True)
        except Refusal as refusal:
            raise NotFound from refusal
        try:
            with request.env.cr.savepoint():
                ip = request.httprequest.remote_addr
                page.sign_plan(plan_id, name, signature, ip)
        except UserError as error:
            return {"error": str(error)}
        return {"force_refresh": True, "redirect_url": page.url(done="sign")}

    # === PAYING === #

    @http.route(
        "/c/<string:token>/pay",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def debtor_pay(self, token, lang=None, amount="", **_query):
        return self._answer(
            token, lang, lambda page: self._ask_payment(page, amount), is_payment=True
        )

    def _ask_payment(self, page, amount):
        line_ids = page._read_numbers(request.httprequest.args.getlist("lines"))
        try:
            if not page.may_pay:
                raise UserError(page.env._("Nothing is to be paid here."))
            lines, paid = page.choose(line_ids, amount.strip())
        except UserError as error:
            return self._show(page, error=str(error), deed="pay")
        currency = lines.currency_id
        providers, methods = page.get_providers(paid, currency)
        selection = "-".join(map(str, lines.ids))
        values = {
            **self._get_values(page),
            "lines": lines,
            "amount": paid,
            "currency": currency,
            "partner_id": page.contact.id,
            "providers_sudo": providers,
            "payment_methods_sudo": methods,
            # Whoever has the link is not thereby the holder of a saved card.
            "tokens_sudo": page.env["payment.token"],
            "show_tokenize_input_mapping": dict.fromkeys(providers.ids, False),
            "reference_prefix": page.get_reference(),
            "transaction_route": f"/c/{page.token}/transaction/{selection}",
            "landing_route": page.url(),
            "access_token": page.token,
        }
        return request.render(f"{MODULE}.debtor_page_pay", values)

    @http.route(
        "/c/<string:token>/transaction/<string:selection>",
        type="jsonrpc",
        auth="public",
        website=True,
        multilang=False,
    )
    def debtor_transaction(
        self, token, selection, provider_id, payment_method_id, amount, flow, **kwargs
    ):
        """Create the transaction of a payment and return its processing values.

        Items, amount and provider are checked again: the page has only shown them.
        """
        try:
            page = self._open(token, deed=True)
        except Refusal as refusal:
            raise NotFound from refusal
        self._validate_transaction_kwargs(kwargs, ("access_token",))
        if flow not in ("redirect", "direct") or kwargs.get("is_validation"):
            raise BadRequest
        if not page.may_pay or not re.fullmatch(
            r"\d{1,10}(-\d{1,10}){0,499}", selection
        ):
            raise NotFound
        line_ids = page._read_numbers(selection.split("-"))
        lines, paid = page.choose(line_ids, f"{float(amount):.3f}")
        providers, methods = page.get_providers(paid, lines.currency_id)
        if provider_id not in providers.ids or payment_method_id not in methods.ids:
            raise ValidationError(page.env._("Choose another way to pay."))
        transaction = self._create_transaction(
            provider_id=provider_id,
            payment_method_id=payment_method_id,
            token_id=None,
            amount=paid,
            currency_id=lines.currency_id.id,
            partner_id=page.contact.id,
            flow=flow,
            tokenization_requested=False,
            landing_route=page.url(),
            reference_prefix=page.get_reference(),
            custom_create_values=page.prepare_transaction(lines),
        )
        return transaction._get_processing_values()

    # === NEW LINKS === #

    @http.route(
        "/c/<string:token>/renew",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def debtor_renew(self, token, **_form):
        """Send a new link in place of an expired one; tell nobody whether one left."""
        counters = request.env["collection.debtor.visit"]
        address = request.httprequest.remote_addr
        if not counters._count("address", address):
            return self._seal(self._refuse("debtor_page_busy", 429))
        # The token is the visitor's right to it: he learns nothing from it here.
        link = request.env["collection.debtor.link"].sudo()._find(token)
        if link and counters._count("renewal", link.id):
            link.with_company(link.company_id)._renew()
        return self._seal(
            self._render_plain(link.company_id, "debtor_page_renewed", None)
        )

    # === ONE DOOR === #

    def _answer(self, token, lang, handle, deed=False, is_payment=False):
        """Open the page, let ``handle`` answer, and seal what it answers."""
        try:
            response = handle(self._open(token, lang, deed))
        except Refusal as refusal:
            response = refusal.response
        return self._seal(response, is_payment)

    def _open(self, token, lang=None, deed=False):
        """Return the page of a valid link and count the visit.

        :raise Refusal: the link is not valid, or there have been too many visits
        """
        counters = request.env["collection.debtor.visit"]
        address = request.httprequest.remote_addr
        if counters._is_exhausted("failure", address) or not counters._count(
            "address", address
        ):
            raise Refusal(self._refuse("debtor_page_busy", 429))
        # The token is the visitor's right to its link, and to nothing else.
        link = request.env["collection.debtor.link"].sudo()._find(token)
        if not link._is_usable():
            counters._count("failure", address)
            raise Refusal(self._refuse("debtor_page_gone", 404, link, token))
        if not counters._count("link", link.id) or (
            deed and not counters._count("deed", link.id)
        ):
            raise Refusal(self._refuse("debtor_page_busy", 429, link))
        installed = dict(request.env["res.lang"].get_installed())
        page = DebtorPage(link, lang if lang in installed else None)
        request.update_context(lang=page.lang)
        if not deed:
            link._note_visit()
        return page

    def _refuse(self, template, status, link=None, token=""):
        company = link.company_id if link else None
        lang = link.contact_id.lang if link else None
        response = self._render_plain(company, template, lang, token=token)
        response.status_code = status
        return response

    def _render_plain(self, company, template, lang, **values):
        """Render a page that says nothing of any debtor."""
        company = company or request.env.company
        if lang:
            request.update_context(lang=lang)
        response = request.render(
            f"{MODULE}.{template}",
            {
                # Its name and how to reach it are on every letter it writes.
                "company": company.sudo(),
                "res_company": company.sudo(),
                "page": None,
                **values,
            },
        )
        response.flatten()
        return response

    def _show(self, page, **values):
        """Render the page; ``error``, ``deed`` and ``form`` say what went wrong."""
        return request.render(
            f"{MODULE}.debtor_page",
            {**self._get_values(page), "form": {}, "deed": "", **values},
        )

    def _get_values(self, page):
        return {
            "page": page,
            "company": page.company,
            "res_company": page.company,
            "lang": page.lang,
        }

    def _send_pdf(self, document):
        if not document:
            return self._refuse("debtor_page_gone", 404)
        name, content = document
        return request.make_response(
            content,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", http.content_disposition(name)),
            ],
        )

    def _seal(self, response, is_payment=False):
        """Keep the page out of caches, frames, search engines and other sites."""
        for name, value in HEADERS.items():
            response.headers[name] = value
        if not is_payment:
            response.headers["Content-Security-Policy"] = CONTENT_POLICY
        return response
