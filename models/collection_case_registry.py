from odoo import api, fields, models

from ..tools.registries.errors import RegistryError

# Results of a verification that leave nothing to worry about.
GOOD_RESULTS = ("verified", "identified", "consumer")


class CollectionCase(models.Model):
    """The debtor in the public registers."""

    _inherit = "collection.case"

    siren = fields.Char(
        readonly=True,
        index="btree_not_null",
        help="Read from the SIRET or the VAT number of the debtor when they are valid.",
    )
    registry_record_id = fields.Many2one(
        "collection.registry.record",
        string="In the registers",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    proceeding = fields.Selection(
        related="registry_record_id.proceeding",
        string="Insolvency proceedings",
        store=True,
        index="btree_not_null",
    )
    registry_state = fields.Selection(
        related="registry_record_id.state", string="State in the register", store=True
    )

    registry_asked_on = fields.Date(
        string="Registers asked on",
        readonly=True,
        copy=False,
        help="When the registers were last asked about this debtor, whatever they "
        "answered.",
    )
    pending_proposal_count = fields.Integer(
        string="Proposals to decide", compute="_compute_pending_proposal_count"
    )

    # === COMPUTE METHODS === #

    def _compute_pending_proposal_count(self):
        counts = dict(
            self.env["collection.enrichment.proposal"]._read_group(
                [("case_id", "in", self.ids), ("state", "=", "pending")],
                ["case_id"],
                ["__count"],
            )
        )
        for case in self:
            case.pending_proposal_count = counts.get(case, 0)

    # === ACTION METHODS === #

    def action_verify(self):
        """Ask the registers about these debtors: one at once, several by a job."""
        self._raise_if_none()
        if len(self) == 1:
            return self._verify_now()
        jobs = self.env["collection.data.job"]
        for company, cases in self.grouped("company_id").items():
            jobs += jobs._start("verify", company, case_ids=sorted(cases.ids))
        if len(jobs) == 1:
            return jobs._get_records_action()
        return jobs._get_records_action(name=self.env._("Jobs"))

    def action_open_registry_record(self):
        self.ensure_one()
        return self.registry_record_id._get_records_action()

    def action_open_proposals(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_enrichment_proposal_action"
        )
        return action | {"domain": [("case_id", "=", self.id)]}

    # === BUSINESS METHODS === #

    def _verify_now(self):
        """Verify this debtor while the user waits, and say what came of it."""
        case = self.with_context(collection_foreground=True)
        service = self.env["collection.registry.service"]
        try:
            code, detail = case._verify()
        except RegistryError as error:
            return service._notify(service._explain_error(error), "warning")
        labels = self.env["collection.data.worker"]._get_result_labels("verify")
        message = self.env._(
            "%(debtor)s: %(result)s",
            debtor=self.partner_id.display_name,
            result=" · ".join(filter(None, (labels.get(code, code), detail))),
        )
        if count := self.pending_proposal_count:
            message += " " + self.env._("%s proposals to decide.", count)
        return service._notify(
            message, "success" if code in GOOD_RESULTS else "warning"
        )

    def _verify(self):
        """Verify one debtor and its address; return ``(result code, detail)``.

        :raises RegistryError: when the registers could not be asked
        """
        self._refresh_quality()
        enrichment = self.env["collection.enrichment"]
        job = self.env["collection.data.job"]
        code, detail = enrichment._verify(self, job)
        try:
            enrichment._check_addresses(self, job)
        except RegistryError:
            # The address base adds to what a register said; of a consumer it says all.
            if code == "consumer":
                raise
        if code != "unknown":
            self._mark_registry_asked()
        self._refresh_quality()
        return code, detail

    def _mark_registry_asked(self):
        # Figures of a case are written by jobs and by questions to the registers only.
        self.sudo().registry_asked_on = fields.Date.context_today(self)

    def _link_registry_records(self):
        """Link each case to the record of its SIREN, made where there is none."""
        sirens = {case.siren for case in self if case.siren}
        records = self.env["collection.registry.record"]._get_for(sirens)
        for siren, cases in self.grouped("siren").items():
            record = records.get(siren)
            cases.filtered(
                lambda case, record=record: case.registry_record_id != record
            ).registry_record_id = record

    @api.model
    def _get_moved_tables(self):
        return [
            *super()._get_moved_tables(),
            "collection_enrichment_proposal",
            "collection_data_job_item",
        ]
