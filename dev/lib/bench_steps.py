"""The steps of ``dev/bench`` that need no database.

Each takes a number of customers and returns a context manager that yields the work to
measure. The measuring process can import the module's plain Python.
"""

import contextlib
import importlib
import multiprocessing
import sys

from . import bench_population, paths


def _tool(name):
    return importlib.import_module(f"odoo.addons.{paths.MODULE}.tools.{name}")


@contextlib.contextmanager
def clean(items):
    """All that is cleaned in a customer's file."""
    address, emails = _tool("address_cleaning"), _tool("emails")
    identifiers, names, phones = _tool("identifiers"), _tool("names"), _tool("phones")
    customers = bench_population.customers(items)

    def work():
        for customer in customers:
            names.clean_name(customer.name, customer.is_company)
            for phone in customer.phones:
                phones.clean_phone(phone)
            emails.clean_email(customer.email)
            identifiers.check(customer.registry, customer.vat, "FR")
            parts = address.PostalParts(
                customer.street, "", customer.postcode, customer.town
            )
            address.problems(address.clean_address(parts))

    yield work


@contextlib.contextmanager
def duplicates(items):
    """The contacts of a file compared with each other."""
    tool = _tool("duplicates")
    contacts = [
        tool.Contact(
            number,
            customer.name,
            customer.postcode,
            customer.registry[:9],
            customer.vat,
            customer.email,
            customer.phones,
            customer.is_company,
            customer.street,
            customer.town,
        )
        for number, customer in enumerate(bench_population.customers(items))
    ]
    yield lambda: tool.find_duplicates(contacts)


@contextlib.contextmanager
def watch(items):
    """A week of announcements read for all the companies of a file at once."""
    with _published_week(items) as (url, first_day, sirens):
        watched = frozenset(sirens)

        def work():
            client = _tool("registries.bodacc").Bodacc(url, throttle=lambda: None)
            client.last_processed()
            hits = [
                notice.id
                for notice in client.window(first_day)
                if not watched.isdisjoint(notice.sirens)
            ]
            client.notices(hits)

        yield work


@contextlib.contextmanager
def _published_week(items):
    """Have a week served from another process, whose memory is not measured."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serve_week, args=(items, there))
    server.start()
    try:
        yield here.recv()
    finally:
        server.terminate()
        server.join()


def _serve_week(items, pipe):
    sys.path.append(str(paths.ROOT / "tests"))
    registry_week = importlib.import_module("registry_week")
    sirens = registry_week.make_sirens(items)
    with registry_week.WeekServer(registry_week.Week(sirens)) as server:
        pipe.send((server.url, registry_week.FIRST_DAY, sirens))
        pipe.poll(None)


STEPS = {"clean": clean, "duplicates": duplicates, "watch": watch}
