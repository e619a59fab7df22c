"""The debtors of the ledger: contacts, what the registers say of them, salespeople."""

import itertools

from odoo.tools import SQL

from .. import bench_population
from .staging import Loader, bulk_insert, clone, last_id

FOREIGN = ("BE", "CH", "DE", "ES", "IT", "LU")
FOREIGN_EVERY = 8  # one debtor in so many is abroad
SALESPEOPLE = 12
LIMIT_EVERY = 3  # one debtor in so many has a credit limit
NAF = "01.13Z 10.71C 25.62B 41.20A 43.21A 46.90Z 47.11B 49.41A 56.10A 62.01Z 70.22Z"
SIZES = ("PME", "PME", "PME", "PME", "PME", "PME", "PME", "ETI", "ETI", "GE")
COLUMNS = {
    "number": "int4",
    "name": "text",
    "is_company": "bool",
    "street": "text",
    "zip": "text",
    "city": "text",
    "registry": "text",
    "vat": "text",
    "email": "text",
    "phone": "text",
    "country": "text",
}


def make_salespeople(env):
    """The ids of the users who sell."""
    users = env["res.users"].with_context(no_reset_password=True)
    return users.create(
        [
            {"name": f"Sales {number:02}", "login": f"sales{number:02}"}
            for number in range(1, SALESPEOPLE + 1)
        ]
    ).ids


def insert_debtors(env, prototypes, segments):
    """Insert a contact for each debtor; return the id before the first.

    :param dict segments: kind of each debtor by number, ``company`` or ``person``
    """
    _load(env, segments)
    before = last_id(env, "res_partner")
    with bulk_insert(env, "res_partner"):
        for kind in ("company", "person"):
            _insert(env, getattr(prototypes, kind), before, kind)
    return before


def _load(env, segments):
    """Stage the contacts, companies and persons as the book says."""
    drawn = bench_population.customers(2 * len(segments))
    companies = itertools.cycle([file for file in drawn if file.is_company])
    persons = itertools.cycle([file for file in drawn if not file.is_company])
    staged = Loader(env.cr, "bench_debtor", COLUMNS)
    for number, segment in segments.items():
        file = next(companies if segment == "company" else persons)
        country = "FR"
        if number % FOREIGN_EVERY == 0:
            country = FOREIGN[number // FOREIGN_EVERY % len(FOREIGN)]
        staged.add(
            number,
            file.name,
            file.is_company,
            file.street,
            file.postcode,
            file.town,
            file.registry if country == "FR" else None,
            file.vat if country == "FR" else None,
            file.email,
            file.phones[0],
            country,
        )
    staged.flush()


def _insert(env, prototype, before, kind):
    is_company = kind == "company"
    clone(
        env,
        "res_partner",
        prototype,
        "bench_debtor",
        where="s.is_company" if is_company else "NOT s.is_company",
        id=f"{before} + s.number",
        name="s.name",
        complete_name="s.name",
        commercial_partner_id=f"{before} + s.number",
        commercial_company_name="s.name" if is_company else "NULL",
        street="s.street",
        zip="s.zip",
        city="s.city",
        company_registry="NULLIF(s.registry, '')",
        vat="NULLIF(s.vat, '')",
        email="s.email",
        email_normalized="lower(s.email)",
        phone="s.phone",
        country_id="(SELECT id FROM res_country WHERE code = s.country)",
        industry_id="""(SELECT (array_agg(id ORDER BY id))[1 + s.number % count(*)]
                          FROM res_partner_industry)""",
        credit_limit=f"""CASE WHEN s.number % {LIMIT_EVERY} = 0 THEN
            jsonb_build_object('{env.company.id}', 1000 + s.number % 50 * 500) END""",
        customer_rank="1",
    )


def insert_records(env):
    """Say what the registers know of the French companies, and tell their cases."""
    records = env["collection.registry.record"]
    prototype = records.create(
        {"siren": "000000000", "state": "active", "created_on": "2010-01-01"}
    )
    env.flush_all()
    env.cr.execute(
        SQL(
            """CREATE TEMP TABLE bench_record AS
               SELECT DISTINCT ON (siren) siren, number, name FROM (
                      SELECT left(registry, 9) AS siren, number, name
                        FROM bench_debtor WHERE length(registry) = 14) known
             ORDER BY siren, number"""
        )
    )
    clone(
        env,
        "collection_registry_record",
        prototype.id,
        "bench_record",
        id="nextval('collection_registry_record_id_seq')",
        siren="s.siren",
        name="s.name",
        created_on="DATE '1985-01-01' + s.number * 37 % 14000",
        activity=f"({_array(NAF.split())})[1 + s.number % {len(NAF.split())}]",
        size_category=f"({_array(SIZES)})[1 + s.number % {len(SIZES)}]",
        state="CASE WHEN s.number % 40 = 0 THEN 'ceased' ELSE 'active' END",
        proceeding="""CASE WHEN s.number % 200 = 0 THEN 'receivership'
                           WHEN s.number % 200 = 100 THEN 'liquidation'
                           ELSE 'none' END""",
        proceeding_since="""CASE WHEN s.number % 100 = 0
                            THEN CURRENT_DATE - 30 - s.number % 200 END""",
    )
    prototype.unlink()


def link_records(env):
    """Have the cases know their record."""
    env.cr.execute(
        """UPDATE collection_case c
              SET siren = record.siren, registry_record_id = record.id,
                  proceeding = record.proceeding, registry_state = record.state
             FROM collection_registry_record record
             JOIN res_partner partner
               ON left(partner.company_registry, 9) = record.siren
            WHERE partner.id = c.partner_id"""
    )
    env.invalidate_all()


def _array(values):
    return "ARRAY[{}]".format(", ".join(f"'{value}'" for value in values))
