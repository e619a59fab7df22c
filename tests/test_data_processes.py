import json
import unittest

from stdnum import luhn

from odoo.tests import tagged

from .process_common import HAS_TEMPLATE, NO_TEMPLATE, SIGKILLED, ProcessCase
from .registry_server import RegistryServer

DEBTORS = 17
SERVICES = ("recherche_entreprises", "insee", "rne", "vies", "ban", "bodacc")


def make_siren(number):
    """Return a SIREN of the range that the recorded answers keep for invented ones."""
    digits = f"9992{number:04d}"
    return digits + luhn.calc_check_digit(digits)


@tagged("post_install", "-at_install")
@unittest.skipUnless(HAS_TEMPLATE, NO_TEMPLATE)
class TestDataProcesses(ProcessCase):
    """A verification on a real database: killed, left by its service, gone on with."""

    suffix = "data_processes"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = RegistryServer().start()
        cls.addClassCleanup(cls.server.stop)
        cls.sirens = [make_siren(number) for number in range(DEBTORS)]
        for number, siren in enumerate(cls.sirens):
            cls.server.add_company({"siren": siren, "name": f"SOCIETE {number}"})
        cls._run_script(
            "prepare_data",
            SERVICES=json.dumps({code: cls.server.url(code) for code in SERVICES}),
            SIRENS=json.dumps(cls.sirens),
        )

    def _get_job(self):
        """Return state, lines done, whether queued, and debtors verified."""
        [row] = self._query(
            """SELECT state, processed, is_queued,
                      (SELECT count(*) FROM collection_data_job_item item
                         JOIN collection_case c ON c.id = item.case_id
                         JOIN res_partner p ON p.id = c.partner_id
                        WHERE item.job_id = job.id AND item.code = 'verified'
                          AND p.enrichment_date IS NOT NULL)
                 FROM collection_data_job job WHERE kind = 'verify'"""
        )
        return row

    def _count_calls(self):
        return len(self.server.calls("recherche_entreprises"))

    def test_killed_and_left_alone_every_debtor_is_verified_once(self):
        self._run_script("execute_data", SIGKILLED, DIE="between:2")
        self.assertEqual(self._get_job(), ("running", 10, True, 10))
        self._run_script("execute_data", SIGKILLED, DIE="within:1")
        self.assertEqual(self._get_job(), ("running", 10, True, 10), "all or nothing")
        self.assertEqual(
            self._count_calls(), 15, "what is committed is not asked again"
        )
        self._check_outage()
        self._run_script("execute_data", ROUNDS="2", RESUME="1")
        self.assertEqual(self._get_job(), ("done", DEBTORS, False, DEBTORS))
        self._check_proposals()

    def _check_outage(self):
        """The service fails: the job waits, what is noted of the service stays."""
        self.server.fail("recherche_entreprises", status=500, times=None)
        asked = self._count_calls()
        self._run_script("execute_data", ROUNDS="4")
        self.assertEqual(self._get_job(), ("waiting", 10, True, 10), "nothing is lost")
        self.assertEqual(self._count_calls(), asked + 3, "then left alone")
        [(failures, is_paused)] = self._query(
            """SELECT failure_count, paused_until > now() AT TIME ZONE 'UTC'
                 FROM collection_registry_service
                WHERE code = 'recherche_entreprises'"""
        )
        self.assertEqual((failures, is_paused), (3, True))
        self.server.recover()

    def _check_proposals(self):
        """Each value is proposed and booked once."""
        [(proposals, distinct, vat)] = self._query(
            """SELECT count(*), count(DISTINCT (partner_id, field_name)),
                      count(*) FILTER (WHERE field_name = 'vat')
                 FROM collection_enrichment_proposal"""
        )
        self.assertEqual((proposals, vat), (distinct, DEBTORS))
        [(doubles,)] = self._query(
            """SELECT count(*) FROM (
                   SELECT FROM collection_value_source
                    GROUP BY partner_id, field_name HAVING count(*) > 1) doubled"""
        )
        self.assertFalse(doubles)
