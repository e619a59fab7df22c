from odoo import api, models

DELAY = "--javascript-delay"
# In milliseconds; wkhtmltopdf has a fifth of a second of its own when told nothing.
NO_DELAY = "1"


class IrActionsReport(models.Model):
    """Pages without scripts are printed as soon as they are there."""

    _inherit = "ir.actions.report"

    @api.model
    def _build_wkhtmltopdf_args(self, *args, **kwargs):
        """Drop the second that core waits for scripts to have done their work.

        Our pages have none: what could act is taken out before they are printed.
        """
        command = super()._build_wkhtmltopdf_args(*args, **kwargs)
        if self.env.context.get("collection_has_no_script") and DELAY in command:
            command[command.index(DELAY) + 1] = NO_DELAY
        return command
