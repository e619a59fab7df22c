import logging
import time

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

MANAGER = "l10n_fr_debt_collection.group_collection_manager"


class CollectionObservatory(models.AbstractModel):
    """Looks at how debtors pay: facts, profiles, predictions, scores, credit policy.

    Each stage reads what those before it have written, for all cases of a company at
    once, and is a transaction of its own: killed half-way, the next pass does it again.
    """

    _name = "collection.observatory"
    _description = "Payment observatory"

    # === ACTION METHODS === #

    @api.model
    def action_refresh(self):
        """Have the observatory of the chosen companies computed now, in the background.

        :raises AccessError: when the user is no manager of debt collection
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "Only managers of debt collection may have the observatory "
                    "computed again. It is computed every night."
                )
            )
        # Managers may ask for the job but not read scheduled jobs.
        cron = self.env.ref("l10n_fr_debt_collection.ir_cron_observatory").sudo()
        cron._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "The observatory is being computed. Come back in a few minutes."
                ),
            },
        }

    # === BUSINESS METHODS === #

    @api.model
    def _cron_refresh(self):
        """Compute the observatory of every company, stage by stage."""
        cron = self.env["ir.cron"]
        companies = self.env["res.company"].search(Domain.TRUE)
        stages = self._get_stages()
        cron._commit_progress(remaining=len(companies) * len(stages))
        for company in companies:
            for name, stage in stages:
                self._run_stage(company, name, stage)
                cron._commit_progress(1)

    @api.model
    def _refresh(self, company):
        """Compute the observatory of a company, all stages in this transaction."""
        for _name, stage in self._get_stages():
            stage(company)

    @api.model
    def _get_stages(self):
        """Return ``[(name, function of a company)]`` in the order of work. Hook."""
        forecast = self.env["collection.forecast"]
        risk = self.env["collection.risk"]
        return [
            ("facts", self.env["collection.payment.fact"]._rebuild),
            ("profiles", self.env["collection.profile"]._refresh),
            ("forecast", forecast._refresh),
            ("risk", risk._refresh),
            ("history", risk._store_history),
            ("credit", self.env["collection.credit.policy"]._refresh),
            ("date", self._note_computed),
        ]

    @api.model
    def _run_stage(self, company, name, stage):
        begin = time.monotonic()
        stage(company)
        _logger.info(
            "Observatory of %s: %s in %.1f s",
            company.display_name,
            name,
            time.monotonic() - begin,
        )

    @api.model
    def _note_computed(self, company):
        company.collection_observatory_date = fields.Datetime.now()
