from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..models.collection_segment_assignment import SegmentRule

# Of rules at the same place the older one decides; a draft comes last.
DRAFT_ID = 0
DRAFT_FIELDS = ("segment_id", "name", "domain", "sequence", "scenario_id", "active")


class CollectionSegmentPreview(models.TransientModel):
    """Shows what a changed or new segment would move, before anything is written.

    Without a draft, it shows what the segments as they are would move now.
    """

    _name = "collection.segment.preview"
    _description = "Preview of a change of segments"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    segment_id = fields.Many2one(
        "collection.segment",
        check_company=True,
        ondelete="cascade",
        domain="[('company_id', 'in', (False, company_id))]",
        context={"active_test": False},
        help="Empty: a segment that is not there yet.",
    )
    is_draft = fields.Boolean(
        string="Change a segment",
        default=True,
        help="Off: what the segments as they are would move now.",
    )
    name = fields.Char(string="Name of the segment")
    domain = fields.Char(default="[]")
    sequence = fields.Integer(default=10)
    scenario_id = fields.Many2one(
        "collection.scenario",
        check_company=True,
        domain="[('company_id', 'in', (False, company_id))]",
    )
    active = fields.Boolean(
        string="In use", default=True, help="Off: as if there were no such segment."
    )
    line_ids = fields.One2many(
        "collection.segment.preview.line", "preview_id", readonly=True
    )
    case_count = fields.Integer(compute="_compute_totals", string="Debtors moved")
    scenario_count = fields.Integer(
        compute="_compute_totals", string="Of which change scenario"
    )
    amount_overdue = fields.Monetary(compute="_compute_totals", string="Overdue moved")
    shown_draft = fields.Json(readonly=True)
    is_current = fields.Boolean(compute="_compute_is_current")
    is_done = fields.Boolean(readonly=True)

    # === COMPUTE METHODS === #

    @api.depends("is_draft")
    def _compute_display_name(self):
        for preview in self:
            preview.display_name = self.env._("What would change")

    @api.depends("line_ids")
    def _compute_totals(self):
        for preview in self:
            lines = preview.line_ids
            preview.case_count = sum(lines.mapped("case_count"))
            preview.amount_overdue = sum(lines.mapped("amount_overdue"))
            preview.scenario_count = sum(
                line.case_count - line.manual_count
                for line in lines
                if line.old_scenario_id != line.scenario_id
            )

    @api.depends("shown_draft", "is_draft", *DRAFT_FIELDS)
    def _compute_is_current(self):
        for preview in self:
            preview.is_current = preview.shown_draft == preview._get_draft()

    @api.onchange("segment_id")
    def _onchange_segment_id(self):
        self.update(self._get_segment_values(self.segment_id))

    # === CONSTRAINTS === #

    @api.constrains("domain")
    def _check_domain(self):
        for preview in self:
            preview._get_domain()

    # === ACTION METHODS === #

    def action_preview(self):
        """Show what the draft would move; nothing else is written."""
        self.ensure_one()
        rows = self.env["collection.segment.assignment"]._preview(
            self.company_id, self._get_rules()
        )
        self.line_ids = [
            fields.Command.clear(),
            *(fields.Command.create(self._prepare_line(*row)) for row in rows),
        ]
        self.shown_draft = self._get_draft()
        return True

    def action_apply(self):
        """Write the segment, then give every case its segment."""
        self.ensure_one()
        if self.is_done:
            raise UserError(self.env._("This change has already been applied."))
        if not self.is_current:
            raise UserError(
                self.env._("The draft has changed: look at what it would move first.")
            )
        if self.is_draft:
            self._write_segment()
        moved = self.env["collection.segment"]._assign(self.company_id)
        moved._request_review()
        self.is_done = True
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _open_for(self, segment):
        """Open the preview on a draft of ``segment``; on a new one if it is empty."""
        company = segment.company_id or self.env.company
        preview = self.create(
            {
                "company_id": company.id,
                "segment_id": segment.id,
                **self._get_segment_values(segment),
            }
        )
        if segment:
            preview.action_preview()
        return preview._reopen()

    @api.model
    def _open_as_is(self, company):
        """Open what the segments as they are would move."""
        preview = self.create({"company_id": company.id, "is_draft": False})
        preview.action_preview()
        return preview._reopen()

    @api.model
    def _get_segment_values(self, segment):
        if not segment:
            return {}
        return {
            "name": segment.name,
            "domain": segment.domain,
            "sequence": segment.sequence,
            "scenario_id": segment.scenario_id.id,
            "active": segment.active,
        }

    def _get_draft(self):
        """Return what the lines depend on, to tell when they are out of date."""
        self.ensure_one()
        if not self.is_draft:
            return {"is_draft": False}
        return {
            "segment": self.segment_id._origin.id,
            "domain": self.domain,
            "sequence": self.sequence,
            "scenario": self.scenario_id._origin.id,
            "active": self.active,
        }

    def _get_domain(self):
        self.ensure_one()
        try:
            domain = Domain(literal_eval(self.domain or "[]"))
            domain.validate(self.env["collection.case"])
        except (ValueError, SyntaxError, TypeError, KeyError) as error:
            raise ValidationError(
                self.env._("This condition cannot be read: %s", error)
            ) from error
        return domain

    def _get_rules(self):
        """Return the rules as they would be with the draft, in their order."""
        self.ensure_one()
        rules = self.env["collection.segment.assignment"]._get_rules(self.company_id)
        if not self.is_draft:
            return rules
        rules = [rule for rule in rules if rule.segment_id != self.segment_id.id]
        if self.active:
            rules.append(self._get_draft_rule())
        return sorted(
            rules,
            key=lambda rule: (rule.sequence, not rule.segment_id, rule.segment_id),
        )

    def _get_draft_rule(self):
        if not self.scenario_id:
            raise UserError(self.env._("Choose the scenario of this segment."))
        return SegmentRule(
            self.segment_id.id or DRAFT_ID,
            self.sequence,
            self.scenario_id.id,
            self._get_domain(),
        )

    def _prepare_line(
        self,
        old_segment_id,
        old_scenario_id,
        segment_id,
        scenario_id,
        case_count,
        manual_count,
        amount_due,
        amount_overdue,
    ):
        return {
            "old_segment_id": old_segment_id,
            "old_scenario_id": old_scenario_id,
            "segment_id": segment_id,
            "is_to_draft": segment_id == DRAFT_ID,
            "scenario_id": scenario_id,
            "case_count": case_count,
            "manual_count": manual_count,
            "amount_due": amount_due,
            "amount_overdue": amount_overdue,
        }

    def _write_segment(self):
        values = {
            "name": self.name,
            "domain": self.domain,
            "sequence": self.sequence,
            "scenario_id": self.scenario_id.id,
            "active": self.active,
        }
        if not self.name:
            raise UserError(self.env._("Give the segment a name."))
        if self.segment_id:
            self.segment_id.write(values)
        else:
            self.segment_id = self.env["collection.segment"].create(
                {**values, "company_id": self.company_id.id}
            )

    def _reopen(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What would change"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "current",
        }
