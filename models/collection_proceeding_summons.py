from odoo import fields, models

KIND = "summons"


class CollectionProceeding(models.Model):
    """A demand to pay that a commissaire de justice serves (sommation de payer).

    It puts the debtor in default (Code civil, article 1344). It gives no title and does
    not interrupt limitation; its cost stays with the creditor (article L111-8 of the
    Code des procédures civiles d'exécution).
    """

    _inherit = "collection.proceeding"

    kind = fields.Selection(
        selection_add=[(KIND, "Demand by a commissaire de justice")],
        ondelete={KIND: "cascade"},
    )
    summons_days = fields.Integer(
        string="Days to pay",
        default=lambda self: self._get_summons_days(),
        help="From the day of service on.",
    )
    date_pay_by = fields.Date(
        string="To be paid by", readonly=True, copy=False, tracking=True
    )

    def _get_summons_days(self):
        today = self.env.company._get_collection_today()
        return int(
            self.env["collection.legal.parameter"]._get_value(
                "formal_notice_days", today
            )
        )

    # === HOOKS OF THE KIND === #

    def _summons_moves(self):
        ends = {"settled", "closed", "cancelled"}
        return {
            "draft": {"ready", "filed", "cancelled"},
            "ready": {"draft", "filed", "cancelled"},
            "filed": {"demanded", *ends},
            "demanded": {"settled", "closed"},
        }

    def _summons_missing(self):
        return [*self._missing_for_commissaire(), *self._missing_statement()]

    def _summons_steps(self):
        if self.state != "filed":
            return {}
        return {"demand_served": self.env._("Demand to pay served")}

    def _summons_files(self):
        return self._get_claim_files()

    def _summons_instruction(self):
        return (
            self.env._("Demand to pay to be served"),
            [
                self.env._(
                    "Please serve on the debtor named below a demand to pay (sommation "
                    "de payer, article 1344 of the Code civil) of the sum set out "
                    "here, to be paid within %s days of service.",
                    self.summons_days,
                ),
                self.env._(
                    "Please send us the deed, and tell us what the debtor answered."
                ),
                self.env._(
                    "We know that its cost stays with us (article L111-8 of the Code "
                    "des procédures civiles d'exécution)."
                ),
            ],
        )

    # === STEPS === #

    def _summons_demand_served(self):
        # A demand does not interrupt limitation: no event is noted.
        self.date_pay_by = fields.Date.add(
            self.date_demand_served, days=self.summons_days
        )
        self._open_pay_by()

    def _open_pay_by(self):
        """Wait for the payment: a deadline that a task reminds of."""
        self.env["collection.deadline"].create(
            {
                "case_id": self.case_id.id,
                "res_model": self._name,
                "res_id": self.id,
                "name": self.env._("Payment asked for by the demand served"),
                "date_from": self.date_demand_served,
                "date": self.date_pay_by,
                "amount": self.amount_total,
                "user_id": self.user_id.id,
            }
        )
