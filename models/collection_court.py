from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.plain_text import bare

# Kinds of court before which a debtor of each type is brought, the first is preferred.
COMMERCIAL_KINDS = ("tae", "commercial", "chamber")
CIVIL_KINDS = ("judiciary",)


class CollectionCourt(models.Model):
    """A court of first instance that may be asked for a payment order.

    Names and towns are shipped; addresses are left empty until somebody has read them
    on the page of the court.
    """

    _name = "collection.court"
    _description = "Court"
    _order = "department_codes, kind, city, id"
    _rec_names_search = ["name", "city"]

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("tae", "Court for economic activities"),
            ("commercial", "Commercial court"),
            ("chamber", "Commercial chamber of the judiciary court"),
            ("judiciary", "Judiciary court"),
            ("protection", "Judge of protection disputes"),
        ],
        required=True,
        index=True,
    )
    department_codes = fields.Char(
        string="Departments",
        required=True,
        help="Codes of the departments it is proposed for, separated by commas: "
        "69, 2A, 974.",
    )
    city = fields.Char(string="Town", required=True)
    address = fields.Text()
    email = fields.Char()
    phone = fields.Char()
    is_to_check = fields.Boolean(
        string="To be checked",
        help="Name and area come from general knowledge: have them confirmed by the "
        "court before you file.",
    )
    note = fields.Text()

    @api.depends("name", "department_codes")
    def _compute_display_name(self):
        for court in self:
            court.display_name = f"{court.name} ({court.department_codes})"

    def _get_departments(self):
        """Return the codes of the departments of this court: set of str."""
        self.ensure_one()
        return {code.strip() for code in (self.department_codes or "").split(",")} - {
            ""
        }

    def _is_commercial(self):
        """Does it judge traders? Its fees are deposited within some days of filing."""
        return self.kind in COMMERCIAL_KINDS

    # === WHICH COURT === #

    @api.model
    def _find(self, case):
        """Return the courts of the debtor's seat or home, his own town's first.

        Businesses are brought before the court of traders, all others before the
        judiciary court (Code de procédure civile, articles 43 and 1406). The borders of
        the courts of one department are not known here: a person chooses.
        """
        return self._find_all(case)[case.id]

    @api.model
    def _find_all(self, cases):
        """Return ``{case id: courts}``, see :meth:`_find`; one query for all."""
        courts = self.search(Domain.TRUE)
        by_place = {}
        for court in courts:
            for department in court._get_departments():
                by_place.setdefault((court.kind, department), self.browse())
                by_place[court.kind, department] += court
        return {case.id: self._choose(case, by_place) for case in cases}

    @api.model
    def _choose(self, case, by_place):
        department = case._get_court_department()
        found = self.browse()
        for kind in self._get_kinds(case):
            found += by_place.get((kind, department), self.browse())
        town = _plain(case.partner_id.city)
        return found.sorted(lambda court: not _is_in(court, town))

    @api.model
    def _get_kinds(self, case):
        """Return the kinds of court before which this debtor is brought. Hook."""
        return COMMERCIAL_KINDS if case.debtor_type == "business" else CIVIL_KINDS


def _is_in(court, town):
    """Is ``court`` in ``town``? Paris 9e and Lyon Cedex are Paris and Lyon."""
    seat = _plain(court.city)
    return bool(town) and (town == seat or town.startswith(f"{seat} "))


def _plain(town):
    return " ".join(bare(town).replace("-", " ").split())
