from odoo import fields, models

from .collection_value_source import SOURCES

POLICIES = [
    ("accept", "Accept by itself"),
    ("ask", "Ask"),
    ("ignore", "Ignore"),
]


class CollectionEnrichmentRule(models.Model):
    """What becomes of a value that a source offers: the first rule that fits decides.

    Without a rule a person is asked.
    """

    _name = "collection.enrichment.rule"
    _description = "Enrichment rule"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for every company.")
    source = fields.Selection(SOURCES, help="Empty: any source.")
    field_name = fields.Selection(
        selection=lambda self: self.env[
            "collection.enrichment.proposal"
        ]._get_field_selection(),
        string="Field",
        help="Empty: any field.",
    )
    when_empty = fields.Selection(
        POLICIES,
        string="The contact has no value",
        required=True,
        default="accept",
    )
    when_different = fields.Selection(
        POLICIES,
        string="The contact has another value",
        required=True,
        default="ask",
    )
    min_confidence = fields.Integer(
        string="Confidence from (%)",
        default=80,
        help="Under it a value that would be accepted by itself is asked about.",
    )

    _confidence_is_percent = models.Constraint(
        "CHECK(min_confidence BETWEEN 0 AND 100)", "Confidence is a percentage."
    )

    def _get_policy(self, proposal):
        """Return what becomes of ``proposal``: ``accept``, ``ask`` or ``ignore``."""
        rule = next((rule for rule in self if rule._fits(proposal)), None)
        if not rule:
            return "ask"
        policy = rule.when_different if proposal.old_value else rule.when_empty
        if policy == "accept" and proposal.confidence < rule.min_confidence:
            return "ask"
        return policy

    def _fits(self, proposal):
        self.ensure_one()
        return (
            self.company_id in (proposal.company_id, self.company_id.browse())
            and self.source in (False, proposal.source)
            and self.field_name in (False, proposal.field_name)
        )
