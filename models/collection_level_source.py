from dataclasses import dataclass
from datetime import date

from odoo import api, models
from odoo.tools import html_sanitize, plaintext2html

POLICIES = "credit.control.policy"
REMINDERS = "credit.control.line"
# A level counted from the end of the month comes half a month later on average.
END_OF_MONTH_DAYS = 15
SENT_STATES = ("sent",)


@dataclass(frozen=True, slots=True)
class Level:
    """A reminder of a policy: days from the due date, channel and words."""

    id: int
    name: str
    delay: int
    channel: str
    body: str


@dataclass(frozen=True, slots=True)
class Policy:
    """An ordered set of levels; without any, its debtors are left alone."""

    id: int
    name: str
    levels: tuple
    partner_ids: tuple
    is_default: bool


@dataclass(frozen=True, slots=True)
class Reminder:
    """What was sent about a receivable, at which level and when."""

    line_id: int
    level_id: int
    day: date


class CollectionLevelSource(models.AbstractModel):
    """Reads policies, levels and reminders of OCA's ``account_credit_control``.

    The one place that knows that module; it is read only and need not be installed.
    """

    _name = "collection.level.source"
    _description = "Reminder levels of another module"

    @api.model
    def _is_available(self):
        return POLICIES in self.env

    @api.model
    def _read_policies(self, company):
        """Return the :class:`Policy` of ``company`` and those of all companies."""
        # Who sets collection up need not have the rights of the other module.
        policies = self.env[POLICIES].sudo().with_company(company)
        partners = (
            self.env["res.partner"]
            .sudo()
            .with_company(company)
            ._read_group(
                [("credit_policy_id", "!=", False)],
                ["credit_policy_id"],
                ["id:array_agg"],
            )
        )
        by_policy = {policy.id: ids for policy, ids in partners}
        return [
            Policy(
                policy.id,
                policy.name,
                () if policy.do_nothing else self._read_levels(policy),
                tuple(by_policy.get(policy.id, ())),
                policy == company.sudo().credit_policy_id,
            )
            for policy in policies.search([("company_id", "in", (False, company.id))])
        ]

    @api.model
    def _read_levels(self, policy):
        levels, previous = [], 0
        for level in policy.level_ids.sorted("level"):
            delay = level.delay_days
            if level.computation_mode == "previous_date":
                delay += previous
            elif level.computation_mode == "end_of_month":
                delay += END_OF_MONTH_DAYS
            # Two levels never fall on one day, nor the later before the earlier.
            previous = max(delay, previous + 1 if levels else delay)
            levels.append(
                Level(
                    level.id,
                    level.name,
                    previous,
                    "letter" if level.channel == "letter" else "email",
                    # Its words are text: what they compute with is not there here.
                    html_sanitize(
                        level.custom_mail_text or plaintext2html(level.custom_text),
                        sanitize_attributes=True,
                    ),
                )
            )
        return tuple(levels)

    @api.model
    def _read_reminders(self, company):
        """Return the :class:`Reminder` of all that is still open."""
        rows = (
            self.env[REMINDERS]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "=", company.id),
                    ("state", "in", SENT_STATES),
                    ("move_line_id.reconciled", "=", False),
                ],
                ["move_line_id", "policy_level_id", "date_sent", "date"],
                order="id",
            )
        )
        return [
            Reminder(
                row.move_line_id.id,
                row.policy_level_id.id,
                row.date_sent or row.date,
            )
            for row in rows
        ]
