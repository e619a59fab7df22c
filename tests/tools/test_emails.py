import dns.exception
import dns.resolver
import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools.emails import (
    Email,
    MailDomains,
    clean_email,
)


class TestReading:
    @pytest.mark.parametrize(
        "text",
        [
            "luc.garcin@garcin.fr",
            "  Luc.Garcin@GARCIN.fr ",
            "mailto:luc.garcin@garcin.fr",
            "Luc Garcin <luc.garcin@garcin.fr>",
            "<luc.garcin@garcin.fr>",
            "luc.garcin@garcin.fr.",
            "luc.garcin@garcin.fr;",
            "\u200bluc.garcin@garcin.fr\u00a0",
        ],
    )
    def test_what_surrounds_an_address_goes(self, text):
        assert clean_email(text) == Email("luc.garcin@garcin.fr")

    @pytest.mark.parametrize(
        "text",
        [
            "a@garcin.fr; b@garcin.fr",
            "a@garcin.fr,b@garcin.fr",
            "a@garcin.fr b@garcin.fr",
            "a@garcin.fr ou b@garcin.fr",
            "a@garcin.fr / b@garcin.fr",
            "a@garcin.fr\nb@garcin.fr",
            "nothing; a@garcin.fr; b@garcin.fr; a@garcin.fr",
        ],
    )
    def test_the_first_of_several_and_the_others(self, text):
        assert clean_email(text) == Email("a@garcin.fr", others=("b@garcin.fr",))

    @pytest.mark.parametrize(
        "text",
        [
            "luc@garcin,fr",
            "luc @ garcin.fr",
            "luc@garcin..fr",
            "luc@@garcin.fr",
            "luc(at)garcin.fr",
            "luc@ garcin.fr",
            "lüc@garcin.fr",
            "luc.@garcin.fr",
            "M. Garcin luc@garcin.fr",
        ],
    )
    def test_a_repair_is_only_a_proposal(self, text):
        assert clean_email(text) == Email("luc@garcin.fr", repaired=True)

    @pytest.mark.parametrize(
        "text",
        ["luc", "luc@", "@garcin.fr", "luc@garcin", "www.garcin.fr", "néant", "?"],
    )
    def test_invalid(self, text):
        assert clean_email(text).address == ""

    def test_invalid_is_said(self):
        assert clean_email("luc@garcin") == Email(problem="invalid")

    @pytest.mark.parametrize("text", ["", None, "  ", " ; "])
    def test_nothing_is_no_problem(self, text):
        assert clean_email(text) == Email()


class TestWhoReadsIt:
    @pytest.mark.parametrize(
        "local",
        "compta comptabilite compta.fournisseurs factures facturation ap daf "
        "service-comptabilite invoices".split(),
    )
    def test_who_pays(self, local):
        email = clean_email(f"{local}@garcin.fr")
        assert email.is_payables
        assert not email.is_generic

    @pytest.mark.parametrize("local", ["contact", "info", "accueil", "contact-lyon"])
    def test_nobody_in_particular(self, local):
        assert clean_email(f"{local}@garcin.fr").is_generic

    @pytest.mark.parametrize(
        "local", ["luc.garcin", "apolline", "comptesse", "infante"]
    )
    def test_somebody(self, local):
        email = clean_email(f"{local}@garcin.fr")
        assert not (email.is_payables or email.is_generic)

    @pytest.mark.parametrize("local", ["noreply", "no-reply", "ne-pas-repondre"])
    def test_nobody_at_all(self, local):
        email = clean_email(f"{local}@garcin.fr")
        assert (email.address, email.problem) == (f"{local}@garcin.fr", "noreply")


class _Resolver:
    """Answers for a name what it was told, or raises it."""

    def __init__(self, **answers):
        self.answers = answers
        self.asked = []

    def resolve(self, name, kind):
        self.asked.append((name, kind))
        answer = self.answers.get(kind, dns.resolver.NoAnswer)
        if isinstance(answer, list):
            return answer
        raise answer


class _Mx:
    def __init__(self, exchange):
        self.preference, self.exchange = 10, exchange


class TestMailDomains:
    def check(self, **answers):
        return MailDomains(resolver=_Resolver(**answers)).check("garcin.fr")

    def test_a_domain_with_a_mail_server(self):
        assert self.check(MX=[_Mx("mx.garcin.fr.")]) == "ok"

    def test_a_domain_that_does_not_exist(self):
        assert self.check(MX=dns.resolver.NXDOMAIN()) == "dead"

    def test_a_domain_without_any_server(self):
        assert self.check() == "dead"

    def test_a_domain_that_refuses_mail(self):
        assert self.check(MX=[_Mx(".")]) == "dead"

    @pytest.mark.parametrize(
        "failure",
        [
            dns.exception.Timeout(),
            dns.resolver.NoNameservers(),
            OSError("no network"),
            RuntimeError(),
        ],
    )
    def test_a_failure_says_nothing_of_the_domain(self, failure):
        assert self.check(MX=failure) == "unknown"

    def test_what_is_no_domain(self):
        assert MailDomains(resolver=_Resolver()).check("garcin") == "dead"

    def test_each_domain_is_asked_once(self):
        resolver = _Resolver(MX=[_Mx("mx.garcin.fr.")])
        domains = MailDomains(resolver=resolver)
        assert {domains.check("garcin.fr"), domains.check("GARCIN.fr")} == {"ok"}
        assert len(resolver.asked) == 1

    def test_a_network_that_is_down_is_not_asked_for_ever(self):
        resolver = _Resolver(MX=dns.exception.Timeout())
        domains = MailDomains(resolver=resolver)
        answers = {domains.check(f"garcin{number}.fr") for number in range(100)}
        assert answers == {"unknown"}
        assert len(resolver.asked) == MailDomains.patience


PIECES = st.sampled_from(
    [
        "a",
        "luc",
        "@",
        "@garcin.fr",
        ".",
        ",",
        ";",
        " ",
        "<",
        ">",
        "mailto:",
        "é",
        "..",
        ",fr",
    ]
)
TEXTS = st.text(max_size=60) | st.lists(PIECES, max_size=20).map("".join) | st.emails()


@given(TEXTS)
def test_whatever_is_read_is_valid_and_nothing_is_raised(text):
    email = clean_email(text)
    assert not (email.address and email.problem == "invalid")
    for address in filter(None, (email.address, *email.others)):
        validate_email(address, check_deliverability=False)


@given(TEXTS)
def test_what_is_read_is_read_again(text):
    address = clean_email(text).address
    again = clean_email(address)
    assert (again.address, again.repaired, again.others) == (address, False, ())
