from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from odoo import Command, api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools import late_interest
from ..tools.late_interest import to_decimal

REGIMES = {"business": "business", "public": "public"}
ECB = "ecb_main_rate"
LEGAL = "legal_interest_other"
# The series of rates that each kind of rate is made of; a fixed rate needs none.
SERIES = {"law": ECB, "public": ECB, "ecb": ECB, "legal": LEGAL, "multiple": LEGAL}
ONE_DAY = timedelta(days=1)


@dataclass
class Claim:
    """What is known of the claim on one debtor while it is being calculated."""

    case: models.BaseModel
    regime: str
    stop: date
    judgment: date | None = None
    items: list = field(default_factory=list)
    credits: list = field(default_factory=list)
    warnings: list = field(default_factory=list)


@dataclass
class Item:
    """A debt while it is being calculated; amounts are ``Decimal``."""

    row: dict
    settlements: list = field(default_factory=list)
    rate_kind: str = "none"
    rate_value: float = 0.0
    runs_from: date | None = None
    date_default: date | None = None
    indemnity: Decimal = late_interest.ZERO

    @property
    def total(self):
        return to_decimal(self.row["balance"])

    @property
    def residual(self):
        return to_decimal(self.row["residual"] * self.row["rate"])

    @property
    def is_settled(self):
        return not self.residual

    def is_late(self, stop):
        return self.row["due"] < stop


@dataclass(frozen=True)
class Settlement:
    """``amount`` is ``None`` for a waiver: all the interest run by that day."""

    day: date
    kind: str
    amount: Decimal | None
    name: str = ""


