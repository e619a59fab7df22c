from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools import planning
from .collection_formal_notice import CHANNEL, LEFT_STATES


class CollectionCase(models.Model):
    """The formal notices of a case: how they are made and what follows from them."""

    _inherit = "collection.case"

    notice_ids = fields.One2many(
        "collection.formal.notice", "case_id", string="Formal notices", readonly=True
    )
    notice_count = fields.Integer(
        string="Number of formal notices", compute="_compute_notice_count"
    )

    # === COMPUTE METHODS === #

    @api.depends("notice_ids")
    def _compute_notice_count(self):
        counts = dict(
            self.env["collection.formal.notice"]._read_group(
                [("case_id", "in", self.ids)], ["case_id"], ["__count"]
            )
        )
        for case in self:
            case.notice_count = counts.get(case._origin, 0)

    # === ACTION METHODS === #

    def action_formal_notice(self):
        """Open the window that makes formal notices, with what they would claim."""
        return self.env["collection.formal.notice.make"]._open(self)

    def action_open_notices(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_formal_notice_action"
        )
        action |= {"domain": [("case_id", "=", self.id)], "context": {}}
        if len(self.notice_ids) == 1:
            action |= {
                "res_id": self.notice_ids.id,
                "view_mode": "form",
                "views": [(False, "form")],
            }
        return action

    # === BUSINESS METHODS === #

    def _make_formal_notice(
        self,
        lines=None,
        *,
        date=None,
        days=None,
        statement=None,
        creditor=None,
        deliver=True,
    ):
        """Return new formal notices, one per case; cases that can have none stay out.

        :param lines: the receivables; all that are overdue and neither disputed nor
            promised if not given
        :param date: of the notice, today if not given
        :param days: to pay, the company's usual number if not given
        :param statement: final statement of claim to use instead of a new one
        :param creditor: whom the company collects for, itself if not given
        :param deliver: make the letters, to be posted; otherwise the notices wait
        :raise UserError: none of the cases can have one, with the reasons
        """
        notices = self.env["collection.formal.notice"]
        for company, cases in self.grouped("company_id").items():
            cases = cases.with_company(company)
            day = date or company._get_collection_today()
            decisions = cases._decide_notices(lines, day)
            problems = cases._get_notice_problems(decisions)
            cases._tell_notice_problems(problems)
            actions = cases.filtered(
                lambda case, problems=problems: not problems[case.id]
            )._make_notice_actions(decisions, day)
            notices |= notices._make_for(
                actions,
                days=days,
                creditor=creditor,
                statements={statement.case_id.id: statement} if statement else None,
            )
        return notices._deliver() if deliver else notices

    def _tell_notice_problems(self, problems):
        """Note on the cases why they get no notice; raise when none gets one."""
        stopped = self.filtered(lambda case: problems[case.id])
        if stopped and stopped == self:
            raise UserError(
                "\n".join(
                    f"{case.partner_id.display_name}: {' '.join(problems[case.id])}"
                    for case in stopped[:10]
                )
            )
        stopped._message_log_batch(
            {
                case.id: self.env._(
                    "No formal notice was made. %s", " ".join(problems[case.id])
                )
                for case in stopped
            }
        )

    def _decide_notices(self, lines, day):
        """Return ``{case id: planning.Decision}`` about what a notice would claim."""
        facts = self.env["collection.planner"]._get_facts(self, day)
        judge = self.env["collection.action"]._judge_notice
        chosen = None if lines is None else set(lines.ids)
        return {
            case_id: judge(
                fact, self._get_overdue_ids(fact, day) if chosen is None else chosen
            )
            for case_id, fact in facts.items()
        }

    @api.model
    def _get_overdue_ids(self, fact, day):
        return {line.id for line in fact.lines if line.days_late(day) > 0}

    def _get_notice_problems(self, decisions):
        """Return ``{case id: [why no notice can be made, with the remedy]}``."""
        channel = self.env["collection.channel"]._get(CHANNEL)
        recipients = channel._find_recipients(self)
        problems = defaultdict(list)
        for case in self:
            recipient, decision = recipients[case.id], decisions[case.id]
            found = problems[case.id]
            if case._is_insolvent():
                found.append(
                    self.env._(
                        "Insolvency proceedings are open: declare the claim instead."
                    )
                )
            if case.struck_off_on:
                found.append(
                    self.env._(
                        "Struck off the register on %s: there is nobody to notify.",
                        format_date(self.env, case.struck_off_on),
                    )
                )
            if not decision.step or decision.amount < planning.NOTHING:
                found.append(
                    self.env._(
                        "Nothing overdue that may be claimed: look at disputes, "
                        "promises, plans and credits."
                    )
                )
            if recipient.problem:
                found.append(
                    self.env._(
                        "No address for a letter, %s: complete it on the contact.",
                        recipient.problem,
                    )
                )
        return problems

    def _is_insolvent(self):
        self.ensure_one()
        return any(hold.reason == "insolvency" for hold in self.active_hold_ids)

    def _make_notice_actions(self, decisions, day):
        """Return an action per case, to be delivered, with items and signature."""
        channel = self.env["collection.channel"]._get(CHANNEL)
        recipients = channel._find_recipients(self)
        actions = self.env["collection.action"].create(
            [case._prepare_notice_action(recipients[case.id], day) for case in self]
        )
        actions._write_items(
            {action.id: decisions[action.case_id.id] for action in actions}
        )
        return actions

    def _prepare_notice_action(self, recipient, day):
        self.ensure_one()
        user = self._get_collector() or self.env.user
        contact = self.env["res.partner"].browse(recipient.partner_id)
        return {
            "case_id": self.id,
            "channel": CHANNEL,
            "encloses_invoices": self.company_id.collection_notice_encloses_invoices,
            "date": day,
            "state": "to_validate",
            "user_id": user.id,
            "recipient_id": contact.id,
            "recipient_address": recipient.address,
            "lang": contact.lang or self.partner_id.lang,
            "signatory_name": self.company_id.collection_notice_signatory or user.name,
            "signatory_email": user.email or self.company_id.email,
            "signatory_phone": user.phone,
        }

    def _get_last_notice(self):
        """Return the last formal notice that left, empty if there is none.

        One that came back counts only as long as there is no other.
        """
        self.ensure_one()
        left = self.notice_ids.filtered(lambda notice: notice.state in LEFT_STATES)
        given = left.filtered("date_default")
        return (given or left).sorted(lambda notice: (notice.date, notice.id))[-1:]

    # === HOOKS === #

    def _get_default_dates(self, lines):
        """Return the first day on which a notice put the debtor in default."""
        dates = super()._get_default_dates(lines)
        notices = self.env["collection.formal.notice"].search_fetch(
            [
                ("case_id", "in", self.ids),
                ("line_ids", "in", lines.ids),
                ("date_default", "!=", False),
            ],
            ["date_default", "line_ids"],
        )
        for notice in notices.sorted("date_default", reverse=True):
            for line in notice.line_ids & lines:
                known = dates.get(line.id)
                day = notice.date_default
                dates[line.id] = min(known, day) if known else day
        return dates

    @api.model
    def _get_moved_tables(self):
        return [*super()._get_moved_tables(), "collection_formal_notice"]
