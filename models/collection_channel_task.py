from odoo import api, models


class CollectionChannelTask(models.AbstractModel):
    """Anything a person does by hand: an activity, closed with an outcome."""

    _name = "collection.channel.task"
    _description = "Collection by task"
    _inherit = ["collection.channel.phone"]

    _rank = 90
    _activity_type = "mail.mail_activity_data_todo"

    @api.model
    def _get_label(self):
        return self.env._("Task")

    @api.model
    def _get_problem(self, contact, case):
        return self._get_collector_problem(case)

    @api.model
    def _get_address(self, contact):
        return ""
