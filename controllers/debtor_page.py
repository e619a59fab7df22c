import re
from datetime import date, timedelta
from functools import cached_property

from markupsafe import Markup, escape

from odoo import Command
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang, get_lang

from ..models.collection_dispute import OPEN_STATES as OPEN_DISPUTES
from ..models.collection_plan import RUNNING_STATES
from ..tools.emails import clean_email
from .debtor_files import read_files

# Why an item needs no payment although accounting has it open still.
SETTLED_CODES = {"payment_in_payment", "payment_paid", "payment_reversed"}
PENDING_PAYMENTS = ("pending", "authorized")
TODO = "mail.mail_activity_data_todo"
LONGEST_TEXT = 4000
LONGEST_WORD = 200


class DebtorPage:
    """What the holder of one valid link sees and does: on its case, and no other.

    Visitors have no rights: everything here runs as superuser. That is why nothing
    takes a record from outside: numbers that come in choose among the records of the
    link's case, and what they do not find there does not exist.
    """

    def __init__(self, link, lang=None):
        company = link.company_id
        self.lang = get_lang(link.env, lang or link.contact_id.lang).code
        self.is_lang_chosen = bool(lang)
        # The link is the visitor's right, as said above; he acts for nobody else.
        self.link = (
            link.sudo()
            .with_company(company)
            .with_context(lang=self.lang, mail_create_nosubscribe=True)
        )
        self.env = self.link.env
        self.case = self.link.case_id
        self.company = self.link.company_id
        self.contact = self.link.contact_id
        self.debtor = self.case.partner_id
        self.token = self.link._get_token()

    # === ADDRESSES AND WORDS === #

    def url(self, path="", **query):
        """Return the address of a part of this page, in the language chosen."""
        if self.is_lang_chosen:
            query.setdefault("lang", self.lang)
        pairs = "&".join(f"{name}={value}" for name, value in query.items())
        return f"/c/{self.token}{path}" + (f"?{pairs}" if pairs else "")

    def format_amount(self, amount, currency=None):
        currency = currency or self.company.currency_id
        return formatLang(self.env, amount, currency_obj=currency)

    def format_date(self, day):
        return format_date(self.env, day)

    def get_langs(self):
        """Return ``[(code, name)]`` of the languages to choose from."""
        return self.env["res.lang"].get_installed()

    # === WHAT IS OWED === #

    @cached_property
    def lines(self):
        """The open receivables of the case, the oldest first, credits included."""
        return self.env["account.move.line"].search(
            self.case._get_open_line_domain(), order="date_maturity, date, id"
        )

    @cached_property
    def payable(self):
        """The debts that may be paid here and now."""
        settled = {
            line_id
            for line_id, codes in self.case._get_portal_exclusions().items()
            if codes & SETTLED_CODES
        }
        pending = self._get_pending_payments().collection_line_ids
        return self.lines.filtered(
            lambda line: (
                line.amount_residual_currency > 0
                and line.id not in settled
                and line not in pending
            )
        )

    @cached_property
    def groups(self):
        """One dictionary per currency: its debts, its credits, what is left to pay."""
        marks = self._get_marks()
        today = self.company._get_collection_today()
        groups = []
        for currency, lines in self.lines.grouped("currency_id").items():
            debts = lines.filtered(lambda line: line.amount_residual_currency > 0)
            total = sum(lines.mapped("amount_residual_currency"))
            groups.append(
                {
                    "currency": currency,
                    "debts": [self._describe(line, today, marks) for line in debts],
                    "credits": [
                        self._describe(line, today, marks) for line in lines - debts
                    ],
                    "total": currency.round(total),
                    "is_payable_online": self._is_payable_online(lines & self.payable),
                }
            )
        return groups

    def _is_payable_online(self, lines):
        if not lines or self.is_closed:
            return False
        amount = sum(lines.mapped("amount_residual_currency"))
        _providers, methods = self.get_providers(amount, lines.currency_id)
        return bool(methods)

    def _describe(self, line, today, marks):
        due = line.date_maturity or line.date
        return {
            "line": line,
            "name": line.move_id.name or line.name or "",
            "date": line.move_id.invoice_date or line.date,
            "due": due,
            "days_late": max(0, (today - due).days),
            "amount": line.amount_residual_currency,
            "marks": marks.get(line.id, []),
            "is_payable": line in self.payable,
            "has_document": line.move_id.is_sale_document(),
        }

    def _get_marks(self):
        """Return ``{line id: [words]}``: what has been said about items already."""
        marks = {}
        for lines, words in (
            *self._get_dispute_marks(),
            *self._get_promise_marks(),
            *self._get_plan_marks(),
            *self._get_payment_marks(),
        ):
            for line in lines:
                marks.setdefault(line.id, []).append(words)
        return marks

    def _get_dispute_marks(self):
        for dispute in self.case.dispute_ids:
            if dispute.state in OPEN_DISPUTES:
                amount = self.format_amount(dispute.amount)
                yield dispute.line_ids, self.env._("In dispute: %s", amount)

    def _get_promise_marks(self):
        for promise in self.case.promise_ids:
            if promise.state == "open":
                day = self.format_date(promise.date_promised)
                yield promise.line_ids, self.env._("Promised for %s", day)

    def _get_plan_marks(self):
        for plan in self.case.plan_ids:
            if plan.state in RUNNING_STATES:
                words = self.env._("In payment plan %s", plan.name)
                yield plan.item_ids.line_id, words

    def _get_payment_marks(self):
        words = self.env._("Payment under way")
        yield self._get_pending_payments().collection_line_ids, words

    def _get_pending_payments(self):
        return self.env["payment.transaction"].search(
            [
                ("collection_case_id", "=", self.case.id),
                ("state", "in", PENDING_PAYMENTS),
            ]
        )

    def get_last_payment(self):
        """Return the transaction last begun on this page, to say what became of it."""
        return self.env["payment.transaction"].search(
            [("collection_case_id", "=", self.case.id), ("state", "!=", "draft")],
            order="id desc",
            limit=1,
        )

    # === WHAT MAY BE DONE === #

    @property
    def is_settled(self):
        return not self.lines.filtered(lambda line: line.amount_residual > 0)

    @property
    def is_closed(self):
        """Does the debtor have to deal with somebody else now?"""
        return self.case._is_in_proceedings()

    @property
    def may_agree(self):
        """May the debtor promise, contest and ask for instalments?"""
        return not (self.is_settled or self.is_closed or self.case.state == "legal")

    @property
    def may_pay(self):
        return not self.is_closed and bool(self.payable)

    def get_waiting_plans(self):
        return self.case.plan_ids.filtered(lambda plan: plan.state == "sent")

    def get_running_plans(self):
        return self.case.plan_ids.filtered(lambda plan: plan.state in RUNNING_STATES)

    def get_reasons(self):
        return self.env["collection.dispute.reason"].search(
            [("company_id", "in", (False, self.company.id))]
        )

    def get_collector(self):
        return self.case._get_collector()

    def get_bank(self):
        # The accounts are those of the letters: one method says which.
        action = self.env["collection.action"].new({"case_id": self.case.id})
        return action._get_banks().get(self.company.id)

    def format_account_number(self):
        return self.env["collection.document"]._format_account_number(self.get_bank())

    def get_reference(self):
        action = self.env["collection.action"].new({"case_id": self.case.id})
        return action._get_reference()

    def get_last_promise_day(self):
        """Return the last day for which a payment may be promised."""
        today = self.company._get_collection_today()
        return today + timedelta(days=self.company.collection_promise_max_days)

    # === DOCUMENTS === #

    def get_invoice(self, line_id):
        """Return ``(name, content)`` of the invoice of an item, ``None`` if foreign."""
        line = self.lines.filtered(lambda line: line.id == line_id)
        if not line.move_id.is_sale_document():
            return None
        document = line.move_id._get_invoice_legal_documents("pdf", allow_fallback=True)
        return document["filename"], document["content"]

    def get_statement(self):
        """Return ``(name, content)`` of the statement of account as of now."""
        with self.env.cr.savepoint() as savepoint:
            # A statement shows the snapshot of an action, of which nothing is to stay.
            action = self.case._make_manual_action("task")
            action.write(
                {
                    "debtor_link_id": self.link.id,
                    "lang": self.lang,
                    "recipient_id": self.contact.id,
                }
            )
            report = action._statement_report()
            content = self.env["collection.pdf"]._render(report, action)[action.id]
            savepoint.rollback()
        return f"{self.env._('Statement')} {self.get_reference()}.pdf", content

    def get_agreement(self, plan_id):
        """Return ``(name, content)`` of a plan's agreement, ``None`` if foreign."""
        plans = self.get_waiting_plans() | self.get_running_plans()
        plan = plans.filtered(lambda plan: plan.id == plan_id)
        if not plan:
            return None
        content = plan.agreement_id.raw or plan._render_agreement()
        return plan._get_document_name(), content

    # === PAYMENT === #

    def choose(self, line_ids, amount=""):
        """Return the items to pay and the amount, in their currency.

        :param line_ids: numbers as they came in; none: all items of the first currency
        :param amount: as written by the debtor; empty: all of what was chosen
        :raise UserError: nothing can be paid so; says the remedy
        """
        if line_ids:
            chosen = self.payable.filtered(lambda line: line.id in line_ids)
            if set(chosen.ids) != set(line_ids):
                raise UserError(self.env._("Choose among the items on this page."))
        else:
            chosen = self.payable.filtered(
                lambda line: line.currency_id == self.payable[:1].currency_id
            )
        currency = chosen.currency_id
        if len(currency) != 1:
            raise UserError(self.env._("Choose items of one currency to pay."))
        total = self._get_total_to_pay(chosen)
        paid = self._read_amount(amount) if amount else total
        if currency.compare_amounts(paid, 0) <= 0:
            raise UserError(self.env._("Enter the amount that you want to pay."))
        most = currency.round(sum(chosen.mapped("amount_residual_currency")))
        if currency.compare_amounts(paid, most) > 0:
            raise UserError(
                self.env._(
                    "You have chosen items of %s: lower the amount or choose more.",
                    self.format_amount(most, currency),
                )
            )
        return chosen, currency.round(paid)

    def _get_total_to_pay(self, chosen):
        """Return what is due for ``chosen``: for all, the credits are deducted."""
        currency = chosen.currency_id
        total = sum(chosen.mapped("amount_residual_currency"))
        if chosen == self.payable.filtered(lambda line: line.currency_id == currency):
            credits = self.lines.filtered(
                lambda line: (
                    line.currency_id == currency and line.amount_residual_currency < 0
                )
            )
            total += sum(credits.mapped("amount_residual_currency"))
        return currency.round(max(0, total))

    def get_providers(self, amount, currency):
        """Return the providers and methods that can take this payment."""
        providers = self.env["payment.provider"]._get_compatible_providers(
            self.company.id, self.contact.id, amount, currency_id=currency.id
        )
        methods = self.env["payment.method"]._get_compatible_payment_methods(
            providers.ids, self.contact.id, currency_id=currency.id
        )
        return providers, methods

    def prepare_transaction(self, lines):
        """Return what a transaction has to know to settle ``lines``."""
        invoices = lines.move_id.filtered(lambda move: move.is_invoice())
        return {
            "collection_case_id": self.case.id,
            "collection_line_ids": [Command.set(lines.ids)],
            "invoice_ids": [Command.set(invoices.ids)],
        }

    # === DEEDS === #

    def do_promise(self, form, files):
        """Promise to pay an amount by a day."""
        self._check_may_agree()
        promise = self.case._promise(
            self._read_amount(form.get("amount")),
            self._read_date(form.get("date")),
            contact=self.contact,
            origin="portal",
            action=self.link.action_id,
            note=self._read_text(form.get("note")),
        )
        self._tell(
            self.env._(
                "I promise to pay %(amount)s by %(date)s.",
                amount=self.format_amount(promise.amount),
                date=self.format_date(promise.date_promised),
            ),
            promise.note,
        )

    def do_plan(self, form, files):
        """Ask to pay in instalments."""
        self._check_may_agree()
        note = self._read_text(form.get("note"))
        count = self._read_number(form.get("count"))
        first_date = self._read_date(form.get("first_date"))
        self.case._propose_plan(
            count=count,
            first_date=first_date,
            first_amount=self._read_amount(form.get("first_amount") or "0"),
            origin="portal",
            contact=self.contact,
            note=note,
        )
        self._tell(
            self.env._(
                "I ask to pay in %(count)s instalments from %(date)s on.",
                count=count,
                date=self.format_date(first_date),
            ),
            note,
        )

    def do_dispute(self, form, files):
        """Contest items, with a reason and documents."""
        self._check_may_agree()
        reason_id = self._read_number(form.get("reason"))
        reason = self.get_reasons().filtered(lambda reason: reason.id == reason_id)
        line_ids = self._read_numbers(form.getlist("lines"))
        debts = self.lines.filtered(lambda line: line.amount_residual > 0)
        lines = debts.filtered(lambda line: line.id in line_ids)
        if not reason or not lines or set(lines.ids) != line_ids:
            raise UserError(
                self.env._("Choose what you contest among the items, and the reason.")
            )
        amount = form.get("amount")
        documents = self._keep_files(read_files(self.env, files))
        description = self._read_text(form.get("description"))
        dispute = self.case._dispute(
            reason,
            lines,
            self._read_amount(amount) if amount else 0,
            description=description,
            origin="portal",
            contact=self.contact,
            attachments=documents,
            action=self.link.action_id,
        )
        self._tell(
            self.env._(
                "I contest %(items)s: %(reason)s.",
                items=", ".join(lines.mapped("move_id.display_name")),
                reason=reason.name,
            ),
            description,
        )
        return dispute

    def do_contact(self, form, files):
        """Name who should be written to instead; nothing is overwritten."""
        name, email, phone = (
            self._read_word(form.get(key)) for key in ("name", "email", "phone")
        )
        is_stranger = bool(form.get("stranger"))
        if not is_stranger and not (name and (email or phone)):
            raise UserError(
                self.env._("Give a name, and an e-mail address or a telephone number.")
            )
        if email and not clean_email(email).address:
            raise UserError(self.env._("“%s” is no e-mail address: correct it.", email))
        self._propose_contact(name=name, email=email, phone=phone)
        said = (
            self.env._("I have nothing to do with this debtor.")
            if is_stranger
            else self.env._("Please write to somebody else.")
        )
        who = " · ".join(filter(None, (name, email, phone)))
        self._tell(said, who)
        self.case.activity_schedule(
            TODO,
            summary=self.env._("Is this the right contact?"),
            note=" ".join((self.contact.display_name, said, who)),
            user_id=self.case._get_watch_user().id,
        )
        if is_stranger:
            self.link._revoke()

    def _propose_contact(self, **values):
        offers = {field: value for field, value in values.items() if value}
        self.env["collection.enrichment.proposal"]._propose(
            [
                {
                    "partner_id": self.debtor.id,
                    "company_id": self.company.id,
                    "contact_role": "payables",
                    "contact_name": values["name"],
                    "field_name": field,
                    "new_value": value,
                    "source": "debtor",
                    "source_detail": self.contact.display_name,
                    "confidence": 50,
                }
                for field, value in offers.items()
            ],
            # What a visitor says no rule may accept.
            decide=False,
        )

    def do_message(self, form, files):
        """Write to the collector."""
        text = self._read_text(form.get("text"))
        if not text:
            raise UserError(self.env._("Write your message."))
        documents = self._keep_files(read_files(self.env, files))
        message = self.case.message_post(
            body=self._to_html(text),
            author_id=self.contact.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=documents.ids,
        )
        self.case._note_answer(message, contact=self.contact, origin="portal")

    def do_sms(self, form, files):
        """Refuse SMS from now on."""
        self.contact.collection_sms_opt_out = True
        self._tell(self.env._("I want no more text messages."))

    def sign_plan(self, plan_id, name, signature, ip):
        """Sign a plan that waits for it."""
        plan = self.get_waiting_plans().filtered(lambda plan: plan.id == plan_id)
        if not plan or self.is_closed:
            raise UserError(self.env._("There is no such plan to sign any more."))
        plan._sign(self._read_word(name), signature, ip)
        self._tell(self.env._("I have signed the payment plan %s.", plan.name))

    def _check_may_agree(self):
        if not self.may_agree:
            raise UserError(
                self.env._(
                    "This can no longer be arranged here: please contact %s.",
                    self.company.name,
                )
            )

    def _tell(self, sentence, words=""):
        """Post what the debtor says on the case, as he himself, and have it reviewed.

        What debtors write is text: nothing in it becomes markup.
        """
        body = escape(sentence)
        if words:
            body += Markup("<br/>") + self._to_html(words)
        self.case.message_post(
            body=body,
            author_id=self.contact.id,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )
        self.case._request_review()

    def _keep_files(self, files):
        return self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": content,
                    "res_model": self.case._name,
                    "res_id": self.case.id,
                }
                for name, content in files
            ]
        )

    # === WHAT WAS WRITTEN === #

    @staticmethod
    def _to_html(text):
        return Markup("<br/>").join(text.splitlines())

    @staticmethod
    def _read_text(text):
        return (text or "").strip()[:LONGEST_TEXT]

    @staticmethod
    def _read_word(text):
        """Return a text of one line, which may become a name or a header of a mail."""
        return " ".join((text or "").split())[:LONGEST_WORD]

    @staticmethod
    def _read_numbers(texts):
        return {int(text) for text in texts if text.isascii() and text.isdigit()}

    def _read_number(self, text):
        numbers = self._read_numbers([text or ""])
        if not numbers:
            raise UserError(self.env._("“%s” is not a number.", text or ""))
        return numbers.pop()

    def _read_amount(self, text):
        """Return an amount written the French or the English way."""
        bare = re.sub(r"[\s\u00a0\u202f€$£]", "", text or "")
        if re.fullmatch(r"\d{1,3}(\.\d{3})+,\d{1,2}", bare):
            bare = bare.replace(".", "")
        if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d{1,2})?", bare):
            bare = bare.replace(",", "")
        bare = bare.replace(",", ".")
        if not re.fullmatch(r"\d{1,12}(\.\d{1,3})?", bare, re.ASCII):
            raise UserError(
                self.env._("“%s” is not an amount: write it like 1250.50.", text or "")
            )
        return float(bare)

    def _read_date(self, text):
        try:
            return date.fromisoformat(text or "")
        except ValueError as error:
            raise UserError(
                self.env._("“%s” is not a date: choose a day.", text or "")
            ) from error
