from datetime import timedelta

from odoo import api, fields, models

from .collection_value_source import SOURCES

STATES = [
    ("unknown", "Not asked yet"),
    ("active", "Active"),
    ("dormant", "Active, no open establishment"),
    ("ceased", "Ceased"),
    ("not_found", "Not found"),
]
PROCEEDINGS = [
    ("none", "None"),
    ("conciliation", "Conciliation"),
    ("safeguard", "Safeguard"),
    ("receivership", "Receivership"),
    ("liquidation", "Liquidation"),
    ("plan", "Recovery plan"),
    ("closed", "Closed"),
]
FRESH = timedelta(hours=24)


class CollectionRegistryRecord(models.Model):
    """What the public registers say of one SIREN: kept when a service fails, with age.

    One record serves all companies and contacts that bear the SIREN.
    """

    _name = "collection.registry.record"
    _description = "Company in the public registers"
    _order = "siren"
    _rec_names_search = ["siren", "name"]

    siren = fields.Char(required=True, readonly=True)
    name = fields.Char(string="Registered name", readonly=True)
    acronym = fields.Char(readonly=True)
    state = fields.Selection(
        STATES,
        default="unknown",
        required=True,
        readonly=True,
        help="Administrative state. It says nothing of solvency: a company in "
        "liquidation stays active.",
    )
    is_person = fields.Boolean(string="Natural person", readonly=True)
    is_diffusible = fields.Boolean(
        default=True,
        readonly=True,
        help="Off: this person objects to the publication of its data (articles "
        "A123-96 and R123-232 of the Code de commerce). What is withheld is not "
        "looked up elsewhere.",
    )
    created_on = fields.Date(string="Founded on", readonly=True)
    ceased_on = fields.Date(string="Ceased on", readonly=True)
    legal_form = fields.Char(
        string="Legal form", readonly=True, help="INSEE's code of the legal form."
    )
    activity = fields.Char(string="Activity (NAF)", readonly=True)
    size_category = fields.Char(string="Size", readonly=True)
    staff_band = fields.Char(readonly=True, help="INSEE's code of the staff band.")
    vat = fields.Char(string="VAT number", readonly=True)
    siret = fields.Char(string="SIRET of the head office", readonly=True)
    complement = fields.Char(readonly=True)
    street = fields.Char(readonly=True)
    zip = fields.Char(string="Postcode", readonly=True)
    city = fields.Char(string="Town", readonly=True)
    open_establishments = fields.Integer(string="Open establishments", readonly=True)
    directors = fields.Json(
        string="Directors (data)",
        readonly=True,
        help="List of name, role, is_person, siren; no birth data.",
    )
    directors_source = fields.Selection(SOURCES, readonly=True)
    directors_text = fields.Text(string="Directors", compute="_compute_directors_text")
    checked_at = fields.Datetime(
        string="Asked on",
        readonly=True,
        help="When a register last answered about this SIREN.",
    )
    source = fields.Selection(SOURCES, readonly=True)
    proceeding = fields.Selection(
        PROCEEDINGS, default="none", required=True, readonly=True, index=True
    )
    proceeding_since = fields.Date(string="Judgment date", readonly=True)
    proceeding_notice = fields.Char(readonly=True)
    struck_off_on = fields.Date(string="Struck off on", readonly=True)
    watched_since = fields.Date(
        readonly=True, help="Announcements published since that day have been read."
    )
    case_ids = fields.One2many("collection.case", "registry_record_id")

    _siren_uniq = models.Constraint("UNIQUE(siren)", "There is one record per SIREN.")

    # === COMPUTE METHODS === #

    @api.depends("siren", "name")
    def _compute_display_name(self):
        for record in self:
            record.display_name = " · ".join(filter(None, (record.siren, record.name)))

    @api.depends("directors")
    def _compute_directors_text(self):
        for record in self:
            record.directors_text = "\n".join(
                ", ".join(filter(None, (director.get("name"), director.get("role"))))
                for director in record.directors or []
            )

    # === BUSINESS METHODS === #

    @api.model
    def _get_for(self, sirens):
        """Return ``{siren: record}``, making the records that do not exist yet."""
        sirens = set(sirens)
        # Records are written by jobs and by questions to the registers only.
        records_sudo = self.sudo()
        known = records_sudo.search([("siren", "in", list(sirens))])
        missing = sirens - set(known.mapped("siren"))
        known += records_sudo.create([{"siren": siren} for siren in sorted(missing)])
        return {record.siren: record for record in known.with_env(self.env)}

    def _is_fresh(self):
        """Has a register answered lately enough not to be asked again?"""
        self.ensure_one()
        return bool(self.checked_at) and fields.Datetime.now() - self.checked_at < FRESH

    def _store(self, company):
        """Keep what a register says, ``company`` being a ``results.Company``.

        An empty value never replaces a known one, but for a person who objects to
        publication: what was known of it is forgotten.
        """
        self.ensure_one()
        values = self._prepare_values(company)
        if company.is_diffusible:
            values = {
                name: value for name, value in values.items() if value not in ("", None)
            }
        self._write_state(values)

    def _store_directors(self, company):
        """Keep who directs the company, told by a register that says no more."""
        self.ensure_one()
        if directors := self._prepare_directors(company):
            # A collector's question to a register fills a record nobody edits.
            self.sudo().write(
                {"directors": directors, "directors_source": company.source}
            )

    def _store_not_found(self, source):
        self.ensure_one()
        self._write_state(
            {
                "state": "not_found",
                "checked_at": fields.Datetime.now(),
                "source": source,
            }
        )

    def _write_state(self, values):
        old = self.state
        # A collector's question to a register fills a record nobody edits.
        self.sudo().write(values)
        if old != self.state:
            self._on_state_change(old, self.state)

    def _on_state_change(self, old, new):
        """Hook: the administrative state has changed from ``old`` to ``new``."""

    @api.model
    def _prepare_values(self, company):
        office = company.head_office
        address = office.address if office else None
        return {
            "name": company.name,
            "acronym": company.acronym,
            "state": self._get_state(company),
            "is_person": company.is_person,
            "is_diffusible": company.is_diffusible,
            "created_on": company.created_on,
            "ceased_on": company.ceased_on,
            "legal_form": company.legal_form,
            "activity": company.activity,
            "size_category": company.size_category,
            "staff_band": company.staff_band,
            "vat": company.vat,
            "siret": office.siret if office else "",
            "complement": address.complement if address else "",
            "street": address.street if address else "",
            "zip": address.postcode if address else "",
            "city": address.town if address else "",
            "open_establishments": company.open_establishments,
            "directors": self._prepare_directors(company),
            "directors_source": company.source if company.directors else None,
            "checked_at": fields.Datetime.now(),
            "source": company.source,
        }

    @api.model
    def _get_state(self, company):
        if company.is_active is False:
            return "ceased"
        if company.is_active and company.open_establishments == 0:
            return "dormant"
        return "active" if company.is_active else None

    @api.model
    def _prepare_directors(self, company):
        if not company.directors:
            return None
        return [
            {
                "name": director.name,
                "role": director.role,
                "is_person": director.is_person,
                "siren": director.siren,
            }
            for director in company.directors
        ]
