import functools
import re
from collections import defaultdict

from odoo import api, models
from odoo.tools import format_date, html2plaintext, ormcache
from odoo.tools.image import image_data_uri

from ..tools import pagination
from ..tools.postal_address import (
    FRENCH_POST,
    LINES_AT_HOME,
    Address,
    address_lines,
)

# Room, in mm, for the words and the rows of a table on the first page of a letter, for
# rows on the first page of a statement and on a page that has nothing else.
LETTER_ROOM = 119
STATEMENT_ROOM = 130
PAGE_ROOM = 214
# What a line and a paragraph of the words take, in mm, and the characters of a line.
WORDS_LINE = 4.7
WORDS_GAP = 2
WORDS_WIDTH = 98
# What a row takes, in mm, and the characters of a document's name that go on a line,
# in tables with few and with all columns.
ROW_PADDING = 2.4
LINE_HEIGHT = 3.8
NAME_WIDTHS = {False: 30, True: 16}
FEWEST_ROWS = 3
# A line with more capitals may be too wide for the window of an envelope.
WIDE_CAPITALS = 24
# Days late that separate the columns of the ageing.
AGEING_LIMITS = (0, 30, 60, 90)


class CollectionDocument(models.AbstractModel):
    """What letters, statements and e-mails say around the words of an action.

    Nothing but data: the layout is that of the templates. Actions come in the language
    of the debtor, and texts and dates are given in it.
    """

    _name = "collection.document"
    _description = "Content of a collection document"

    # === SENDER AND RECIPIENT === #

    @api.model
    def _get_address_lines(self, action):
        """Return the lines of the recipient's postal address."""
        debtor = action.partner_id.commercial_partner_id
        contact = action.recipient_id or debtor
        country = contact.country_id
        return address_lines(
            Address(
                name=debtor.name or "",
                contact=contact.name if contact != debtor and contact.name else "",
                street=contact.street or "",
                street2=contact.street2 or "",
                postcode=contact.zip or "",
                town=contact.city or "",
                country=country.name or "",
                country_code=country.code or "FR",
                locality=self._get_locality(contact),
            )
        )

    @api.model
    def _get_recipient_classes(self, lines):
        """Return the CSS classes that make the lines of an address fit the window."""
        capitals = max(sum(char.isupper() for char in line) for line in lines or [""])
        return " ".join(
            [
                "collection_recipient",
                *(["many"] if len(lines) > LINES_AT_HOME else []),
                *(["wide"] if capitals > WIDE_CAPITALS else []),
            ]
        )

    @api.model
    def _get_locality(self, contact):
        """Return the lines between street and country as its country writes them."""
        country = contact.country_id
        if not country or country.code in FRENCH_POST:
            return ()
        values = defaultdict(
            str,
            city=contact.city or "",
            zip=contact.zip or "",
            state_code=contact.state_id.code or "",
            state_name=contact.state_id.name or "",
        )
        lines = (country.address_format or "%(zip)s %(city)s").splitlines()
        return tuple(
            line % values for line in lines if re.search(r"\((zip|city|state_)", line)
        )

    @api.model
    def _get_sender_lines(self, company):
        """Return the address, telephone and e-mail of the company, line by line."""
        partner = company.partner_id
        lines = [
            partner.street,
            partner.street2,
            " ".join(filter(None, (partner.zip, partner.city))),
            company.phone,
            company.email,
        ]
        return [line for line in lines if line]

    @api.model
    def _get_logo(self, company):
        """Return the company's logo as a data URI, empty if it has none of its own."""
        image = company.partner_id.with_context(bin_size=False).image_512
        return image_data_uri(image) if image and not company.uses_default_logo else ""

    @api.model
    def _get_mentions(self, company):
        """Return the sentences by which the law has a company identify itself.

        They are what the company has written in its report footer, else in its details,
        with name, SIRET and VAT number where these texts lack them.
        """
        text = self._one_line(company.report_footer) or self._one_line(
            company.company_details
        )
        facts = (
            (company.name, company.name),
            (company.company_registry, f"SIRET {company.company_registry}"),
            (company.vat, self.env._("VAT %s", company.vat)),
        )
        known = self._bare(text)
        missing = [
            sentence
            for fact, sentence in facts
            if fact and self._bare(fact) not in known
        ]
        if missing and missing[0] == company.name:
            return [missing[0], *filter(None, (text, *missing[1:]))]
        return [sentence for sentence in (text, *missing) if sentence]

    @api.model
    def _one_line(self, html):
        return " ".join(html2plaintext(html or "", include_references=False).split())

    @api.model
    def _bare(self, text):
        return re.sub(r"\W", "", text).lower()

    @api.model
    def _get_enclosures(self, action):
        """Return what is in the envelope beside the letter."""
        step = action.step_id
        enclosures = (
            (step.attach_statement, self.env._("statement of account")),
            (step.attach_invoices, self.env._("copies of the invoices")),
        )
        return [name for is_enclosed, name in enclosures if is_enclosed]

    # === DATE === #

    @api.model
    def _get_place_and_date(self, action):
        """Return the line “Lyon, 22 November 2026” of a letter."""
        day = self._format_long_date(action, action.date)
        town = action.company_id.city
        if not town:
            return day
        town = re.sub(r"\s+cedex\b.*", "", town, flags=re.IGNORECASE)
        return action.env._("%(town)s, %(date)s", town=town, date=day)

    @api.model
    def _format_long_date(self, action, day):
        lang = action.env.lang or ""
        text = format_date(action.env, day, date_format="long")
        if lang.startswith("fr"):
            return re.sub(r"^1 ", "1er ", text)
        return text

    # === ITEMS === #

    @api.model
    def _get_rows(self, action):
        """Return the rows of the table of items, currency by currency.

        A row has either an ``item``, with the ``balance`` it leaves, or the ``total``
        of its ``currency``; ``texts`` are its dates and amounts in words. Debts come in
        the order of their due dates, then credits.
        """
        rows = []
        items = action.item_ids.sorted(
            lambda item: (
                item.amount_residual_currency < 0,
                str(item.date_due or ""),
                item.id,
            )
        )
        for currency, group in items.grouped("currency_id").items():
            balance = 0.0
            for item in group:
                balance = currency.round(balance + item.amount_residual_currency)
                rows.append({"currency": currency, "item": item, "balance": balance})
            rows.append({"currency": currency, "item": None, "total": balance})
        types = dict(items._fields["document_type"]._description_selection(action.env))
        for row in rows:
            row["texts"] = self.with_env(action.env)._word_row(row, types)
        return rows

    @api.model
    def _word_row(self, row, types):
        """Return what the cells of a row say.

        Not the widgets of QWeb: they take longer than all the rest of a message.
        """
        currency, item = row["currency"], row["item"]
        amount = functools.cache(currency.format)
        if not item:
            return {"total": amount(row["total"])}
        return {
            "type": types[item.document_type],
            "date": self._format_day(item.date),
            "date_due": self._format_day(item.date_due),
            "amount_total": amount(item.amount_total),
            "open": amount(item.amount_residual_currency),
            "held": item.amount_held and amount(item.amount_held),
            "balance": amount(row["balance"]),
        }

    @api.model
    @ormcache("self.env.lang", "day")
    def _format_day(self, day):
        return format_date(self.env, day)

    @api.model
    def _get_total_label(self, currency, total):
        """Return what a total in this currency is called."""
        if currency.compare_amounts(total, 0) < 0:
            return self.env._("Balance in your favour in %s", currency.name)
        return self.env._("Balance to pay in %s", currency.name)

    @api.model
    def _get_letter_pages(self, rows, words):
        """Return the rows of each page: the first one has all of them or none.

        A table that leaves no room for the ways to pay and the signature on the first
        page, below these ``words``, follows on pages of its own.
        """
        room = LETTER_ROOM - self._measure_words(words)
        pages = self._cut(rows, False, room)
        return pages if len(pages) == 1 else self._cut(rows, False, 0)

    @api.model
    def _measure_words(self, html):
        """Return the height in mm that these words will take, more or less."""
        return sum(
            WORDS_GAP + WORDS_LINE * pagination.text_lines(paragraph, WORDS_WIDTH)
            for paragraph in pagination.paragraphs(html or "")
        )

    @api.model
    def _get_statement_pages(self, rows):
        """Return the rows of each page."""
        return self._cut(rows, True, STATEMENT_ROOM)

    @api.model
    def _cut(self, rows, detailed, first_room):
        heights = [
            ROW_PADDING + LINE_HEIGHT * self._count_lines(row["item"], detailed)
            for row in rows
        ]
        pages = pagination.cut(heights, first_room, PAGE_ROOM, FEWEST_ROWS)
        return [rows[start:end] for start, end in pages]

    @api.model
    def _count_lines(self, item, detailed):
        """Return the lines that a row with this item, or with a total, takes."""
        if not item:
            return 1
        text = item.name
        if not detailed and item.document_type != "invoice":
            text += f" ({item.document_type})"
        return pagination.text_lines(text, NAME_WIDTHS[detailed])

    @api.model
    def _get_ageing_labels(self):
        """Return the headings of the columns of :meth:`_get_ageing`."""
        return [
            self.env._("Not due"),
            self.env._("1–30 days"),
            self.env._("31–60 days"),
            self.env._("61–90 days"),
            self.env._("Over 90 days"),
            self.env._("Credits"),
            self.env._("Balance"),
        ]

    @api.model
    def _get_ageing(self, action):
        """Return ``[(currency, amounts)]``: debts by days late, credits, balance."""
        columns = len(AGEING_LIMITS) + 1
        ageing = []
        for currency, items in action.item_ids.grouped("currency_id").items():
            amounts = [0.0] * (columns + 1)
            for item in items:
                amount = item.amount_residual_currency
                late = sum(item.days_late > limit for limit in AGEING_LIMITS)
                amounts[columns if amount < 0 else late] += amount
            ageing.append((currency, [*amounts, sum(amounts)]))
        return ageing

    # === PAYMENT === #

    @api.model
    def _format_account_number(self, bank):
        """Return an IBAN in groups of four, any other number as it is written."""
        number = bank.sanitized_acc_number or bank.acc_number or ""
        if not re.match(r"[A-Z]{2}\d{2}", number):
            return bank.acc_number
        return " ".join(re.findall(".{1,4}", number))
