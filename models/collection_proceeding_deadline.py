from odoo import api, fields, models
from odoo.fields import Domain

from .collection_proceeding import ENDED_STATES, ORDER_KINDS, PREPARED_STATES

ACTIVITY_TYPE = "mail.mail_activity_data_todo"
# Deadlines over which the registry, and then the proceeding, waits for a deposit.
FEE_CODES = ("fee_deposit", "opposition_fee")
LAWYER_CODES = ("opposition_lawyer",)


class CollectionProceeding(models.Model):
    """The next deadline of a proceeding, and what time decides about it."""

    _inherit = "collection.proceeding"

    next_deadline_id = fields.Many2one(
        "collection.deadline",
        string="Next deadline",
        compute="_compute_next_deadline",
        search="_search_next_deadline",
    )
    next_deadline_date = fields.Date(
        string="Next deadline on",
        compute="_compute_next_deadline",
        search="_search_next_deadline_date",
    )
    is_fee_awaited = fields.Boolean(compute="_compute_next_deadline")
    is_lawyer_awaited = fields.Boolean(compute="_compute_next_deadline")
    proposed = fields.Char(
        readonly=True,
        copy=False,
        help="What somebody has been asked to decide, so that he is asked once.",
    )

    @api.depends("deadline_ids.date", "deadline_ids.state")
    def _compute_next_deadline(self):
        for proceeding in self:
            waiting = proceeding.deadline_ids.filtered(
                lambda deadline: deadline.state in ("open", "missed")
            ).sorted("date")
            codes = set(waiting.rule_id.mapped("code"))
            proceeding.next_deadline_id = waiting[:1]
            proceeding.next_deadline_date = waiting[:1].date
            proceeding.is_fee_awaited = not codes.isdisjoint(FEE_CODES)
            proceeding.is_lawyer_awaited = not codes.isdisjoint(LAWYER_CODES)

    def _search_next_deadline(self, operator, value):
        return self._search_open_deadlines("id", operator, value)

    def _search_next_deadline_date(self, operator, value):
        return self._search_open_deadlines("date", operator, value)

    def _search_open_deadlines(self, name, operator, value):
        deadlines = self.env["collection.deadline"].search(
            Domain("res_model", "=", self._name)
            & Domain("state", "in", ("open", "missed"))
            & Domain(name, operator, value)
        )
        return [("id", "in", deadlines.mapped("res_id"))]

    # === WHAT TIME DECIDES === #

    @api.model
    def _cron_follow(self):
        """Ask what becomes of proceedings that were paid, or whose time is over."""
        for company in self.env["res.company"]._iterate_in_cron():
            self._follow_company(company)

    @api.model
    def _follow_company(self, company):
        lang = company.partner_id.lang or self.env.lang
        running = self.with_context(lang=lang).search(
            [
                ("company_id", "=", company.id),
                ("state", "not in", (*ENDED_STATES, *PREPARED_STATES)),
                ("kind", "in", self._get_followed_kinds()),
            ]
        )
        running._propose(company._get_collection_today())

    @api.model
    def _get_followed_kinds(self):
        """Return the kinds of proceeding that the night looks at. Hook."""
        return list(ORDER_KINDS)

    def _propose(self, today):
        """Schedule one activity for each proceeding on which something is decided."""
        values = []
        for proceeding in self:
            code, sentence = proceeding._get_proposal(today)
            if code and code != proceeding.proposed:
                proceeding.proposed = code
                values.append(proceeding._prepare_proposal(sentence, today))
        self.env["mail.activity"].create(values)

    def _get_proposal(self, today):
        """Return what to decide: ``(code, sentence)``, empty when nothing."""
        self.ensure_one()
        if self.line_ids and all(self.line_ids.mapped("reconciled")):
            return "paid", self.env._(
                "All items have been paid. Costs and interest included? Then note this "
                "proceeding as paid, and tell the court if it has not decided yet."
            )
        if (
            self.state == "granted"
            and self.service_limit
            and today > self.service_limit
        ):
            return "unserved", self.env._(
                "The time to serve the order is over (article 1411). Note the service "
                "if it took place, else that the order has lapsed: the same can be "
                "asked for again."
            )
        if self._is_waiting_over(today):
            return "waited", self.env._(
                "No opposition has been noted within the time of article 1422. Note "
                "the order as enforceable, or the opposition."
            )
        return "", ""

    def _is_waiting_over(self, today):
        return (
            self.state == "served"
            and bool(self.enforceable_from)
            and today > self.enforceable_from
        )

    def _prepare_proposal(self, sentence, today):
        self.ensure_one()
        return {
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "activity_type_id": self.env["ir.model.data"]._xmlid_to_res_id(
                ACTIVITY_TYPE
            ),
            "user_id": (self.user_id or self.case_id._get_watch_user()).id,
            "date_deadline": today,
            "summary": self.env._("To decide: %s", self.name),
            "note": sentence,
            "automated": True,
        }
