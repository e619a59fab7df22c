from odoo import fields, models

from .collection_proceeding import Missing

KIND = "uncontested_claim"
ANSWER = "uncontested_answer"
CERTIFICATE = "uncontested_certificate"
SERVICE = "uncontested_service"


class CollectionProceeding(models.Model):
    """The procedure for uncontested claims between traders.

    Articles L126-1 and following of the Code des procédures civiles d'exécution (law
    2026-307): a commissaire serves a demand to pay, the debtor has a month to pay or to
    dispute it. From eight days after that month the commissaire records that nothing
    was disputed; the registrar of the commercial court makes the record enforceable; it
    is then served within six months.
    """

    _inherit = "collection.proceeding"

    kind = fields.Selection(
        selection_add=[(KIND, "Uncontested claim between traders")],
        ondelete={KIND: "cascade"},
    )
    state = fields.Selection(
        selection_add=[
            ("filed",),
            ("demanded", "Demand served"),
            ("uncontested", "Recorded as undisputed"),
            ("granted",),
        ],
        ondelete={"demanded": "set default", "uncontested": "set default"},
    )
    date_record = fields.Date(
        string="Record of", readonly=True, copy=False, tracking=True
    )
    date_title_served = fields.Date(
        string="Title served on", readonly=True, copy=False, tracking=True
    )
    early_record_note = fields.Char(
        string="Days of the text", compute="_compute_early_record_note"
    )

    # === COMPUTE METHODS === #

    def _compute_early_record_note(self):
        for proceeding in self:
            last_day = proceeding._get_deadline(CERTIFICATE).date
            is_early = (
                proceeding.date_record
                and last_day
                and proceeding.date_record <= last_day
            )
            proceeding.early_record_note = is_early and self.env._(
                "The record is of %(day)s; the days of the text end on %(last_day)s.",
                day=proceeding._format_day(proceeding.date_record),
                last_day=proceeding._format_day(last_day),
            )

    # === HOOKS OF THE KIND === #

    def _uncontested_claim_moves(self):
        ends = {"settled", "closed", "cancelled"}
        return {
            "draft": {"ready", "filed", "cancelled"},
            "ready": {"draft", "filed", "cancelled"},
            "filed": {"demanded", *ends},
            "demanded": {"uncontested", "refused", *ends},
            "uncontested": {"enforceable", "refused", *ends},
            "enforceable": {"lapsed", "settled", "closed"},
        }

    def _uncontested_claim_missing(self):
        missing = [*self._missing_for_commissaire(), *self._missing_statement()]
        if not self.case_id._is_between_traders():
            missing.append(
                Missing(
                    "traders",
                    self.env._(
                        "The text is about what one trader invoices to another: %s "
                        "Note it on the debtor, or choose another way.",
                        self.case_id._describe_traders(),
                    ),
                    "action_choose_other_way",
                )
            )
        return missing

    def _uncontested_claim_remarks(self):
        """Decree and tariff, as long as nobody has confirmed them."""
        today = self.company_id._get_collection_today()
        tariff = self.env["collection.legal.parameter"]._get(
            "uncontested_tariff", today
        )
        if not tariff.is_to_check:
            return []
        sentence = self.env._(
            "Decree and tariff of this procedure: not published when this was written, "
            "to be checked."
        )
        return [Missing("decree", sentence)]

    def _uncontested_claim_steps(self):
        return {
            "filed": {"demand_served": self.env._("Demand to pay served")},
            "demanded": {
                "contested": self.env._("Debtor disputes it"),
                "record": self.env._("Record that nothing was disputed"),
            },
            "uncontested": {"enforceable": self.env._("Made enforceable")},
            "enforceable": {"title_served": self.env._("Title served")}
            if not self.date_title_served
            else {},
        }.get(self.state, {})

    def _uncontested_claim_files(self):
        return self._get_claim_files()

    def _uncontested_claim_instruction(self):
        return (
            self.env._("Recovery of an undisputed claim between traders"),
            [
                self.env._(
                    "Please serve on the debtor named below a demand to pay "
                    "(commandement de payer) under articles L126-1 and following of "
                    "the Code des procédures civiles d'exécution. The claim has been "
                    "invoiced by one trader to another."
                ),
                self.env._(
                    "If the debtor has neither paid nor disputed the claim within the "
                    "month, please draw up the record that it is undisputed when the "
                    "eight days that follow are over, have it made enforceable by the "
                    "registrar of the commercial court, and serve it within six "
                    "months."
                ),
                self.env._(
                    "Please tell us before you act if the decree or the tariff of this "
                    "procedure asks for anything else."
                ),
            ],
        )

    # === STEPS === #

    def _commissaire_demand_served(self, day):
        """What a demand of a commissaire does, for both kinds that have one."""
        self._update_state("demanded", date_demand_served=day)
        self._add_service_cost(day)
        self._dispatch("demand_served")

    def _uncontested_claim_demand_served(self):
        # Whether this demand interrupts limitation is not settled: nothing is noted.
        answer = self._open_deadline(ANSWER, self.date_demand_served)
        self._open_deadline(CERTIFICATE, answer.date)

    def _commissaire_contested(self, day):
        self._update_state(
            "refused", debtor_answer="contested", date_answered_by_debtor=day
        )

    def _commissaire_record(self, day):
        self._update_state("uncontested", debtor_answer="silent", date_record=day)
        self._meet_deadline(ANSWER, day)
        self._meet_deadline(CERTIFICATE, day)

    def _commissaire_enforceable(self, day):
        self._update_state(
            "enforceable", date_title=day, amount_granted=self.amount_total
        )
        self._open_deadline(SERVICE, day)
        self._note_limitation("title", day)

    def _commissaire_title_served(self, day):
        self.date_title_served = day
        self._add_service_cost(day)
        self._meet_deadline(SERVICE, day)
