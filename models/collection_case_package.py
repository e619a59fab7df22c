from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date, html2plaintext

from ..tools import case_package
from ..tools.case_package import safe_name
from ..tools.csv_safe import write_csv

# What was said between the debtor and the company: no word among colleagues.
EXCHANGED = ("email", "comment", "email_outgoing")
DONE_STATES = ("sent", "done")
MOST_MESSAGES = 500


class CollectionCase(models.Model):
    """The file of a case for somebody outside who collects: what he needs, no more.

    Notes among colleagues, scores and reasons of risk stay in the house.
    """

    _inherit = "collection.case"

    # === BUSINESS METHODS === #

    def _get_package_files(self, statement, lines=None, *, exhibits=()):
        """Return ``[(path, content)]`` of the file of this case, to be packed.

        :param statement: the ``collection.claim.statement`` it is about
        :param lines: the receivables; those of the statement if not given
        :param exhibits: pairs of name and content, put in order and numbered, beside
            the invoices, which are always enclosed
        """
        self.ensure_one()
        case = self._in_house()
        statement = statement.with_env(case.env)
        lines = statement.line_ids.move_line_id if lines is None else lines
        files = [
            *case._get_package_tables(statement, lines),
            *case._get_package_documents(statement, lines, exhibits),
        ]
        return [("README.txt", case._describe_package(statement, files)), *files]

    def _build_package(self, files):
        """Return the archive of these files; the error says what to do."""
        self.ensure_one()
        try:
            return case_package.build(files)
        except case_package.PackageError as error:
            raise UserError(
                self.env._(
                    "The file of %(debtor)s is too big for one archive: at most "
                    "%(count)s files and %(size)s MB. Hand over fewer items, or leave "
                    "exhibits out.",
                    debtor=self.display_name,
                    count=case_package.MOST_FILES,
                    size=case_package.MOST_BYTES // (1024 * 1024),
                )
            ) from error

    # === DATA === #

    def _get_package_tables(self, statement, lines):
        folder = safe_name(self.env._("data"))
        tables = (
            (self.env._("identity"), self._get_package_identity()),
            (self.env._("contacts"), self._get_package_contacts()),
            (self.env._("items"), self._get_package_items(statement, lines)),
            (self.env._("payments"), self._get_package_payments(statement, lines)),
            (self.env._("actions"), self._get_package_actions()),
        )
        return [
            (f"{folder}/{safe_name(name)}.csv", write_csv(header, rows))
            for name, (header, rows) in tables
        ]

    def _get_package_identity(self):
        """Return who the debtor is, as rows of a name and a value."""
        debtor = self.partner_id
        identity = debtor._get_legal_identity()
        types = dict(self._fields["debtor_type"]._description_selection(self.env))
        rows = [
            (self.env._("Name"), debtor.name),
            (self.env._("Our reference"), debtor.ref),
            (self.env._("Type of debtor"), types.get(self.debtor_type)),
            (self.env._("Legal form"), identity["form"]),
            ("SIREN", identity["siren"]),
            ("SIRET", debtor.company_registry),
            ("RCS", identity["rcs_town"]),
            (self.env._("VAT number"), debtor.vat),
            (self.env._("Registered office"), identity["seat"]),
            (self.env._("Legal representative"), identity["representative"]),
            (self.env._("Street"), debtor.street),
            (self.env._("Street, continued"), debtor.street2),
            (self.env._("Postcode"), debtor.zip),
            (self.env._("Town"), debtor.city),
            (self.env._("Country"), debtor.country_id.name),
            (self.env._("Telephone"), debtor.phone),
            (self.env._("E-mail"), debtor.email),
            (self.env._("Language"), debtor.lang),
        ]
        return (self.env._("Data"), self.env._("Value")), rows

    def _get_package_contacts(self):
        """Return the contacts that the company deals with about this debt."""
        roles = dict(
            self.env["res.partner"]
            ._fields["collection_role"]
            ._description_selection(self.env)
        )
        header = (
            self.env._("Name"),
            self.env._("Role"),
            self.env._("Telephone"),
            self.env._("E-mail"),
        )
        contacts = (self.contact_ids - self.partner_id).filtered(
            lambda contact: contact.collection_role or contact.type == "invoice"
        )
        return header, [
            (
                contact.name,
                roles.get(contact.collection_role, contact.function),
                contact.phone,
                contact.email,
            )
            for contact in contacts
        ]

    def _get_package_items(self, statement, lines):
        header = (
            self.env._("Document"),
            self.env._("Date"),
            self.env._("Due on"),
            self.env._("Currency"),
            self.env._("Original amount"),
            self.env._("Received"),
            self.env._("Credited"),
            self.env._("Principal"),
            self.env._("Interest"),
            self.env._("Fixed compensation"),
            self.env._("Total"),
        )
        claimed = self._get_package_lines(statement, lines)
        return header, [
            (
                line.document,
                line.date,
                line.date_due,
                line.currency_id.name,
                line.amount_total,
                line.amount_paid,
                line.amount_credit,
                line.principal,
                line.interest,
                line.indemnity,
                line.total,
            )
            for line in claimed
        ]

    def _get_package_payments(self, statement, lines):
        header = (
            self.env._("Document"),
            self.env._("Date"),
            self.env._("Kind"),
            self.env._("Settled by"),
            self.env._("Amount"),
        )
        claimed = self._get_package_lines(statement, lines)
        settlements = claimed.settlement_ids
        kinds = dict(settlements._fields["kind"]._description_selection(self.env))
        return header, [
            (
                settlement.line_id.document,
                settlement.date,
                kinds.get(settlement.kind),
                settlement.name,
                settlement.amount,
            )
            for settlement in settlements
        ]

    def _get_package_lines(self, statement, lines):
        return statement._get_claimed_lines().filtered(
            lambda line: line.move_line_id in lines
        )

    def _get_package_actions(self):
        """Return what has been done: dates, ways and outcomes, not the words."""
        actions = self.action_ids.filtered(
            lambda action: action.state in DONE_STATES
        ).sorted(lambda action: (action.date, action.id))
        channels = dict(actions._get_channels())
        outcomes = dict(actions._fields["outcome"]._description_selection(self.env))
        header = (
            self.env._("Date"),
            self.env._("Channel"),
            self.env._("Subject"),
            self.env._("Recipient"),
            self.env._("Amount"),
            self.env._("Outcome"),
        )
        return header, [
            (
                action.date,
                channels.get(action.channel),
                action.subject or action.step_id.name,
                action.recipient_id.name,
                action.amount,
                outcomes.get(action.outcome),
            )
            for action in actions
        ]

    # === DOCUMENTS === #

    def _get_package_documents(self, statement, lines, exhibits):
        return [
            *self._get_package_statement(statement),
            *self._get_package_invoices(lines),
            *self._get_package_exchanges(),
            *self._get_package_exhibits(exhibits),
        ]

    def _get_package_statement(self, statement):
        """Return the files kept with the statement; they are made if there are none."""
        folder = safe_name(self.env._("statement"))
        kept = statement.attachment_ids or statement._attach()
        return [(f"{folder}/{safe_name(file.name)}", file.raw) for file in kept]

    def _get_package_invoices(self, lines):
        folder = safe_name(self.env._("invoices"))
        invoices = lines.move_id.filtered(lambda move: move.is_sale_document())
        return [
            (f"{folder}/{safe_name(document['filename'])}", document["content"])
            # The collector reads invoices; core writes on them when it makes their PDF.
            for invoice in invoices.sudo()
            for document in invoice._get_invoice_legal_documents_all(
                allow_fallback=True
            )
        ]

    def _get_package_exchanges(self):
        """Return what debtor and company wrote to each other, as one text."""
        messages = self.message_ids.filtered(self._is_exchanged).sorted(
            lambda message: (message.date, message.id)
        )[-MOST_MESSAGES:]
        letters = self.action_ids.filtered(
            lambda action: action.state in DONE_STATES and action.body
        )
        words = sorted(
            [
                *(self._describe_message(message) for message in messages),
                *(self._describe_words(action) for action in letters),
            ]
        )
        if not words:
            return []
        text = "\n\n".join(text for _day, text in words)
        name = self.env._("exchanges")
        return [(f"{safe_name(name)}.txt", text.encode())]

    def _is_exchanged(self, message):
        if message.message_type not in EXCHANGED:
            return False
        if message.author_id.commercial_partner_id == self.partner_id:
            return True
        return not (message.is_internal or message.subtype_id.internal)

    def _describe_message(self, message):
        day = message.date.date()
        return day, "\n".join(
            [
                f"--- {format_date(self.env, day)} · {message.author_id.name or ''}",
                html2plaintext(message.body or Markup("")).strip(),
            ]
        )

    def _describe_words(self, action):
        return action.date, "\n".join(
            [
                f"--- {format_date(self.env, action.date)} · "
                f"{self.company_id.name} > {action.recipient_id.name or ''}",
                action.subject or "",
                html2plaintext(action.body).strip(),
            ]
        )

    def _get_package_exhibits(self, exhibits):
        folder = safe_name(self.env._("exhibits"))
        return [
            (f"{folder}/{number:02d} {safe_name(name)}", content)
            for number, (name, content) in enumerate(exhibits, 1)
        ]

    # === CONTENTS === #

    def _describe_package(self, statement, files):
        """Return the text that says what is in the archive, and how to read it."""
        company, today = self.company_id, self.company_id._get_collection_today()
        lines = [
            self.env._(
                "Claim of %(company)s on %(debtor)s",
                company=company.name,
                debtor=self.partner_id.name,
            ),
            self.env._("Made on %s", format_date(self.env, today)),
            self.env._(
                "Principal %(principal)s, interest %(interest)s, fixed compensation "
                "%(indemnity)s, total %(total)s, on %(date)s.",
                date=format_date(self.env, statement.date_stop),
                **{
                    name: self.currency_id.format(amount)
                    for name, amount in statement._get_amounts().items()
                },
            ),
            "",
            self.env._(
                "Tables: CSV, UTF-8, separated by semicolons, decimal commas, dates as "
                "year-month-day, amounts in %s.",
                self.currency_id.name,
            ),
            self.env._(
                "These are personal data: they serve to collect this claim and nothing "
                "else, and are deleted when the mandate ends unless the law has them "
                "kept."
            ),
            "",
            *sorted(path for path, _content in files),
            "",
        ]
        return "\r\n".join(lines).encode("utf-8-sig")
