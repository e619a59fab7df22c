from odoo import api, fields, models

from ..models.collection_proceeding import ENDED_STATES

# What was given up tells nothing of a way.
MEASURED_STATES = tuple(state for state in ENDED_STATES if state != "cancelled")


class CollectionLegalPathWay(models.TransientModel):
    """One way to go on: its conditions, its cost and what it has brought so far."""

    _name = "collection.legal.path.way"
    _description = "Way of legal action"
    _order = "sequence, id"

    wizard_id = fields.Many2one(
        "collection.legal.path", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    code = fields.Char(required=True)
    name = fields.Char(required=True)
    sequence = fields.Integer()
    summary = fields.Char()
    conditions = fields.Json(
        help="Pairs of what is known (true, false, null for not known) and a sentence."
    )
    notes = fields.Json(help="Sentences that are no conditions.")
    conditions_html = fields.Html(
        string="Conditions of the text",
        compute="_compute_conditions_html",
        sanitize=False,
    )
    unmet_count = fields.Integer(
        string="Conditions that differ", compute="_compute_counts"
    )
    unknown_count = fields.Integer(string="To be checked", compute="_compute_counts")
    cost = fields.Monetary(string="Cost to expect", help="VAT included.")
    cost_words = fields.Char(string="Where the cost comes from")
    legal_source = fields.Char()
    ended_count = fields.Integer(string="Ended so far", compute="_compute_results")
    paid_count = fields.Integer(string="Of which paid", compute="_compute_results")

    # === COMPUTE METHODS === #

    @api.depends("conditions", "notes")
    def _compute_conditions_html(self):
        for way in self:
            way.conditions_html = self.env["ir.qweb"]._render(
                "l10n_fr_debt_collection.collection_legal_path_conditions",
                {"conditions": way.conditions or [], "notes": way.notes or []},
            )

    @api.depends("conditions")
    def _compute_counts(self):
        for way in self:
            known = [is_known for is_known, _sentence in way.conditions or []]
            way.unmet_count = known.count(False)
            way.unknown_count = known.count(None)

    @api.depends("code")
    def _compute_results(self):
        counts = {
            (company, kind, state): count
            for company, kind, state, count in self.env[
                "collection.proceeding"
            ]._read_group(
                [
                    ("company_id", "in", self.wizard_id.company_id.ids),
                    ("kind", "in", self.mapped("code")),
                    ("state", "in", MEASURED_STATES),
                ],
                ["company_id", "kind", "state"],
                ["__count"],
            )
        }
        for way in self:
            found = {
                state: counts.get((way.wizard_id.company_id, way.code, state), 0)
                for state in MEASURED_STATES
            }
            way.ended_count = sum(found.values())
            way.paid_count = found["settled"]

    # === ACTION METHODS === #

    def action_start(self):
        """Take this way: open what prepares it."""
        self.ensure_one()
        return self.wizard_id._start(self.code)
