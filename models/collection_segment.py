from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain


class CollectionSegment(models.Model):
    """A kind of debtor, told by a domain, that goes through a given scenario."""

    _name = "collection.segment"
    _description = "Debtor segment"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="The first segment a case belongs to decides."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for every company.")
    domain = fields.Char(required=True, default="[]")
    scenario_id = fields.Many2one(
        "collection.scenario", required=True, check_company=True, ondelete="restrict"
    )
    case_ids = fields.One2many("collection.case", "segment_id")
    case_count = fields.Integer(compute="_compute_case_count")

    # === COMPUTE METHODS === #

    def _compute_case_count(self):
        counts = dict(
            self.env["collection.case"]._read_group(
                [("segment_id", "in", self.ids)], ["segment_id"], ["__count"]
            )
        )
        for segment in self:
            segment.case_count = counts.get(segment, 0)

    # === CONSTRAINTS === #

    @api.constrains("domain")
    def _check_domain(self):
        for segment in self:
            try:
                self.env["collection.case"].search(segment._get_domain(), limit=1)
            except (ValueError, SyntaxError, TypeError, KeyError, UserError) as error:
                raise ValidationError(
                    self.env._(
                        "The condition of segment “%(segment)s” cannot be read: "
                        "%(error)s",
                        segment=segment.name,
                        error=error,
                    )
                ) from error

    # === ACTION METHODS === #

    def action_open_cases(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_case_action"
        )
        return action | {"domain": [("segment_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    def _get_domain(self):
        self.ensure_one()
        return Domain(literal_eval(self.domain or "[]"))

    @api.model
    def _assign(self, company, cases=None):
        """Give the cases of ``company`` their segment: the first one that fits.

        One search per segment, one write per segment that gains cases.
        """
        remaining = Domain("company_id", "=", company.id)
        if cases is not None:
            remaining &= Domain("id", "in", cases.ids)
        Case = self.env["collection.case"]
        taken = Case.browse()
        segments = self.search([("company_id", "in", (False, company.id))])
        for segment in segments:
            found = Case.search(remaining & segment._get_domain()) - taken
            taken |= found
            found.filtered(
                lambda case, s=segment: case.segment_id != s
            ).segment_id = segment
        leftover = Case.search(remaining & Domain("segment_id", "!=", False)) - taken
        leftover.segment_id = False
