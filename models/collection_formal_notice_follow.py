from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from .collection_formal_notice import VALID_STATES

FOLLOW_BATCH = 1000


class CollectionFormalNotice(models.Model):
    """What follows a formal notice: it is paid, or somebody decides what comes next."""

    _inherit = "collection.formal.notice"

    # === CRONS === #

    @api.model
    def _cron_follow(self, limit=FOLLOW_BATCH):
        """Settle the notices that are paid, then ask what follows the others."""
        self._settle_paid()
        self._take_back_settled()
        cron = self.env["ir.cron"]
        domain = self._get_unfollowed_domain()
        cron._commit_progress(remaining=self.search_count(domain))
        while notices := self.search(domain, limit=limit, order="id"):
            notices._ask_what_follows()
            if not cron._commit_progress(len(notices)):
                return

    @api.model
    def _settle_paid(self):
        """Settle the notices all of whose invoices are paid."""
        self.search(
            Domain("state", "in", ("ready", *VALID_STATES, "returned"))
            & Domain("line_ids", "!=", False)
            & ~Domain("line_ids.reconciled", "=", False)
        )._update_state("settled")

    @api.model
    def _take_back_settled(self):
        """Bring settled notices whose payment did not stay to where they were."""
        reopened = self.search(
            Domain("state", "=", "settled")
            & Domain("line_ids.reconciled", "=", False)
            & Domain("letter_id", "!=", False)
        )
        for state, notices in reopened.grouped(type(self)._get_letter_state).items():
            notices._update_state(state)

    @api.model
    def _get_unfollowed_domain(self):
        return (
            Domain("state", "in", VALID_STATES)
            & Domain("pay_by_date", "<", fields.Date.context_today(self))
            & Domain("followed_on", "=", False)
        )

    def _ask_what_follows(self):
        """Do with these unpaid notices what the settings of their companies say."""
        for company, notices in self.grouped("company_id").items():
            notices.followed_on = company._get_collection_today()
            spoken = notices.with_company(company).with_context(
                lang=company._get_house_lang()
            )
            unpaid = spoken.filtered(
                lambda notice: (
                    notice._get_newest_live() == notice
                    and not notice.case_id._is_insolvent()
                )
            )
            if company.collection_notice_follow_up == "step":
                unpaid._request_next_step(company.collection_notice_step_id)
            elif company.collection_notice_follow_up == "activity":
                unpaid._leave_decision()

    def _get_newest_live(self):
        """Return the newest notice of the case that waits to be paid."""
        self.ensure_one()
        live = self.case_id.notice_ids.filtered(
            lambda notice: notice.state in VALID_STATES
        )
        return live.sorted(lambda notice: (notice.date, notice.id))[-1:]

    def _request_next_step(self, step):
        for notice in self:
            notice.case_id._request_step(step, reason=notice._describe_unpaid())

    def _leave_decision(self):
        for notice in self:
            notice.case_id.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Formal notice unpaid: decide what follows"),
                note=notice._describe_unpaid(),
                user_id=notice.case_id._get_collector().id or self.env.uid,
            )

    def _describe_unpaid(self):
        self.ensure_one()
        return self.env._(
            "%(notice)s was to be paid by %(date)s; %(amount)s of the principal is "
            "still open.",
            notice=self.name,
            date=format_date(self.env, self.pay_by_date),
            amount=self._format_amount(self.amount_open),
        )
