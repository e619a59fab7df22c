from odoo import api, fields, models

from ..tools.limitation import INTERRUPTION, SUSPENSION, TITLE, UNSET, Act

# What each kind does to the term, and whether it can come undone.
EFFECTS = {
    "acknowledgement": (INTERRUPTION, False),
    "court_claim": (INTERRUPTION, True),
    "order_served": (INTERRUPTION, True),
    "enforcement": (INTERRUPTION, False),
    "insolvency_declaration": (SUSPENSION, False),
    "suspension": (SUSPENSION, False),
    "title": (TITLE, False),
    "unset": (UNSET, False),
}


class CollectionLimitationEvent(models.Model):
    """Something that starts the limitation of claims anew, stops it or undoes that.

    Reminders and formal notices are none (Cass. com., 18 May 2022, 20-23.204). What is
    only proposed changes nothing until somebody confirms it.
    """

    _name = "collection.limitation.event"
    _description = "Event of limitation"
    _inherit = ["collection.access.logged", "collection.case.part"]
    _order = "date desc, id desc"
    _check_company_auto = True

    case_id = fields.Many2one(readonly=False, ondelete="cascade")
    kind = fields.Selection(
        [
            ("acknowledgement", "Acknowledged by the debtor"),
            ("court_claim", "Claim in court"),
            ("order_served", "Payment order served"),
            ("enforcement", "Conservatory measure or enforcement"),
            ("insolvency_declaration", "Claim declared in insolvency proceedings"),
            ("suspension", "Suspended"),
            ("title", "Enforceable title"),
            ("unset", "Claim dropped, lapsed or dismissed"),
        ],
        string="What happened",
        required=True,
    )
    date = fields.Date(
        string="On",
        required=True,
        default=lambda self: self.env.company._get_collection_today(),
    )
    date_end = fields.Date(
        string="Until", help="Of a suspension. Empty: it lasts, no term is counted."
    )
    line_ids = fields.Many2many(
        "account.move.line",
        "collection_limitation_event_line_rel",
        "event_id",
        "line_id",
        string="Items",
        help="Empty: all items of the case that existed that day.",
    )
    state = fields.Selection(
        [
            ("proposed", "To be confirmed"),
            ("confirmed", "Confirmed"),
            ("cancelled", "Set aside"),
        ],
        default="proposed",
        required=True,
        readonly=True,
        index=True,
    )
    proof_ids = fields.Many2many(
        "ir.attachment",
        "collection_limitation_event_proof_rel",
        "event_id",
        "attachment_id",
    )
    note = fields.Char()
    res_model = fields.Char(string="Caused by (model)", readonly=True)
    res_id = fields.Many2oneReference(
        string="Caused by", model_field="res_model", readonly=True
    )

    _end_after_start = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date)",
        "A suspension ends after it has begun.",
    )

    # === COMPUTE METHODS === #

    @api.depends("kind", "partner_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for event in self:
            event.display_name = f"{event.partner_id.name}: {labels.get(event.kind)}"

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        events.filtered(
            lambda event: event.state == "confirmed"
        ).case_id._refresh_limitations()
        return events

    def write(self, vals):
        result = super().write(vals)
        if {"state", "date", "date_end", "kind", "line_ids"} & vals.keys():
            self.case_id._refresh_limitations()
        return result

    # === ACTION METHODS === #

    def action_confirm(self):
        """Count the terms from what happened."""
        self.state = "confirmed"
        return True

    def action_set_aside(self):
        """Do not count it."""
        self.state = "cancelled"
        return True

    # === BUSINESS METHODS === #

    def _to_act(self):
        """Return the :class:`tools.limitation.Act` that this event is."""
        self.ensure_one()
        effect, is_court = EFFECTS[self.kind]
        return Act(self.date, effect, self.date_end or None, is_court)
