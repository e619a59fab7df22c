import contextlib

from rapidfuzz import fuzz

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.capitals import readable
from ..tools.comparison import is_same
from ..tools.identifiers import (
    SIRENE_COUNTRIES,
    check,
    french_vat,
)
from ..tools.names import match_key
from ..tools.registries.errors import (
    MalformedError,
    NotFoundError,
    RefusedError,
    RegistryError,
    UnavailableError,
)

# Resemblance of names, in percent, from which a company found by name is proposed.
NAME_FLOOR = 85
# Lead over the second best, in percent, without which nobody is proposed.
NAME_LEAD = 5
# Scores of the national address base: sure, and worth a proposal. The base publishes
# no threshold, these are the usual ones.
ADDRESS_SURE = 0.8
ADDRESS_FLOOR = 0.5
SURE = 100
COMPUTED = 70
GUESSED = 60


class CollectionEnrichment(models.AbstractModel):
    """Ask the public registers about debtors and propose what they say.

    What a register answers is kept in ``collection.registry.record``; what differs from
    the contact becomes proposals. A failure says nothing about the debtor.
    """

    _name = "collection.enrichment"
    _description = "Enrichment by public registers"

    # === ONE DEBTOR === #

    @api.model
    def _verify(self, case, job):
        """Verify one debtor; return ``(result code, detail)``.

        :raises RegistryError: when the register could not be asked
        """
        country = case.partner_id.country_id.code or "FR"
        if case.siren:
            return self._verify_siren(case, job)
        if case.debtor_type == "consumer":
            return "consumer", ""
        if country in SIRENE_COUNTRIES:
            return self._identify(case, job)
        if case.partner_id.vat:
            return self._verify_vat(case)
        return "no_register", ""

    @api.model
    def _verify_siren(self, case, job):
        """Compare a debtor with what the register says of its SIREN."""
        case._link_registry_records()
        record = case.registry_record_id
        siret = check(case.partner_id.company_registry, "", "FR").siret
        office = None
        if not record._is_fresh() or (siret and siret != record.siret):
            try:
                company = self._ask_register(siret or case.siren)
            except NotFoundError as error:
                record._store_not_found(error.service)
                return "not_found", ""
            record._store(company)
            office = next(
                (place for place in company.establishments if place.siret == siret),
                None,
            )
        if record.state == "not_found":
            return "not_found", ""
        self._complete_directors(record)
        case.partner_id.enrichment_date = fields.Date.context_today(record)
        self._propose_identity(case, record, siret, office, job)
        return ("ceased" if record.state == "ceased" else "verified"), record.name

    @api.model
    def _ask_register(self, identifier):
        """Return what the State says of a SIREN or SIRET; INSEE answers when it must.

        :raises RegistryError: when neither could be asked
        """
        service = self.env["collection.registry.service"]
        try:
            return service._call("recherche_entreprises", "company", identifier)
        except (UnavailableError, RefusedError, MalformedError):
            if not service._is_ready("insee"):
                raise
        method = "company" if len(identifier) == 9 else "establishment"
        return service._call("insee", method, identifier)

    @api.model
    def _complete_directors(self, record):
        """Ask the business register who directs, where the others do not tell.

        Directors are welcome but not needed: its failures are only noted.
        """
        service = self.env["collection.registry.service"]
        if record.directors or not record.is_diffusible or not service._is_ready("rne"):
            return
        with contextlib.suppress(RegistryError):
            record._store_directors(service._call("rne", "company", record.siren))

    @api.model
    def _identify(self, case, job):
        """Look a debtor without SIREN up by its name, in its postcode."""
        partner = case.partner_id
        companies = self.env["collection.registry.service"]._call(
            "recherche_entreprises", "search", partner.name, postcode=partner.zip or ""
        )
        company, confidence = self._choose(partner.name, companies)
        if not company:
            return "not_identified", ""
        office = company.establishments[0] if company.establishments else None
        siret = office or company.head_office
        self.env["collection.enrichment.proposal"]._propose(
            [
                self._offer(
                    case,
                    job,
                    "company_registry",
                    {"company_registry": siret.siret if siret else company.siren},
                    source=company.source,
                    # A number found by a name is never sure.
                    confidence=min(confidence, ADDRESS_SURE * 100 - 1),
                    note=self.env._("Found by name: %s", company.name),
                )
            ]
        )
        return "identified", f"{company.siren} {company.name}"

    @api.model
    def _choose(self, name, companies):
        """Return the company that bears ``name`` and how sure that is, in percent."""
        key = match_key(name)
        scored = sorted(
            (
                (
                    max(
                        fuzz.token_sort_ratio(key, match_key(candidate))
                        for candidate in (
                            company.name,
                            company.trade_name,
                            company.acronym,
                        )
                    ),
                    company.siren,
                    company,
                )
                for company in companies
                if company.is_diffusible and company.is_active is not False
            ),
            key=lambda entry: entry[:2],
            reverse=True,
        )
        if not scored or scored[0][0] < NAME_FLOOR:
            return None, 0
        if len(scored) > 1 and scored[0][0] - scored[1][0] < NAME_LEAD:
            return None, 0
        return scored[0][2], round(scored[0][0])

    @api.model
    def _verify_vat(self, case):
        partner = case.partner_id
        answer = self.env["collection.registry.service"]._call(
            "vies", "check", partner.vat
        )
        if answer.is_valid is None:
            # The register of one member state is out: no reason not to ask others.
            return "unknown", self.env._("VIES cannot tell about %s now.", partner.vat)
        today = fields.Date.context_today(partner)
        partner.collection_vat_invalid_on = False if answer.is_valid else today
        if not answer.is_valid:
            return "not_found", partner.vat
        partner.enrichment_date = today
        return "verified", answer.name

    # === WHAT IS PROPOSED === #

    @api.model
    def _propose_identity(self, case, record, siret, office, job):
        """Propose what the register's record says and the contact does not.

        Of a person who objects to the publication of his or her data nothing is
        proposed but the numbers.
        """
        offers = self._offer_numbers(case, record, siret, job)
        if record.is_diffusible:
            offers += self._offer_name(case, record, job)
            offers += self._offer_office(case, record, siret, office, job)
            offers += self._offer_director(case, record, job)
        self.env["collection.enrichment.proposal"]._propose(offers)

    @api.model
    def _offer_numbers(self, case, record, siret, job):
        offers = []
        if record.siret and not siret:
            offers.append(
                self._offer(
                    case,
                    job,
                    "company_registry",
                    {"company_registry": record.siret},
                    source=record.source,
                    note=self.env._("SIRET of the head office"),
                )
            )
        if not case.partner_id.vat:
            offers.append(
                self._offer(
                    case,
                    job,
                    "vat",
                    {"vat": record.vat or french_vat(record.siren)},
                    source=record.source,
                    confidence=SURE if record.vat else COMPUTED,
                    note="" if record.vat else self.env._("Computed from the SIREN"),
                )
            )
        return offers

    @api.model
    def _offer_name(self, case, record, job):
        if not record.name:
            return []
        likeness = fuzz.token_set_ratio(
            match_key(case.partner_id.name), match_key(record.name)
        )
        return [
            self._offer(
                case,
                job,
                "name",
                {"name": record.name},
                source=record.source,
                confidence=round(likeness),
                note=self.env._("Registered name")
                if likeness >= NAME_FLOOR
                else self.env._("Is it the right SIREN? The register has another name"),
            )
        ]

    @api.model
    def _offer_office(self, case, record, siret, office, job):
        """Propose the address of the debtor's own place, else of its head office."""
        address = office.address if office else None
        if address:
            values = {
                "street": address.street,
                "street2": address.complement,
                "zip": address.postcode,
                "city": address.town,
            }
        elif siret in ("", record.siret):
            values = {
                "street": record.street,
                "street2": record.complement,
                "zip": record.zip,
                "city": record.city,
            }
        else:
            return []
        if not (values["street"] and values["zip"]):
            return []
        return [
            self._offer(
                case,
                job,
                "address",
                {name: readable(text or "") for name, text in values.items()},
                source=record.source,
                confidence=90,
                note=self.env._("Address in the register"),
            )
        ]

    @api.model
    def _offer_director(self, case, record, job):
        """Propose who directs the company as decision maker, where there is none."""
        has_one = case.contact_ids.filtered(
            lambda contact: contact.collection_role == "decision_maker"
        )
        persons = [
            director
            for director in record.directors or []
            if director.get("is_person") and director.get("name")
        ]
        if has_one or not persons:
            return []
        name, role = readable(persons[0]["name"]), readable(persons[0]["role"] or "")
        return [
            self._offer(
                case,
                job,
                "name",
                {"name": name, "function": role},
                source=record.directors_source or record.source,
                confidence=GUESSED,
                note=role,
                contact_role="decision_maker",
                contact_name=name,
            )
        ]

    @api.model
    def _offer(self, case, job, field_name, values, **more):
        return {
            "partner_id": case.partner_id.id,
            "company_id": case.company_id.id,
            "job_id": job.id,
            "field_name": field_name,
            "values": values,
            **more,
        }

    # === ADDRESSES === #

    @api.model
    def _check_addresses(self, cases, job):
        """Look the French addresses of debtors up in the national base, in one call.

        A post box or a CEDEX is unknown to the base and left alone.

        :raises RegistryError: when the base could not be asked
        """
        partners = cases.partner_id.filtered(self._is_geocodable)
        if not partners:
            return
        matches = self.env["collection.registry.service"]._call(
            "ban",
            "search_many",
            [
                (str(partner.id), partner.street, partner.zip, partner.city or "")
                for partner in partners
            ],
        )
        found = {
            partner: match
            for partner in partners
            if (match := matches.get(str(partner.id)))
            and match.kind == "housenumber"
            and match.score >= ADDRESS_FLOOR
        }
        self._confirm_addresses(found)
        self._propose_addresses(cases, found, job)

    @api.model
    def _is_geocodable(self, partner):
        words = f" {partner.street or ''} {partner.street2 or ''} {partner.city or ''} "
        is_box = any(mark in words.upper() for mark in (" BP ", " CS ", " CEDEX "))
        is_french = (partner.country_id.code or "FR") in SIRENE_COUNTRIES
        return is_french and not is_box and partner.street and partner.zip

    @api.model
    def _confirm_addresses(self, found):
        """A consumer's address that the base knows is as verified as it can be."""
        sure = self.env["res.partner"].union(
            *(
                partner
                for partner, match in found.items()
                if match.score >= ADDRESS_SURE and self._is_same_place(partner, match)
            )
        )
        consumers = self.env["collection.case"].search(
            Domain("partner_id", "in", sure.ids)
            & Domain("debtor_type", "=", "consumer")
        )
        consumers.partner_id.enrichment_date = fields.Date.context_today(self)

    @api.model
    def _is_same_place(self, partner, match):
        return match.postcode == partner.zip or any(
            is_same("city", partner.city, town) for town in (match.town, match.old_town)
        )

    @api.model
    def _propose_addresses(self, cases, found, job):
        by_debtor = cases.grouped("partner_id")
        self.env["collection.enrichment.proposal"]._propose(
            [
                self._offer(
                    by_debtor[partner][:1],
                    job,
                    "address",
                    {
                        "street": match.street,
                        "street2": partner.street2 or "",
                        "zip": match.postcode,
                        "city": match.town,
                    },
                    source="ban",
                    confidence=round(match.score * 100),
                    note=self.env._("Writing of the national address base"),
                )
                for partner, match in found.items()
                if self._is_same_place(partner, match)
                and (partner.street or "").split()[:1] == [match.house_number]
            ]
        )
