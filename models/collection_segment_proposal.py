from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, formatLang

from ..tools.abc_analysis import CLASS_A_SHARE, round_down

MODULE = "l10n_fr_debt_collection"
# With more than half of the debtors in class A, nobody stands out.
LARGEST_KEY_SHARE = 0.5
# What the law holds a recovery to cost a trader, in euros (C. com. D441-5).
RECOVERY_COST = 40
# Share of the overdue that makes old debts a matter of their own.
OLD_SHARE = 0.15
BUSINESSES = Domain("debtor_type", "=", "business")


class Book(NamedTuple):
    """The ageing balance of a company in a few figures, in company currency."""

    business_count: int
    overdue: float
    old: float
    key_count: int
    key_threshold: float
    key_share: float


class SegmentProposal(NamedTuple):
    """A segment that a company could set apart, and why."""

    name: str
    domain: Domain
    scenario: str
    reason: str


class CollectionSegmentProposal(models.AbstractModel):
    """Proposes segments to a company, from what its debtors owe and how they pay.

    Key accounts are found by ABC analysis, see ``tools.abc_analysis``.
    """

    _name = "collection.segment.proposal"
    _description = "Proposal of segments"

    @api.model
    def _propose(self, company):
        """Return the values of a line per segment that holds debtors and is not there.

        In the order in which they should decide. Three statements, whatever the number
        of debtors.
        """
        existing = self._get_existing_domains(company)
        proposals = [
            proposal
            for proposal in self._get_proposals(company, self._read_book(company))
            if self._normalise(proposal.domain) not in existing
        ]
        figures = self._read_figures(company, [p.domain for p in proposals])
        return [
            self._prepare_line(company, proposal) | figures[place]
            for place, proposal in enumerate(proposals, start=1)
            if place in figures
        ]

    @api.model
    def _prepare_line(self, company, proposal):
        return {
            "name": proposal.name,
            "domain": repr(list(proposal.domain)),
            "reason": proposal.reason,
            "scenario_id": self._get_scenario(company, proposal.scenario).id,
        }

    # === PROPOSALS === #

    @api.model
    def _get_proposals(self, company, book):
        """Return the proposals in the order in which they should decide. Hook."""
        return [
            *self._get_kind_proposals(),
            *self._get_amount_proposals(company, book),
            *self._get_behaviour_proposals(),
            *self._get_foreign_proposals(company),
        ]

    @api.model
    def _get_kind_proposals(self):
        return [
            SegmentProposal(
                self.env._("Public bodies"),
                Domain("debtor_type", "=", "public"),
                "scenario_public",
                self.env._(
                    "Their invoices go through a portal and an accountant, their terms "
                    "are set by law."
                ),
            ),
            SegmentProposal(
                self.env._("Consumers"),
                Domain("debtor_type", "in", ["consumer", "unknown"]),
                "scenario_consumer",
                self.env._(
                    "Private individuals are written to in simple words and owe no "
                    "indemnity for recovery."
                ),
            ),
        ]

    @api.model
    def _get_amount_proposals(self, company, book):
        proposals = []
        if 0 < book.key_count <= LARGEST_KEY_SHARE * book.business_count:
            proposals.append(self._get_key_proposal(company, book))
        proposals.append(self._get_small_proposal(company))
        if book.overdue and book.old >= OLD_SHARE * book.overdue:
            proposals.append(self._get_old_proposal(book))
        return proposals

    @api.model
    def _get_key_proposal(self, company, book):
        threshold = round_down(book.key_threshold)
        return SegmentProposal(
            self.env._("Key accounts"),
            BUSINESSES & Domain("amount_due", ">=", threshold),
            "scenario_key_account",
            self.env._(
                "%(count)s of %(total)s businesses owe %(share)s %% of what businesses "
                "owe: %(amount)s and more each.",
                count=book.key_count,
                total=book.business_count,
                share=round(100 * book.key_share),
                amount=self._format_amount(company, threshold),
            ),
        )

    @api.model
    def _get_small_proposal(self, company):
        return SegmentProposal(
            self.env._("Small balances"),
            BUSINESSES
            & Domain("amount_due", ">", 0)
            & Domain("amount_due", "<=", RECOVERY_COST),
            "scenario_business",
            self.env._(
                "To recover %(amount)s or less by hand costs more than it brings: "
                "automatic messages only.",
                amount=self._format_amount(company, RECOVERY_COST),
            ),
        )

    @api.model
    def _get_old_proposal(self, book):
        return SegmentProposal(
            self.env._("Old debts"),
            BUSINESSES & Domain("overdue_since", "<", "today -90d"),
            "scenario_business",
            self.env._(
                "%s %% of what is overdue is more than 90 days late.",
                round(100 * book.old / book.overdue),
            ),
        )

    @api.model
    def _get_behaviour_proposals(self):
        return [
            SegmentProposal(
                self.env._("High risk"),
                BUSINESSES & Domain("risk_level", "in", ["high", "critical"]),
                "scenario_key_account",
                self.env._("Behaviour or solvency may cost the debt: a person calls."),
            ),
            SegmentProposal(
                self.env._("Late payers"),
                BUSINESSES & Domain("payer_type", "in", ["late", "very_late"]),
                "scenario_business",
                self.env._("They pay after the due date as a rule: ask before it."),
            ),
            SegmentProposal(
                self.env._("Slow payers"),
                BUSINESSES & Domain("payer_type", "=", "slow"),
                "scenario_business",
                self.env._("They pay a little late, but they do pay."),
            ),
            SegmentProposal(
                self.env._("New customers"),
                BUSINESSES & Domain("payer_type", "=", "new"),
                "scenario_business",
                self.env._("Too few payments yet to know how they pay."),
            ),
        ]

    @api.model
    def _get_foreign_proposals(self, company):
        country = company.account_fiscal_country_id or company.country_id
        if not country:
            return []
        return [
            SegmentProposal(
                self.env._("Foreign debtors"),
                BUSINESSES
                & Domain("partner_id.country_id", "not in", [False, country.id]),
                "scenario_business",
                self.env._("Outside %s: another language, other courts.", country.name),
            )
        ]

    # === FIGURES === #

    @api.model
    def _read_book(self, company):
        self.env["collection.case"].flush_model()
        [row] = self.env.execute_query(
            SQL(
                """WITH book AS (
                       SELECT id, debtor_type, amount_due, amount_overdue,
                              amount_91_120 + amount_over_120 AS old
                         FROM collection_case
                        WHERE company_id = %(company)s AND active IS TRUE),
                   ranked AS (
                       SELECT amount_due, sum(amount_due) OVER () AS total,
                              sum(amount_due) OVER (
                                  ORDER BY amount_due DESC, id
                                  ROWS UNBOUNDED PRECEDING) - amount_due AS before
                         FROM book
                        WHERE debtor_type = 'business' AND amount_due > 0),
                   key AS (
                       SELECT count(*) AS number, min(amount_due) AS threshold,
                              sum(amount_due) / min(total) AS share
                         FROM ranked WHERE before < %(share)s * total)
                   SELECT (SELECT count(*) FROM ranked),
                          COALESCE(sum(amount_overdue), 0),
                          COALESCE(sum(old), 0), min(key.number), min(key.threshold),
                          min(key.share)
                     FROM key LEFT JOIN book ON TRUE""",
                company=company.id,
                share=CLASS_A_SHARE,
            )
        )
        return Book(*(float(figure or 0) for figure in row))._replace(
            business_count=row[0], key_count=row[3]
        )

    @api.model
    def _read_figures(self, company, domains):
        """Return ``{place: figures}`` of the domains, from 1, that hold debtors."""
        return {
            row.pop("place"): row
            for row in self.env.execute_query_dict(
                SQL(
                    """SELECT fitting.place, count(*) AS case_count,
                              sum(c.amount_due) AS amount_due,
                              sum(c.amount_overdue) AS amount_overdue,
                              COALESCE(sum(c.amount_overdue * (%(today)s::date
                                                               - c.overdue_since))
                                       / NULLIF(sum(c.amount_overdue), 0), 0)
                                  AS days_late
                         FROM (%(fitting)s) fitting
                         JOIN collection_case c ON c.id = fitting.id
                        WHERE c.amount_due <> 0
                        GROUP BY fitting.place""",
                    today=company._get_collection_today(),
                    fitting=self.env["collection.segment.assignment"]._sql_fitting(
                        company, domains
                    ),
                )
            )
        }

    # === WHAT IS THERE === #

    @api.model
    def _get_existing_domains(self, company):
        segments = self.env["collection.segment"]._get_ranked(company)
        return [self._normalise(segment._get_valid_domain()) for segment in segments]

    @api.model
    def _normalise(self, domain):
        return domain.optimize(self.env["collection.case"])

    @api.model
    def _get_scenario(self, company, name):
        """Return the shipped scenario, else the company's, else the first there is."""
        scenarios = self.env["collection.scenario"]
        shipped = self.env.ref(f"{MODULE}.{name}", raise_if_not_found=False)
        if shipped and shipped.active:
            return shipped
        return company.collection_scenario_id or scenarios.search(
            [("company_id", "in", (False, company.id))], limit=1
        )

    @api.model
    def _format_amount(self, company, amount):
        return formatLang(self.env, amount, currency_obj=company.currency_id)
