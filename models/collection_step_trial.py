from odoo import fields, models

from ..tools.random_groups import pick_group


class CollectionStep(models.Model):
    """Variants of the words of a step, drawn by chance, and steps that replace it."""

    _inherit = "collection.step"

    replaces_id = fields.Many2one(
        "collection.step",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The step whose place it took, and whose results it is compared with.",
    )

    variant_ids = fields.One2many(
        "collection.step.variant",
        "step_id",
        string="Variants",
        help="Other words, tried on a share of the debtors.",
    )

    def _pick_variant(self, case):
        """Return the variant that ``case`` gets, empty for the words of the step."""
        self.ensure_one()
        variants = self.variant_ids
        if not variants:
            return variants
        shares = variants.mapped("share")
        # Groups keep their place when a variant is added: the step's own come last.
        group = pick_group(
            f"collection.step,{self.id}", case.id, [*shares, 100 - sum(shares)]
        )
        return variants[group : group + 1]

    def _replace(self):
        """Put a copy in the place of this step, archive this one, return the copy."""
        self.ensure_one()
        # Two steps of one day and channel are not active at the same time.
        self.active = False
        self.flush_recordset(["active"])
        return self.copy({"active": True, "replaces_id": self.id})

    def _open_in_dialog(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
