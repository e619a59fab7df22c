from odoo import api, fields, models


class CollectionScenarioSwitch(models.Model):
    """A case that something has moved to another scenario: why, and the way back.

    A scenario chosen by a person is left alone. The switch ends when it is undone, or
    when somebody chooses a scenario for the case.
    """

    _name = "collection.scenario.switch"
    _description = "Switch of scenario"
    _inherit = ["collection.case.part"]
    _order = "id desc"

    case_id = fields.Many2one(ondelete="cascade")
    date = fields.Date(required=True, readonly=True)
    from_scenario_id = fields.Many2one(
        "collection.scenario", string="Was", readonly=True, ondelete="set null"
    )
    scenario_id = fields.Many2one(
        "collection.scenario",
        string="Became",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    reason = fields.Char(required=True, readonly=True)
    is_active = fields.Boolean(string="Stands", default=True, readonly=True, index=True)
    date_undone = fields.Date(string="Undone on", readonly=True)

    def action_undo(self):
        """Give the cases back to their segment or their company."""
        self._end().case_id._undo_switch()
        return True

    @api.depends("reason", "scenario_id")
    def _compute_display_name(self):
        for switch in self:
            switch.display_name = f"{switch.scenario_id.name} · {switch.reason}"

    def _end(self):
        """Note that these switches stand no longer; return those that did."""
        standing = self.filtered("is_active")
        for company, switches in standing.grouped("company_id").items():
            # Who chooses a scenario by hand may not write switches.
            switches.sudo().write(
                {"is_active": False, "date_undone": company._get_collection_today()}
            )
        return standing