class CollectionClaimCalculator(models.AbstractModel):
    """Calculates claims of many debtors at once: values of statements, nothing stored.

    Sources: articles L441-10 and D441-5 of the Code de commerce (professionals),
    R2192-31 and D2192-35 of the Code de la commande publique (public buyers), 1231-6,
    1343-1 and 1344-1 of the Code civil (consumers, order of payments), L622-28 of the
    Code de commerce (opening judgment).
    """

    _name = "collection.claim.calculator"
    _description = "Calculation of claims"

    @api.model
    def _prepare(
        self,
        cases,
        date_stop=None,
        *,
        lines=None,
        stop_before=None,
        paid_since=None,
        excluded=(),
    ):
        """Return ``{case id: values of a new statement}``.

        See ``collection.case._make_claim_statement``.

        :param excluded: journal items that are shown but not claimed
        """
        claims = self._open_claims(cases, date_stop, lines, stop_before)
        self._load_items(claims, lines, paid_since)
        self._load_settlements(claims)
        self._choose_rates(claims)
        self._load_indemnities(claims)
        rates = self._load_rates(claims)
        values = {}
        for claim in claims.values():
            self._warn(claim, rates)
            values[claim.case.id] = self._to_values(claim, rates, excluded) | {
                "paid_since": paid_since or False
            }
        return values

    # === WHAT IS OWED === #

    @api.model
    def _open_claims(self, cases, date_stop, lines, stop_before):
        judgments = cases._get_judgment_dates()
        claims = {}
        for case in cases:
            stop = date_stop or case.company_id._get_collection_today()
            claim = Claim(case, REGIMES.get(case.debtor_type, "consumer"), stop)
            judgment = stop_before or judgments.get(case.id)
            if judgment and self._is_before(lines, case, judgment):
                claim.judgment = judgment
                claim.stop = min(stop, judgment - ONE_DAY)
            claims[case.id] = claim
        return claims

    @api.model
    def _is_before(self, lines, case, judgment):
        """Tell whether a claim is about debts from before the judgment."""
        mine = lines and lines.filtered(
            lambda line: (
                line.partner_id.commercial_partner_id == case.partner_id
                and line.company_id == case.company_id
            )
        )
        return not mine or any(line.date < judgment for line in mine)

    @api.model
    def _load_items(self, claims, lines, paid_since):
        rows = self.env["collection.claim.ledger"]._read_items(
            {case_id: claim.stop for case_id, claim in claims.items()},
            lines,
            paid_since,
        )
        for row in rows:
            claim = claims[row["case_id"]]
            item = Item(row)
            (claim.items if row["balance"] > 0 else claim.credits).append(item)

    @api.model
    def _load_settlements(self, claims):
        items = {i.row["line_id"]: i for c in claims.values() for i in c.items}
        if not items:
            return
        self._add_ledger_settlements(claims, items)
        for claim in claims.values():
            self._add_credits(claim)
        self._add_invoiced_interest(claims, items)
        self._add_waivers(claims)

    @api.model
    def _add_ledger_settlements(self, claims, items):
        last_day = max(claim.stop for claim in claims.values())
        settled = defaultdict(float)
        for row in self.env["collection.claim.ledger"]._read_settlements(
            items, last_day
        ):
            item = items[row["line_id"]]
            if row["day"] > item.row["stop"]:
                continue
            # Of the sum so far, so that the parts add up to the whole at any rate.
            before = to_decimal(settled[row["line_id"]] * item.row["rate"])
            settled[row["line_id"]] += row["amount"]
            after = to_decimal(settled[row["line_id"]] * item.row["rate"])
            self._add_settlement(item, row, after - before)

    @api.model
    def _add_settlement(self, item, row, amount):
        kind = late_interest.PAYMENT if row["is_payment"] else late_interest.CREDIT
        # What a credit note takes back has never been due.
        day = item.row["date"] if row["is_correction"] else row["day"]
        item.settlements.append(Settlement(day, kind, amount, row["name"]))

    @api.model
    def _add_credits(self, claim):
        """Deduct the credits that are open in the books from the oldest debts."""
        open_amounts = {id(item): item.residual for item in claim.items}
        for credit in claim.credits:
            left = -credit.residual
            for item in claim.items:
                part = min(left, open_amounts[id(item)])
                if part <= 0:
                    continue
                open_amounts[id(item)] -= part
                left -= part
                self._add_settlement(item, self._to_settlement(credit, item), part)
            if left:
                claim.warnings.append(
                    self.env._(
                        "%(document)s: %(amount)s exceed what is claimed and stay in "
                        "the debtor's favour.",
                        document=credit.row["document"],
                        amount=claim.case.currency_id.format(float(left)),
                    )
                )

    @api.model
    def _to_settlement(self, credit, item):
        row = credit.row
        return {
            "day": row["booked_on"],
            "name": row["document"],
            "is_payment": row["is_payment"],
            "is_correction": row["reversed_entry_id"] == item.row["move_id"],
        }

    @api.model
    def _add_invoiced_interest(self, claims, items):
        invoiced = self._find_invoiced(
            "interest", [("move_line_id", "in", list(items))], self._companies(claims)
        )
        for line in invoiced:
            item = items[line.move_line_id.id]
            amount = to_decimal(line.interest)
            if amount and line.date_to <= item.row["stop"]:
                invoices = line.statement_id._get_invoices_of("interest")
                # A draft has no number yet.
                name = ", ".join(filter(None, invoices.mapped("name")))
                item.settlements.append(
                    Settlement(line.date_to, late_interest.INVOICED, amount, name)
                )

    @api.model
    def _companies(self, claims):
        return self.env["res.company"].union(
            *(claim.case.company_id for claim in claims.values())
        )

    @api.model
    def _find_invoiced(self, part, domain, companies):
        """Return the rows of statements of which an invoice in force claims this part.

        :param part: ``interest`` or ``indemnity``
        """
        return self.env["collection.claim.line"].search(
            [
                *domain,
                (part, "!=", 0),
                ("is_excluded", "=", False),
                ("company_id", "in", companies.ids),
                ("statement_id.invoice_ids", "any", self._in_force_domain(part)),
            ]
        )

    @api.model
    def _in_force_domain(self, part):
        return [
            (f"collection_claims_{part}", "=", True),
            ("state", "!=", "cancel"),
            ("payment_state", "!=", "reversed"),
        ]

    @api.model
    def _add_waivers(self, claims):
        for waiver in self._find_waivers(claims):
            claim = claims[waiver.case_id.id]
            for item in claim.items:
                if waiver._covers(item.row["line_id"]):
                    item.settlements.append(
                        Settlement(
                            min(waiver.date_until, claim.stop),
                            late_interest.WAIVER,
                            None,
                            waiver.reason,
                        )
                    )

    @api.model
    def _find_waivers(self, claims):
        return self.env["collection.interest.waiver"].search(
            [
                ("case_id", "in", list(claims)),
                ("state", "=", "active"),
                ("id", "not in", self.env.context.get("claim_without_waivers", [])),
            ]
        )

    # === RATES === #

    @api.model
    def _choose_rates(self, claims):
        lines = self.env["account.move.line"].browse(
            [i.row["line_id"] for c in claims.values() for i in c.items]
        )
        cases = self.env["collection.case"].browse(list(claims))
        defaults = cases._get_default_dates(lines)
        for claim in claims.values():
            terms = claim.case._get_rate_terms()
            for item in claim.items:
                item.date_default = defaults.get(item.row["line_id"])
                self._choose_rate(claim, item, terms)

    @api.model
    def _choose_rate(self, claim, item, terms):
        """Set the kind of rate of an item and the first day that bears interest."""
        if item.row["is_interest"]:
            return
        start = item.row["due"]
        if claim.regime == "consumer":
            if not item.date_default:
                return
            item.rate_kind = "legal"
            start = max(start, item.date_default)
        elif claim.regime == "public":
            item.rate_kind = "public"
        else:
            item.rate_kind, item.rate_value = (
                (item.row["rate_kind"], item.row["rate_value"])
                if item.row["rate_kind"]
                else terms
            )
        if start < claim.stop:
            item.runs_from = start + ONE_DAY
            self._set_margin(item)

    @api.model
    def _set_margin(self, item):
        codes = {"law": "b2b_margin", "public": "public_margin"}
        code = codes.get(item.rate_kind)
        if code:
            parameters = self.env["collection.legal.parameter"]
            item.rate_value = parameters._get_value(code, item.runs_from)

    @api.model
    def _load_rates(self, claims):
        """Return ``{series: its rates}`` over all days that bear interest.

        :raise UserError: a half-year has no rate; the last one is never used again
        """
        spans = {}
        for claim in claims.values():
            for item in claim.items:
                code = SERIES.get(item.rate_kind)
                if code and item.runs_from:
                    first, last = spans.get(code, (item.runs_from, item.runs_from))
                    end = item.runs_from if item.rate_kind == "public" else claim.stop
                    spans[code] = min(first, item.runs_from), max(last, end)
        parameters = self.env["collection.legal.parameter"]
        return {
            code: parameters._get_rates(code, *span) for code, span in spans.items()
        }

    @api.model
    def _get_item_rates(self, item, stop, rates):
        """Return ``((first day, percent), ...)`` of an item, from its first day on."""
        if not item.runs_from or item.rate_kind == "none":
            return ()
        value = Decimal(repr(item.rate_value or 0.0))
        if item.rate_kind == "fixed":
            return ((item.runs_from, value),)
        series = rates[SERIES[item.rate_kind]]
        if item.rate_kind == "public":
            percent, _end = late_interest.RateTable(series).find(item.runs_from)
            return ((item.runs_from, percent + value),)
        return tuple(
            (day, self._apply(item.rate_kind, percent, value))
            for day, percent in self._cut(series, item.runs_from, stop)
        )

    @api.model
    def _cut(self, series, first, last):
        """Return the part of a series that is needed for these days."""
        days = [day for day, _percent in series]
        begun = [day for day in days if day <= first]
        start = max(begun, default=first)
        return [(day, percent) for day, percent in series if start <= day <= last]

    @api.model
    def _apply(self, kind, percent, value):
        if kind == "legal":
            return percent
        return percent * value if kind == "multiple" else percent + value

    # === COMPENSATION === #

    @api.model
    def _load_indemnities(self, claims):
        """Give each invoice that is late its fixed compensation, once."""
        owing = {
            case_id: claim
            for case_id, claim in claims.items()
            if claim.regime in ("business", "public")
            and claim.case.company_id.collection_claim_indemnity
        }
        if not owing:
            return
        settled = self._find_settled_indemnities(owing)
        parameters = self.env["collection.legal.parameter"]
        for claim in owing.values():
            for item in claim.items:
                move_id = item.row["move_id"]
                if move_id not in settled and self._bears_indemnity(claim, item):
                    settled.add(move_id)
                    item.indemnity = parameters._get_decimal(
                        "flat_indemnity", item.row["due"]
                    )

    @api.model
    def _bears_indemnity(self, claim, item):
        return (
            item.row["is_invoice"]
            and not item.row["is_interest"]
            and item.is_late(claim.stop)
            and not self._is_credited(item)
            and not (claim.judgment and item.row["due"] >= claim.judgment)
        )

    @api.model
    def _is_credited(self, item):
        """Tell whether credits alone have settled it: then nobody has paid late."""
        credited = sum(
            row.amount for row in item.settlements if row.kind == late_interest.CREDIT
        )
        return credited >= item.total

    @api.model
    def _find_settled_indemnities(self, claims):
        """Return the ids of the invoices whose compensation is invoiced or waived."""
        move_ids = [i.row["move_id"] for c in claims.values() for i in c.items]
        invoiced = self._find_invoiced(
            "indemnity", [("move_id", "in", move_ids)], self._companies(claims)
        )
        settled = set(invoiced.move_id.ids)
        for waiver in self._find_waivers(claims).filtered("with_indemnity"):
            settled.update(
                item.row["move_id"]
                for item in claims[waiver.case_id.id].items
                if waiver._covers(item.row["line_id"])
                and item.row["due"] <= waiver.date_until
            )
        return settled

    # === WARNINGS === #

    @api.model
    def _warn(self, claim, rates):
        """Note what a person has to look at before the statement is used."""
        sentences = claim.warnings
        if claim.case.debtor_type in (False, "unknown"):
            sentences.append(
                self.env._(
                    "The type of %s is not known: the rules for consumers were "
                    "applied. Set the type of debtor on the contact.",
                    claim.case.display_name,
                )
            )
        if claim.regime == "consumer" and any(
            not item.date_default and item.is_late(claim.stop) for item in claim.items
        ):
            sentences.append(
                self.env._(
                    "No interest runs on items without a dated formal notice (articles "
                    "1231-6 and 1344-1 of the Code civil)."
                )
            )
        if claim.regime == "business":
            sentences += self._compare_with_floor(claim, rates)
        sentences += self._warn_invoiced(claim)

    @api.model
    def _warn_invoiced(self, claim):
        if any(not i.row["is_invoice"] and i.is_late(claim.stop) for i in claim.items):
            if claim.regime != "consumer":
                yield self.env._(
                    "Items that are no invoices, opening balances for instance, bear "
                    "no fixed compensation here: it is due once per invoice."
                )

    @api.model
    def _compare_with_floor(self, claim, rates):
        """Return sentences on rates below the least that the law allows."""
        firsts = {}
        for item in claim.items:
            if item.runs_from:
                terms = (item.rate_kind, item.rate_value)
                if terms not in firsts or item.runs_from < firsts[terms].runs_from:
                    firsts[terms] = item
        if not firsts:
            return []
        parameters = self.env["collection.legal.parameter"]
        first = min(item.runs_from for item in firsts.values())
        multiple = parameters._get_decimal("penalty_floor_multiple", first)
        try:
            legal = parameters._get_rates(LEGAL, first, claim.stop)
        except UserError as error:
            # The claim itself does not need that rate: only the comparison does.
            return [str(error)]
        return [
            sentence
            for item in firsts.values()
            for sentence in self._find_low_rates(
                item, claim.stop, rates, legal, multiple
            )
        ]

    @api.model
    def _find_low_rates(self, item, stop, rates, legal, multiple):
        table = late_interest.RateTable(self._get_item_rates(item, stop, rates))
        for day, percent in self._cut(legal, item.runs_from, stop):
            applied, _end = table.find(max(day, item.runs_from))
            floor = multiple * percent
            if applied < floor:
                yield self.env._(
                    "From %(day)s the rate applied, %(rate)s %%, is below %(multiple)s "
                    "times the legal rate, %(floor)s %% (article L441-10 II of the "
                    "Code de commerce). It was left as it is.",
                    day=format_date(self.env, max(day, item.runs_from)),
                    rate=f"{applied:.2f}",
                    multiple=f"{multiple.normalize():f}",
                    floor=f"{floor:.2f}",
                )

    # === VALUES === #

    @api.model
    def _to_values(self, claim, rates, excluded):
        company = claim.case.company_id
        rows = [self._to_line_values(claim, item, rates) for item in claim.items]
        left_out = set(excluded.ids) if excluded else set()
        for row in rows:
            row["is_excluded"] = row["move_line_id"] in left_out
        return {
            "case_id": claim.case.id,
            "date": company._get_collection_today(),
            "date_stop": claim.stop,
            "date_judgment": claim.judgment or False,
            "debtor_type": claim.case.debtor_type,
            "regime": claim.regime,
            "basis": company.collection_interest_basis,
            "interest_first": claim.case._is_interest_first(),
            "warning": "\n".join(dict.fromkeys(claim.warnings)) or False,
            "line_ids": [
                Command.create(row)
                for row in rows
                if row["principal"]
                or row["interest"]
                or row["indemnity"]
                or row["interest_waived"]
            ],
        }

    @api.model
    def _to_line_values(self, claim, item, rates):
        row = item.row
        interest_first = claim.case._is_interest_first() and not item.is_settled
        item_rates = self._get_item_rates(item, claim.stop, rates)
        result = self._run(claim, item, item_rates, interest_first)
        return {
            "move_line_id": row["line_id"],
            "move_id": row["move_id"],
            "document": row["document"],
            "date": row["date"],
            "date_due": row["due"],
            "date_from": bool(item_rates) and item.runs_from,
            "date_to": claim.stop,
            "document_currency_id": row["currency_id"],
            "amount_currency": row["amount_currency"],
            "amount_total": float(item.total),
            "rate_kind": item.rate_kind,
            "rate_value": item.rate_value,
            "rates": [[day.isoformat(), str(rate)] for day, rate in item_rates],
            "date_default": item.rate_kind == "legal" and item.date_default,
            "interest_first": interest_first,
            "indemnity": float(item.indemnity),
            **self._to_amounts(result),
            "segment_ids": [
                Command.create(self._to_segment_values(s)) for s in result.segments
            ],
            "settlement_ids": self._to_settlement_commands(item, result),
        }

    @api.model
    def _run(self, claim, item, item_rates, interest_first):
        events = defaultdict(list)
        for settlement in item.settlements:
            events[settlement.kind].append((settlement.day, settlement.amount))
        return late_interest.late_interest(
            item.total,
            item.row["due"],
            claim.stop,
            item_rates,
            events[late_interest.PAYMENT],
            int(claim.case.company_id.collection_interest_basis),
            interest_first,
            credits=events[late_interest.CREDIT],
            invoiced=events[late_interest.INVOICED],
            waivers=[day for day, _amount in events[late_interest.WAIVER]],
            runs_from=item.runs_from if item_rates else date.max,
        )

    @api.model
    def _to_amounts(self, result):
        """Return the amounts of a line from its calculation."""
        kinds = defaultdict(lambda: late_interest.ZERO)
        for split in result.splits:
            kinds[split.kind] += split.amount
        return {
            "amount_paid": float(kinds[late_interest.PAYMENT]),
            "amount_credit": float(kinds[late_interest.CREDIT]),
            "principal": float(result.principal_left),
            "interest_accrued": float(result.total_interest),
            "interest_paid": float(result.settled_interest(late_interest.PAYMENT)),
            "interest_invoiced": float(result.settled_interest(late_interest.INVOICED)),
            "interest_waived": float(result.settled_interest(late_interest.WAIVER)),
            "interest": float(result.interest_left),
        }

    @api.model
    def _to_segment_values(self, segment):
        return {
            "date_start": segment.start,
            "date_end": segment.end,
            "days": segment.days,
            "year_days": segment.year_days,
            "base": float(segment.base),
            "rate": float(segment.rate),
            "interest": float(segment.interest),
        }

    @api.model
    def _to_settlement_commands(self, item, result):
        names = defaultdict(list)
        for settlement in item.settlements:
            names[settlement.day, settlement.kind].append(settlement.name or "")
        return [
            Command.create(
                {
                    "date": split.day,
                    "kind": split.kind,
                    "name": names[split.day, split.kind].pop(0),
                    "amount": float(split.amount),
                    "to_interest": float(split.to_interest),
                    "to_principal": float(split.to_principal),
                }
            )
            for split in result.splits
        ]
