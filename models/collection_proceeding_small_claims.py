from odoo import fields, models
from odoo.tools import float_compare, format_amount

from .collection_proceeding import ENDED_STATES, Missing

KIND = "small_claims"
ANSWER = "debtor_answer_small_claims"


class CollectionProceeding(models.Model):
    """The simplified procedure for small claims.

    Articles L125-1 and R125-1 and following of the Code des procédures civiles
    d'exécution: a commissaire invites the debtor, who has a month to agree; his silence
    is a refusal. On an agreement the commissaire issues an enforceable title. All costs
    stay with the creditor.
    """

    _inherit = "collection.proceeding"

    kind = fields.Selection(
        selection_add=[(KIND, "Small claims")], ondelete={KIND: "cascade"}
    )
    state = fields.Selection(
        selection_add=[
            ("filed",),
            ("invited", "Debtor invited"),
            ("agreed", "Debtor agreed"),
            ("granted",),
        ],
        ondelete={"invited": "set default", "agreed": "set default"},
    )

    # === STATES === #

    def _update_state(self, target, **values):
        moved = super()._update_state(target, **values)
        if target == "enforceable" or target in ENDED_STATES:
            moved.filtered(lambda one: one.debtor_answer == "agreed")._end_suspension()
        return moved

    def _end_suspension(self):
        """Let limitation run again: it was suspended by the debtor's agreement."""
        # Events are noted by whoever works the proceeding, see the case.
        events = self.env["collection.limitation.event"].sudo()
        open_events = events.search(
            [
                ("kind", "=", "suspension"),
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("date_end", "=", False),
            ]
        )
        for event in open_events:
            today = event.company_id._get_collection_today()
            event.date_end = max(today, event.date)

    # === HOOKS OF THE KIND === #

    def _small_claims_moves(self):
        ends = {"settled", "closed", "cancelled"}
        return {
            "draft": {"ready", "filed", "cancelled"},
            "ready": {"draft", "filed", "cancelled"},
            "filed": {"invited", *ends},
            "invited": {"agreed", "refused", *ends},
            "agreed": {"enforceable", *ends},
            "enforceable": {"settled", "closed"},
        }

    def _small_claims_missing(self):
        return [
            *self._missing_for_commissaire(),
            *self._missing_statement(),
            *self._missing_of_text(),
        ]

    def _missing_of_text(self):
        """Return where what is known differs from what article L125-1 says."""
        missing = []
        ceiling = self._get_parameter("small_claims_ceiling")
        amount = self.amount_principal + self.amount_interest
        if float_compare(amount, ceiling, precision_digits=2) > 0:
            missing.append(
                Missing(
                    "ceiling",
                    self.env._(
                        "Principal and interest are %(amount)s; the text is about "
                        "claims up to %(ceiling)s.",
                        amount=format_amount(self.env, amount, self.currency_id),
                        ceiling=format_amount(self.env, ceiling, self.currency_id),
                    ),
                    "action_choose_other_way",
                )
            )
        if self.case_id._is_between_traders():
            missing.append(
                Missing(
                    "traders",
                    self.env._(
                        "Both sides are known as traders: the text leaves what one "
                        "trader invoices to another to articles L126-1 and following."
                    ),
                    "action_choose_other_way",
                )
            )
        return missing

    def _small_claims_remarks(self):
        """What the text asks for and the data cannot tell."""
        remarks = []
        department = self.case_id._get_debtor_department()
        if department and self.commissaire_id:
            remarks.append(
                Missing(
                    "area",
                    self.env._(
                        "The commissaire works in the area of the court of appeal of "
                        "the debtor, department %s.",
                        department,
                    ),
                )
            )
        if self.case_id._is_between_traders() is None:
            remarks.append(
                Missing(
                    "traders", self.case_id._describe_traders(), "action_open_debtor"
                )
            )
        return remarks

    def _small_claims_costs(self):
        self._add_parameter_cost("small_claims_start_fee", self.date_filed)

    def _small_claims_steps(self):
        return {
            "filed": {"invited": self.env._("Invitation sent")},
            "invited": {
                "agreed": self.env._("Debtor agrees"),
                "refused": self.env._("Debtor refuses"),
                "silent": self.env._("No answer within the month"),
            },
            "agreed": {"title": self.env._("Title issued")},
        }.get(self.state, {})

    def _small_claims_files(self):
        return self._get_claim_files()

    def _small_claims_instruction(self):
        return (
            self.env._("Simplified procedure for the recovery of small claims"),
            [
                self.env._(
                    "Please invite the debtor named below to take part in the "
                    "simplified procedure for the recovery of small claims (articles "
                    "L125-1 and R125-1 and following of the Code des procédures "
                    "civiles d'exécution), by registered letter with advice of "
                    "receipt or by electronic message."
                ),
                self.env._(
                    "If the debtor agrees on the amount and on how it is paid, please "
                    "issue the enforceable title and send us a copy of it. If he "
                    "refuses, or has not answered within a month of the invitation, "
                    "please send us the record of it."
                ),
                self.env._("We know that the costs of this procedure stay with us."),
            ],
        )

    # === STEPS === #

    def _commissaire_invited(self, day):
        self._update_state("invited", date_invited=day)
        self._open_deadline(ANSWER, day)

    def _commissaire_agreed(self, day):
        self._update_state(
            "agreed", debtor_answer="agreed", date_answered_by_debtor=day
        )
        self._meet_deadline(ANSWER, day)
        # His agreement suspends limitation while the procedure lasts.
        self._note_limitation("suspension", day)

    def _commissaire_refused(self, day):
        self._meet_deadline(ANSWER, day)
        self._update_state(
            "refused", debtor_answer="refused", date_answered_by_debtor=day
        )

    def _commissaire_silent(self, day):
        self._meet_deadline(ANSWER, day)
        self._update_state(
            "refused", debtor_answer="silent", date_answered_by_debtor=False
        )

    def _commissaire_title(self, day):
        self._update_state(
            "enforceable", date_title=day, amount_granted=self.amount_total
        )
        self._add_parameter_cost("small_claims_title_fee", day)
        self._note_limitation("title", day)
