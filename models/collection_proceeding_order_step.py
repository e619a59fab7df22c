from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .collection_proceeding import ENDED_STATES

# Deadlines that each state leaves behind.
FEE_DEPOSIT = "fee_deposit"
ORDER_SERVICE = "order_service"
OPPOSITION = "opposition"
ENFORCEABLE = "enforceable"
OPPOSITION_FEE = "opposition_fee"
OPPOSITION_LAWYER = "opposition_lawyer"


class CollectionProceeding(models.Model):
    """What becomes of a request for a payment order once it is filed.

    Each step is noted with its date; the deadlines that follow from it are opened, and
    those that it meets are closed. A European order has none of the French ones.
    """

    _inherit = "collection.proceeding"

    date_fee_paid = fields.Date(string="Fees deposited on", copy=False, tracking=True)
    date_order = fields.Date(string="Order of", readonly=True, copy=False)
    order_extent = fields.Selection(
        [("full", "In full"), ("partial", "In part")],
        string="Granted",
        readonly=True,
        copy=False,
        tracking=True,
    )
    date_served = fields.Date(string="Served on", readonly=True, copy=False)
    is_served_in_person = fields.Boolean(
        string="Handed over in person",
        readonly=True,
        copy=False,
        help="Otherwise an opposition is possible until one month after the first act "
        "handed over in person, or the first seizure (article 1416).",
    )
    date_opposition = fields.Date(string="Opposed on", readonly=True, copy=False)
    date_hearing = fields.Date(string="Hearing on", readonly=True, copy=False)
    court_letter_ids = fields.One2many(
        "collection.court.letter", "proceeding_id", string="Letters of the court"
    )
    service_limit = fields.Date(string="Serve by", compute="_compute_step_dates")
    opposition_limit = fields.Date(
        string="Opposition until", compute="_compute_step_dates"
    )
    enforceable_from = fields.Date(
        string="Enforceable from", compute="_compute_step_dates"
    )

    @api.depends("deadline_ids.date", "deadline_ids.state")
    def _compute_step_dates(self):
        for proceeding in self:
            dates = {
                deadline.rule_id.code: deadline.date
                for deadline in proceeding.deadline_ids
                if deadline.state != "cancelled"
            }
            proceeding.service_limit = dates.get(ORDER_SERVICE)
            proceeding.opposition_limit = dates.get(OPPOSITION)
            # Abroad the time to oppose is longer than that of article 1422.
            waited = [dates.get(code) for code in (OPPOSITION, ENFORCEABLE)]
            proceeding.enforceable_from = max(filter(None, waited), default=False)

    # === STATES === #

    def _payment_order_moves(self):
        ends = {"settled", "closed", "cancelled"}
        return {
            "draft": {"ready", "filed", "cancelled"},
            "ready": {"draft", "filed", "cancelled"},
            "filed": {"granted", "refused", "lapsed", *ends},
            "granted": {"served", "lapsed", *ends},
            "served": {"opposed", "enforceable", *ends},
            "opposed": {"hearing", "enforceable", "refused", "lapsed", *ends},
            "hearing": {"enforceable", "refused", *ends},
            # Not handed over in person: an opposition is possible until a seizure.
            "enforceable": {"opposed", *ends},
        }

    def _european_order_moves(self):
        return self._payment_order_moves()

    # === FILING === #

    def _payment_order_filed(self):
        if self.court_id._is_commercial():
            self._open_step_deadline(FEE_DEPOSIT, self.date_filed)

    def _payment_order_costs(self):
        """The court of traders takes a fee, the judiciary court none."""
        if not self.court_id._is_commercial():
            return
        fee = self._get_parameter("payment_order_fee", self.date_filed)
        vat = self._get_parameter("vat_rate", self.date_filed)
        self._add_cost(
            "court_fee",
            fee,
            name=self.env._("Payment order: fee of the registry"),
            date=self.date_filed,
            vat=fee * vat / 100,
        )

    # === STEPS === #

    def _note_fee_paid(self, day):
        """The fees have been deposited: the request does not lapse for them."""
        self.date_fee_paid = day
        self._meet_step_deadline(FEE_DEPOSIT, day)
        self._meet_step_deadline(OPPOSITION_FEE, day)

    def _note_order(self, day, amount):
        """The court has ordered payment of ``amount``: service has a last day."""
        is_full = self.currency_id.compare_amounts(amount, self.amount_total) >= 0
        self._check_not_before(day, self.date_filed)
        if self._update_state(
            "granted",
            date_order=day,
            amount_granted=amount,
            order_extent="full" if is_full else "partial",
        ):
            self._open_step_deadline(ORDER_SERVICE, day)

    def _note_refusal(self, day):
        self._check_not_before(day, self.date_filed)
        self._update_state("refused", date_order=day, amount_granted=0)

    def _note_service(self, day, is_in_person):
        """A commissaire has served the order: terms run from that day.

        :raises UserError: when the last day for service is over
        """
        self._check_not_before(day, self.date_order)
        self._check_served_in_time(day)
        if not self._update_state(
            "served", date_served=day, is_served_in_person=is_in_person
        ):
            return
        self._meet_step_deadline(ORDER_SERVICE, day)
        self._open_step_deadline(OPPOSITION, day)
        self._open_step_deadline(ENFORCEABLE, day)
        self.case_id._note_limitation_event(
            "order_served", day, lines=self.line_ids, record=self
        )

    def _note_opposition(self, day, letter_day):
        """The debtor opposes: the order is not enforced, and the court hears both.

        :param letter_day: date of the letter of the registry, from which terms run
        """
        self._check_not_before(day, self.date_served)
        if not self._update_state("opposed", date_opposition=day, date_title=False):
            return
        deadlines = self.env["collection.deadline"]
        deadlines._cancel_by_rule(OPPOSITION, self)
        deadlines._cancel_by_rule(ENFORCEABLE, self)
        if not letter_day:
            return
        if self.court_id._is_commercial():
            self._open_step_deadline(OPPOSITION_FEE, letter_day)
        else:
            self._open_step_deadline(OPPOSITION_LAWYER, letter_day)

    def _note_lawyer(self, day):
        """A lawyer has been appointed for the hearing."""
        self._meet_step_deadline(OPPOSITION_LAWYER, day)

    def _note_hearing(self, day):
        self._update_state("hearing", date_hearing=day)

    def _note_title(self, day):
        """The order, or the judgment after an opposition, can be enforced.

        :raises UserError: when the waiting period after service is not over
        """
        self._check_waited(day)
        if not self._update_state("enforceable", date_title=day):
            return
        self._meet_step_deadline(OPPOSITION, day)
        self._meet_step_deadline(ENFORCEABLE, day)
        self.case_id._note_limitation_event(
            "title", day, lines=self.line_ids, record=self
        )

    def _note_lapse(self):
        """Not served, or fees not deposited, in time: nothing is left of it.

        The claim itself stays: the same can be asked for again.
        """
        self._update_state("lapsed")

    # === CHECKS === #

    def _check_not_before(self, day, earlier):
        if earlier and day < earlier:
            raise UserError(
                self.env._(
                    "%(proceeding)s: %(day)s is before the step that precedes it, of "
                    "%(earlier)s. Correct the date.",
                    proceeding=self.display_name,
                    day=format_date(self.env, day),
                    earlier=format_date(self.env, earlier),
                )
            )

    def _check_served_in_time(self, day):
        if self.service_limit and day > self.service_limit:
            raise UserError(
                self.env._(
                    "%(proceeding)s: article 1411 gives until %(limit)s to serve the "
                    "order of %(order)s; after that day it has no effect. Note that it "
                    "has lapsed: the same can be asked for again.",
                    proceeding=self.display_name,
                    limit=format_date(self.env, self.service_limit),
                    order=format_date(self.env, self.date_order),
                )
            )

    def _check_waited(self, day):
        if (
            self.state == "served"
            and self.enforceable_from
            and day <= self.enforceable_from
        ):
            raise UserError(
                self.env._(
                    "%(proceeding)s: without an opposition the order is enforceable "
                    "after %(day)s (article 1422).",
                    proceeding=self.display_name,
                    day=format_date(self.env, self.enforceable_from),
                )
            )

    # === DEADLINES === #

    def _open_step_deadline(self, code, start):
        if self.kind != "payment_order":
            return
        self.env["collection.deadline"]._open_by_rule(
            code,
            self,
            start,
            amount=self.amount_granted or self.amount_total,
            user=self.user_id,
        )

    def _meet_step_deadline(self, code, day):
        if self.kind == "payment_order" and self.state not in ENDED_STATES:
            self.env["collection.deadline"]._meet_by_rule(code, self, day)

    # === COSTS === #

    def _get_service_fee(self, day, has_travel=True):
        """Return what service costs: article A444-11 by claim, travel, excluding VAT.

        :return: ``(amount excluding VAT, VAT)``
        """
        self.ensure_one()
        claim = self.amount_granted or self.amount_total
        factor = self._get_parameter(self._get_service_factor(claim, day), day)
        fee = factor * self._get_parameter("service_deed_fee", day)
        if has_travel:
            fee += self._get_parameter("service_travel_fee", day)
        vat = fee * self._get_parameter("vat_rate", day) / 100
        return self.currency_id.round(fee), self.currency_id.round(vat)

    def _get_service_factor(self, claim, day):
        compare = self.currency_id.compare_amounts
        if compare(claim, self._get_parameter("service_small_ceiling", day)) <= 0:
            return "service_small_factor"
        if compare(claim, self._get_parameter("service_middle_ceiling", day)) <= 0:
            return "service_middle_factor"
        return "service_large_factor"

    # === SCREENS === #

    def action_order_step(self):
        """Open the dialog of the step that the button names."""
        self.ensure_one()
        self.check_access("read")
        step = self.env.context.get("order_step")
        return self.env["collection.order.step"]._open(self, step)

    def action_lapse(self):
        """Note that the order, or the request, has lapsed."""
        for proceeding in self:
            proceeding._note_lapse()
        return True
