from unittest.mock import patch

from .common import CollectionCommon
from .registry_server import RegistryServer

FAST = 1_000_000


class EnrichmentCommon(CollectionCommon):
    """The public services are played by a server on this machine."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.services = (
            cls.env["collection.registry.service"]
            .sudo()
            .with_context(active_test=False)
            .search([])
        )
        cls.proposals = cls.env["collection.enrichment.proposal"]
        cls.jobs = cls.env["collection.data.job"]

    def setUp(self):
        super().setUp()
        self.server = RegistryServer().start()
        self.addCleanup(self.server.stop)
        for service in self.services:
            service.write(
                {
                    "url": self.server.url(service.code),
                    "calls_per_minute": FAST,
                    "paused_until": False,
                    "failure_count": 0,
                }
            )
        # Waiting between two tries is the clients' own test.
        patience = patch.object(
            type(self.services),
            "_get_patience",
            lambda service: {"retries": 0, "timeout": (2, 2)},
        )
        self.startPatcher(patience)

    def _service(self, code):
        return self.services.filtered(lambda service: service.code == code)

    def _calls(self, code):
        return len(self.server.calls(code))

    def _make_case(self, name, amount=1000, late=40, **values):
        """Return the case of a debtor who owes ``amount``, its SIREN read."""
        debtor = self._make_debtor(name, **values)
        self._invoice(amount, late, debtor)
        case = self._case(debtor)
        case._refresh_quality()
        return case

    def _verify(self, cases, execute=True):
        """Return the job that verifies ``cases``, executed to where it gets."""
        job = self.jobs._start("verify", self.company, case_ids=cases.ids)
        if execute:
            job._execute()
        return job

    def _codes(self, job):
        """Return ``{debtor: (state, result code)}`` of a job's lines."""
        return {
            item.case_id.partner_id.name: (item.state, item.code)
            for item in job.item_ids
        }

    def _pending(self, partner):
        """Return ``{field: value}`` of what waits for a decision on a contact."""
        pending = self.proposals.search(
            [("partner_id", "=", partner.id), ("state", "=", "pending")]
        )
        return {proposal.field_name: proposal.new_value for proposal in pending}
