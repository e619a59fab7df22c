from odoo import models

from .collection_legal_path_conditions import Condition


class CollectionLegalPath(models.TransientModel):
    """The ways there are. A part that brings another one extends ``_get_paths``."""

    _inherit = "collection.legal.path"

    def _get_paths(self, case):
        """Return the ways for ``case``, each a dict.

        ``code``, ``name``, ``sequence``, ``summary``; ``conditions``: pairs of what is
        known and a sentence; ``notes``: sentences; ``cost`` with VAT and
        ``cost_words``; ``legal_source``; ``action``: the method of the case that
        prepares it.
        """
        case.ensure_one()
        return [
            self._get_formal_notice_path(case),
            self._get_moratorium_path(case),
            self._get_small_claims_path(case),
            self._get_uncontested_claim_path(case),
            self._get_payment_order_path(case),
            self._get_european_order_path(case),
            self._get_summons_path(case),
            self._get_handover_path(case),
        ]

    # === THE WAYS === #

    def _get_formal_notice_path(self, case):
        last = case._get_last_notice()
        sent = (
            self.env._(
                "Last formal notice: %(name)s of %(date)s.",
                name=last.name,
                date=self._format_date(last.date),
            )
            if last
            else self.env._("No formal notice has been sent yet.")
        )
        return {
            "code": "formal_notice",
            "name": self.env._("Formal notice"),
            "sequence": 10,
            "summary": self.env._("Puts the debtor in default, by registered letter."),
            "conditions": [
                self._condition_due(case),
                self._condition_address(case),
                *self._get_obstacles(case, "formal_notice"),
            ],
            "notes": [
                sent,
                self.env._("It does not interrupt limitation (Com. 18/05/2022)."),
            ],
            "cost_words": self.env._("A registered letter."),
            "legal_source": self.env._("Code civil, articles 1231-6, 1344 and 1344-1"),
            "action": "action_formal_notice",
        }

    def _get_moratorium_path(self, case):
        plan = case._get_plan_to_entrust()
        return {
            "code": "moratorium",
            "name": self.env._("Moratorium followed by a commissaire de justice"),
            "sequence": 20,
            "summary": self.env._("A payment plan whose instalments he watches over."),
            "conditions": [
                Condition(
                    bool(plan) or None,
                    self.env._("Payment plan with the debtor: %s.", plan.name)
                    if plan
                    else self.env._("A payment plan: none yet, one is drawn up first."),
                ),
                self._condition_ceiling(case),
                *self._get_obstacles(case, "moratorium"),
            ],
            "notes": [self.env._("The cost stays with the creditor.")],
            "cost": case._get_moratorium_cost(),
            "cost_words": self._describe_parameters(["moratorium_fee"], case),
            "legal_source": self.env._("Code civil, article 1343-5; agreement"),
            "action": "action_moratorium",
        }

    def _get_small_claims_path(self, case):
        between = case._is_between_traders()
        return {
            "code": "small_claims",
            "name": self.env._("Small claims, by a commissaire de justice"),
            "sequence": 30,
            "summary": self.env._(
                "He invites the debtor to agree; with the agreement he issues an "
                "enforceable title."
            ),
            "conditions": [
                self._condition_ceiling(case),
                self._condition_basis(case),
                Condition(
                    None if between is None else not between,
                    self.env._(
                        "Not invoiced by one trader to another. %s",
                        case._describe_traders(),
                    ),
                ),
                self._condition_area(case),
                *self._get_obstacles(case, "small_claims"),
            ],
            "notes": [
                self.env._("One month to answer; silence is a refusal."),
                self.env._("All costs stay with the creditor."),
            ],
            "cost": case._get_small_claims_cost(),
            "cost_words": self._describe_parameters(
                ["small_claims_start_fee", "small_claims_title_fee"], case
            ),
            "legal_source": self.env._(
                "Code des procédures civiles d'exécution, articles L125-1 and R125-1 "
                "and following"
            ),
            "action": "action_small_claims",
        }

    def _get_uncontested_claim_path(self, case):
        return {
            "code": "uncontested_claim",
            "name": self.env._("Uncontested claim between traders"),
            "sequence": 40,
            "summary": self.env._(
                "A demand served by a commissaire; without a challenge the registrar "
                "makes it enforceable."
            ),
            "conditions": [
                Condition(
                    case._is_between_traders(),
                    self.env._(
                        "Invoiced by one trader to another. %s",
                        case._describe_traders(),
                    ),
                ),
                self._condition_due(case),
                self._condition_undisputed(case),
                self._condition_published(case),
                *self._get_obstacles(case, "uncontested_claim"),
            ],
            "notes": [
                self.env._(
                    "No limit of amount. One month to pay or to dispute the claim; "
                    "that it is disputed, even without a ground, ends it."
                ),
            ],
            "cost": 2 * case._get_service_cost(self.amount_principal),
            "cost_words": self.env._(
                "Two deeds served; what the record costs is to be checked."
            ),
            "legal_source": self.env._(
                "Code des procédures civiles d'exécution, articles L126-1 and "
                "following (law 2026-307)"
            ),
            "action": "action_uncontested_claim",
        }

    def _get_payment_order_path(self, case):
        return {
            "code": "payment_order",
            "name": self.env._("Payment order"),
            "sequence": 50,
            "summary": self.env._("A court orders payment on the papers alone."),
            "conditions": [
                self._condition_basis(case),
                *self._condition_not_public(case),
                self._condition_address(case),
                self._condition_undisputed(case),
                *self._get_obstacles(case, "payment_order"),
            ],
            "notes": [
                self.env._("No limit of amount; the debtor's opposition ends in court.")
            ],
            "cost": self._get_payment_order_cost(case),
            "cost_words": self.env._(
                "Fee of the commercial court, where it is the one, and service of the "
                "order."
            ),
            "legal_source": self.env._(
                "Code de procédure civile, articles 1405 to 1422 and 1425"
            ),
            "action": "action_payment_order",
        }

    def _get_european_order_path(self, case):
        obstacles = self._get_obstacles(case, "european_order")
        return {
            "code": "european_order",
            "name": self.env._("European payment order"),
            "sequence": 60,
            "summary": self.env._("For debtors in another member state."),
            "conditions": [
                *(obstacles or [self._condition_member_state(case)]),
                self._condition_basis(case),
            ],
            "notes": [
                self.env._("A consumer can be sued in his own state only."),
            ]
            if case.debtor_type in ("consumer", "unknown")
            else [],
            "cost_words": self.env._("Fee of the foreign court: to be checked."),
            "legal_source": self.env._(
                "Regulation (EC) 1896/2006; Code de procédure civile, articles 1424-1 "
                "and following"
            ),
            "action": "action_european_order",
        }

    def _get_summons_path(self, case):
        return {
            "code": "summons",
            "name": self.env._("Demand to pay served by a commissaire de justice"),
            "sequence": 70,
            "summary": self.env._("Sommation de payer: an act that he hands over."),
            "conditions": [
                self._condition_due(case),
                self._condition_address(case),
                *self._get_obstacles(case, "summons"),
            ],
            "notes": [
                self.env._("It does not interrupt limitation and gives no title."),
                self.env._(
                    "Its cost stays with the creditor (article L111-8 of the Code des "
                    "procédures civiles d'exécution)."
                ),
            ],
            "cost": case._get_service_cost(self.amount_principal),
            "cost_words": self._describe_parameters(
                ["service_deed_fee", "service_travel_fee"], case
            ),
            "legal_source": self.env._("Code civil, article 1344"),
            "action": "action_summons",
        }

    def _get_handover_path(self, case):
        return {
            "code": "handover",
            "name": self.env._("Hand over to somebody outside"),
            "sequence": 80,
            "summary": self.env._("An agency, a commissaire or a lawyer collects."),
            "conditions": [
                self._condition_due(case),
                *self._get_obstacles(case, "handover"),
            ],
            "notes": [
                self.env._("Who collects for others needs a written mandate (R124-3).")
            ],
            "cost_words": self.env._("Compared by provider in the next step."),
            "legal_source": self.env._(
                "Code des procédures civiles d'exécution, articles L124-1 and R124-1 "
                "and following"
            ),
            "action": "action_propose_handover",
        }
