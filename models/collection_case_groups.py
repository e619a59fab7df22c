from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.french_regions import department_and_region
from ..tools.naf import naf_section
from ..tools.postal_address import FRENCH_POST

SECTORS = [
    ("A", "Agriculture, forestry and fishing"),
    ("B", "Mining and quarrying"),
    ("C", "Manufacturing"),
    ("D", "Electricity and gas"),
    ("E", "Water and waste"),
    ("F", "Construction"),
    ("G", "Trade and repair of vehicles"),
    ("H", "Transport and storage"),
    ("I", "Hotels and restaurants"),
    ("J", "Information and communication"),
    ("K", "Finance and insurance"),
    ("L", "Real estate"),
    ("M", "Professional, scientific and technical services"),
    ("N", "Administrative and support services"),
    ("O", "Public administration"),
    ("P", "Education"),
    ("Q", "Health and social work"),
    ("R", "Arts and recreation"),
    ("S", "Other services"),
    ("T", "Households as employers"),
    ("U", "International organisations"),
]


class CollectionCase(models.Model):
    """Where the debtor is and what it does, for groups that Odoo's contacts lack."""

    _inherit = "collection.case"

    department = fields.Char(
        string="French department",
        readonly=True,
        help="Read from the postcode of a debtor in France.",
    )
    region = fields.Char(
        readonly=True,
        help="Of France, read from the postcode; abroad the state of the address.",
    )

    sector = fields.Selection(
        SECTORS,
        readonly=True,
        help="Section of the activity (NAF) that the national register gives.",
    )

    def _review(self):
        self._refresh_groups()
        return super()._review()

    def _refresh_groups(self):
        """Write department, region and sector of these cases, by one statement."""
        self.env["res.partner"].flush_model(["zip", "country_id", "state_id"])
        self.env["collection.registry.record"].flush_model(["activity"])
        self.env["collection.case"].flush_model()
        fresh = [
            (case_id, *self._get_place(country, postcode, state), naf_section(activity))
            for case_id, country, postcode, state, activity in self._read_addresses()
        ]
        if fresh:
            self._write_groups(*map(list, zip(*fresh, strict=True)))

    def _read_addresses(self):
        return self.env.execute_query(
            SQL(
                """SELECT c.id, country.code, partner.zip, state.name, record.activity
                     FROM collection_case c
                     JOIN res_partner partner ON partner.id = c.partner_id
                LEFT JOIN collection_registry_record record
                       ON record.id = c.registry_record_id
                LEFT JOIN res_country country ON country.id = partner.country_id
                LEFT JOIN res_country_state state ON state.id = partner.state_id
                    WHERE c.id = ANY(%s)""",
                list(self.ids),
            )
        )

    @api.model
    def _get_place(self, country_code, postcode, state):
        in_france = (country_code or "FR") in FRENCH_POST
        department, region = department_and_region(postcode) if in_france else ("", "")
        return department, region or state or ""

    def _write_groups(self, case_ids, departments, regions, sectors):
        self.env.cr.execute(
            SQL(
                """UPDATE collection_case c
                      SET (department, region, sector) = (NULLIF(fresh.department, ''),
                          NULLIF(fresh.region, ''), NULLIF(fresh.sector, ''))
                     FROM unnest(%s, %s, %s, %s)
                          AS fresh (id, department, region, sector)
                    WHERE c.id = fresh.id
                      AND (COALESCE(c.department, ''), COALESCE(c.region, ''),
                           COALESCE(c.sector, ''))
                          <> (fresh.department, fresh.region, fresh.sector)""",
                case_ids,
                departments,
                regions,
                sectors,
            )
        )
        self.invalidate_recordset(["department", "region", "sector"])
