import json
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools import proceedings
from odoo.addons.l10n_fr_debt_collection.tools.court_officers import (
    CourtOfficer,
    court_officers,
)
from odoo.addons.l10n_fr_debt_collection.tools.notices import (
    INNER_PARTS,
    Notice,
    french_dates,
    parse_notice,
)
from odoo.addons.l10n_fr_debt_collection.tools.proceedings import classify, derive
from odoo.addons.l10n_fr_debt_collection.tools.registries.errors import MalformedError

AS_OF = date(2026, 11, 22)
# recorded answer -> classification
RECORDED = {
    "annulation": "cancellation",
    "cloture_insuffisance_actif": "closing_lack_of_assets",
    "cloture_sauvegarde": "closing_other",
    "conciliation": "conciliation",
    "conversion_lj": "conversion_liquidation",
    "depot_etat_creances": "claims_list",
    "dpc": "accounts",
    "interdiction_de_gerer": "person_sanction",
    "lj_ouverture": "opening_liquidation",
    "lj_simplifiee_pp_rm": "opening_liquidation",
    "modification_administration": "management_change",
    "modification_capital_transfert": "other_change",
    "plan_redressement": "plan_receivership",
    "radiation_office_annulee": "strike_off_cancelled",
    "radiation_pm_cloture_lj": "strike_off",
    "radiation_pp": "strike_off",
    "rectificatif": "opening_safeguard",
    "resolution_plan_et_lj": "opening_liquidation",
    "retractation_tierce_opposition": "retracted",
    "rj_ouverture": "opening_receivership",
    "rj_ouverture_later_cancelled": "opening_receivership",
    "sauvegarde_ouverture": "opening_safeguard",
    "vente_cession": "sale",
    "vente_plusieurs_personnes": "sale",
    "vente_sans_precedent_proprietaire": "other",
}
OPENING = "Jugement d'ouverture d'une procédure de redressement judiciaire"
# nature -> classification; what follows the bar is for a person to read
NATURES = {
    "Jugement d'ouverture de liquidation judiciaire": "opening_liquidation",
    "Jugement d'extension de liquidation judiciaire": "opening_liquidation",
    "Jugement d'extension d'une procédure de redressement judiciaire": (
        "opening_receivership"
    ),
    "Jugement d'ouverture d'une procédure de sauvegarde accélérée": "opening_safeguard",
    "Jugement de conversion en liquidation judiciaire de la procédure de sauvegarde": (
        "conversion_liquidation"
    ),
    "Jugement de conversion en redressement judiciaire de la procédure de sauvegarde": (
        "conversion_receivership"
    ),
    "Jugement prononçant la résolution du plan de sauvegarde et la liquidation "
    "judiciaire": "opening_liquidation",
    "Jugement prononçant la résolution du plan de sauvegarde et le redressement "
    "judiciaire": "opening_receivership",
    "Jugement mettant fin à la procédure de traitement de sortie de crise et ouvrant "
    "une procédure de liquidation judiciaire": "opening_liquidation",
    "Jugement de clôture pour extinction du passif": "closing_debts_paid",
    "Jugement mettant fin à la procédure de redressement judiciaire": "closing_other",
    "Jugement arrêtant le plan de sauvegarde": "plan_safeguard",
    "Jugement de plan de redressement": "plan_receivership",
    "Jugement arrêtant un plan de cession": "plan_sale",
    "Jugement constatant la bonne exécution du plan": "plan_ended",
    "Jugement modifiant le plan de redressement": "other",
    "Jugement de report de la date de cessation des paiements": "other",
    "Jugement prorogeant le délai de clôture de la liquidation judiciaire": "other",
    "Jugement de faillite personnelle": "person_sanction",
}
WORDS = {
    "Prononce la liquidation judiciaire sur conversion du redressement judiciaire.": (
        "conversion_liquidation"
    ),
    "Prononce la conversion en liquidation judiciaire, met fin à la période "
    "d'observation, fixe le délai de clôture à deux ans.": "conversion_liquidation",
    "Jugement convertissant le redressement en liquidation judiciaire": (
        "conversion_liquidation"
    ),
    "Ouvre une procédure de redressement judiciaire à l'égard de la société.": (
        "opening_receivership"
    ),
    "Prononce la résolution du plan et la liquidation judiciaire": (
        "opening_liquidation"
    ),
    "Jugement prononçant la clôture de la procédure de liquidation judiciaire pour "
    "insuffisance d'actif.": "closing_lack_of_assets",
    "Rejette la demande tendant à prononcer la liquidation judiciaire.": "other",
    "Dit n'y avoir lieu à ouverture d'une liquidation judiciaire.": "other",
    "Proroge le délai d'examen de la clôture de la liquidation judiciaire.": "other",
    "Désigne un nouveau juge-commissaire dans la liquidation judiciaire.": "other",
    "Prononce la faillite personnelle de M. X, dirigeant en liquidation judiciaire.": (
        "person_sanction"
    ),
    "Met fin à l'application des règles de la liquidation judiciaire simplifiée.": (
        "other"
    ),
}


def judgment(nature="", day="2026-11-01", said="", family="Jugement prononçant"):
    return {
        "famille": family,
        "nature": nature,
        "date": day,
        "complementJugement": said,
    }


def make(number, nature="", day="2026-11-01", **values):
    said, family = values.pop("said", ""), values.pop("court", "Jugement prononçant")
    before = values.pop("before", None)
    record = {
        "id": f"A20260200{number}",
        "dateparution": day,
        "familleavis": "collective",
        "jugement": json.dumps(judgment(nature, day, said, family)),
        "parutionavisprecedent": before
        and {
            "nomPublication": "BODACC A",
            "numeroParution": "20260200",
            "numeroAnnonce": str(before),
        },
    }
    return parse_notice({**record, **values})


LIQUIDATION = "Jugement d'ouverture de liquidation judiciaire"
CLOSED = "Jugement de clôture pour insuffisance d'actif"


class TestParsing:
    def test_sides_of_a_sale(self, recorded):
        notice = parse_notice(recorded("bodacc/records_vente_cession")["results"][0])
        assert notice.sirens == ("999001100", "999001209")
        assert notice.seller_sirens == ("999001209",)
        assert notice.buyer_sirens == ("999001100",)
        assert "345000.00" in notice.price_text
        assert "dix jours" in notice.description

    def test_several_persons(self, recorded):
        answer = recorded("bodacc/records_vente_plusieurs_personnes")
        assert parse_notice(answer["results"][0]).seller_sirens == ("999001209",)

    def test_craftsman(self, recorded):
        answer = recorded("bodacc/records_lj_simplifiee_pp_rm")
        notice = parse_notice(answer["results"][0])
        assert notice.sirens == ("999000904",)
        assert notice.debtor_name == "Alix LEFEBURE"
        assert notice.address.street == "8 rue des Arènes"

    def test_new_roster(self, recorded):
        answer = recorded("bodacc/records_modification_administration")
        notice = parse_notice(answer["results"][0])
        assert "MARTEL Jeanne" in notice.administration

    def test_previous_notice(self, recorded):
        for name, previous in (
            ("annulation", "A20260214812"),
            ("rectificatif", "A202602191240"),
            ("retractation_tierce_opposition", "A20260175204"),
            ("radiation_office_annulee", "B202601501525"),
        ):
            answer = recorded(f"bodacc/records_{name}")
            assert parse_notice(answer["results"][0]).previous_id == previous

    def test_address_one_level_deeper(self):
        person = {"adresseSiegeSocial": {"france": {"ville": "Lyon", "pays": "France"}}}
        notice = make(1, listepersonnes={"personne": [person]})
        assert (notice.address.town, notice.address.country_code) == ("Lyon", "FR")

    @pytest.mark.parametrize(
        "written, read",
        [
            ("2026-11-01", date(2026, 11, 1)),
            ("01/11/2026", date(2026, 11, 1)),
            ("1er janvier 2020", date(2020, 1, 1)),
            ("12 décembre 2019", date(2019, 12, 12)),
            ("2206-11-01", None),
            ("0026-11-01", None),
            ("31/02/2026", None),
            ("", None),
        ],
    )
    def test_dates_of_judgments(self, written, read):
        notice = make(1, jugement=judgment(OPENING, written), day="2026-11-05")
        assert notice.judgment_date == read

    def test_only_valid_sirens(self):
        notice = make(1, registre=["999000102", "999 000 102", "999000103", None, 12])
        assert notice.sirens == ("999000102",)

    def test_a_broken_part_does_not_lose_the_notice(self):
        notice = make(1, jugement='{"nature": "Jug', registre=["999000102"])
        assert notice.sirens == ("999000102",)
        assert classify(notice).needs_reading

    @pytest.mark.parametrize(
        "record",
        [None, [], "x", {}, {"id": "A202602001"}, {"id": "x", "dateparution": 1}],
    )
    def test_no_notice(self, record):
        with pytest.raises(MalformedError):
            parse_notice(record)

    _json = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["personne", "nature", "numeroParution", "date", "x"])
                | st.text(max_size=5),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )

    @settings(deadline=None, max_examples=300)
    @given(
        st.dictionaries(
            st.sampled_from([*INNER_PARTS, "registre", "familleavis", "typeavis"]),
            _json | _json.map(json.dumps),
        )
    )
    def test_anything_else_raises_nothing(self, values):
        record = {"id": "A202602001", "dateparution": "2026-11-01", **values}
        notice = parse_notice(record)
        assert notice.id == "A202602001"
        assert isinstance(classify(notice).code, str)
        derive([notice])

    @settings(deadline=None)
    @given(_json)
    def test_any_record(self, record):
        try:
            parse_notice(record)
        except MalformedError:
            pass


class TestClassification:
    @pytest.mark.parametrize("name, code", RECORDED.items())
    def test_recorded(self, recorded, name, code):
        notice = parse_notice(recorded(f"bodacc/records_{name}")["results"][0])
        assert classify(notice) == proceedings.Classification(code)

    def test_hidden_conversion(self, recorded):
        name = "bodacc/records_conversion_lj_hidden_in_complement"
        found = classify(parse_notice(recorded(name)["results"][0]))
        assert found == proceedings.Classification(
            "conversion_liquidation", "doubtful", True
        )

    @pytest.mark.parametrize("nature, code", NATURES.items())
    def test_natures(self, nature, code):
        assert classify(make(1, nature)) == proceedings.Classification(code)

    @pytest.mark.parametrize("said, code", WORDS.items())
    @pytest.mark.parametrize("nature", ["Autre jugement prononçant", "", "Inconnu"])
    def test_words_of_other_judgments(self, nature, said, code):
        found = classify(make(1, nature, said=said))
        assert found == proceedings.Classification(code, "doubtful", True)

    def test_a_court_of_appeal(self):
        said = "Infirme le jugement d'ouverture de la liquidation judiciaire."
        found = classify(make(1, "Arrêt", said=said, court="Arrêt de la Cour d'Appel"))
        assert found == proceedings.Classification("retracted", "doubtful", True)

    def test_a_nurse_is_no_reversal(self):
        said = "Prononce la liquidation judiciaire de Mme X, infirmière."
        found = classify(make(1, "Autre jugement prononçant", said=said))
        assert found.code == "opening_liquidation"

    @pytest.mark.parametrize(
        "family, code",
        [
            ("retablissement_professionnel", "personal_recovery"),
            ("creation", "other"),
            ("divers", "other"),
            ("", "other"),
        ],
    )
    def test_other_families(self, family, code):
        assert classify(make(1, LIQUIDATION, familleavis=family)).code == code

    def test_words_do_not_matter_when_the_nature_tells(self):
        found = classify(make(1, CLOSED, said="prononce la liquidation judiciaire"))
        assert found.code == "closing_lack_of_assets"

    def test_what_stops(self):
        assert proceedings.stops_reminders("conversion_liquidation")
        assert not proceedings.stops_reminders("closing_debts_paid")


class TestStatus:
    def test_none(self):
        assert derive([], AS_OF) == proceedings.Proceeding()

    def test_conversion(self, recorded):
        found = derive(
            [
                parse_notice(recorded(f"bodacc/records_{name}")["results"][0])
                for name in ("rj_ouverture", "conversion_lj")
            ],
            AS_OF,
        )
        assert (found.status, found.since) == ("liquidation", date(2026, 11, 10))
        assert found.notice_id == "A20260225998"

    def test_cancelled(self, recorded):
        pair = [
            parse_notice(recorded(f"bodacc/records_{name}")["results"][0])
            for name in ("rj_ouverture_later_cancelled", "annulation")
        ]
        assert derive(pair[:1], AS_OF).status == "receivership"
        assert derive(pair, AS_OF).status == "none"

    def test_corrected(self, recorded):
        pair = [
            parse_notice(recorded(f"bodacc/records_{name}")["results"][0])
            for name in ("sauvegarde_ouverture", "rectificatif")
        ]
        found = derive(pair, AS_OF)
        assert (found.status, found.notice_id) == ("safeguard", "A2026022390")

    def test_a_correction_nobody_understands_corrects_nothing(self):
        opening = make(1, LIQUIDATION)
        odd = make(2, "?", typeavis="rectificatif", before=1, day="2026-11-05")
        found = derive([opening, odd], AS_OF)
        assert (found.status, found.needs_reading) == ("liquidation", True)

    def test_a_doubtful_end_corrects_nothing(self):
        opening = make(1, LIQUIDATION)
        said = "Prononce la clôture de la procédure."
        for kind in ("rectificatif", "annonce"):
            later = make(2, "Autre jugement", said=said, typeavis=kind, before=1)
            assert derive([opening, later], AS_OF).status == "liquidation"

    def test_what_was_cancelled_cancels_nothing(self):
        notices = [
            make(1, LIQUIDATION),
            make(2, typeavis="annulation", before=1, day="2026-11-05"),
            make(3, typeavis="annulation", before=2, day="2026-11-09"),
        ]
        assert derive(notices, AS_OF).status == "liquidation"

    def test_a_dissolution_says_nothing_of_the_proceeding(self):
        said = {"descriptif": "Dissolution de la société, liquidation amiable."}
        change = make(1, familleavis="modification", modificationsgenerales=said)
        assert classify(change).needs_reading
        assert derive([change], AS_OF) == proceedings.Proceeding()

    def test_the_sale_by_the_court_leaves_the_debts_in_the_proceeding(self):
        sale = make(2, "Jugement arrêtant un plan de cession", day="2026-11-05")
        assert derive([make(1, LIQUIDATION), sale], AS_OF).status == "liquidation"
        found = derive([sale], AS_OF)
        assert (found.status, found.needs_reading) == ("receivership", True)

    def test_a_cancellation_takes_the_corrections_with_it(self):
        notices = [
            make(1, LIQUIDATION),
            make(2, LIQUIDATION, typeavis="rectificatif", before=1, day="2026-11-05"),
            make(3, typeavis="annulation", before=1, day="2026-11-09"),
        ]
        assert derive(notices[:2], AS_OF).notice_id == notices[1].id
        assert derive(notices, AS_OF).status == "none"

    def test_retracted_by_the_date_of_the_judgment(self):
        opening = make(1, LIQUIDATION, day="2026-09-02")
        retraction = make(
            2,
            court="Rétractation sur tierce opposition",
            said="Jugement rétractant le jugement d'ouverture du 2 septembre 2026.",
        )
        assert derive([opening, retraction], AS_OF).status == "none"

    def test_a_judgment_along_the_way_changes_nothing(self):
        opening = make(1, LIQUIDATION, day="2025-01-01")
        for nature in ("?", "Jugement d'interdiction de gérer", "Dépôt d'un état"):
            assert derive([opening, make(2, nature)], AS_OF).status == "liquidation"

    def test_a_doubtful_opening_counts_a_doubtful_closing_does_not(self):
        said = "Prononce la liquidation judiciaire."
        doubtful = make(1, "Autre jugement prononçant", said=said)
        found = derive([doubtful], AS_OF)
        assert (found.status, found.needs_reading) == ("liquidation", True)
        closing = make(
            2, "Autre jugement", said="Prononce la clôture", day="2026-11-05"
        )
        found = derive([make(1, LIQUIDATION), closing], AS_OF)
        assert (found.status, found.needs_reading) == ("liquidation", True)

    def test_closed(self):
        found = derive([make(1, LIQUIDATION), make(2, CLOSED, day="2026-11-09")], AS_OF)
        assert (found.status, found.closed_lack_of_assets) == ("closed", True)

    def test_conciliation_does_not_hide_a_receivership(self):
        late = make(2, "", day="2026-11-09", familleavis="conciliation")
        assert derive([late], AS_OF).status == "conciliation"
        assert derive([make(1, OPENING), late], AS_OF).status == "receivership"

    def test_forgotten_after_ten_years(self):
        opening = make(1, LIQUIDATION, day="2016-11-23")
        assert derive([opening], AS_OF).status == "liquidation"
        assert derive([opening], AS_OF + timedelta(days=10)).status == "none"

    def test_published_late(self):
        conversion = make(1, "Jugement de conversion en liquidation judiciaire")
        opening = make(2, OPENING, day="2026-10-01", dateparution="2026-11-20")
        assert derive([conversion, opening], AS_OF).status == "liquidation"

    def test_struck_off_and_back(self):
        off = make(1, familleavis="radiation", day="2026-10-01")
        back = make(
            2,
            familleavis="radiation",
            radiationaurcs={"commentaire": "Rapport de radiation d'office"},
        )
        assert derive([off], AS_OF).struck_off
        assert not derive([off, back], AS_OF).struck_off

    _history = st.lists(
        st.builds(
            make,
            st.integers(1, 6),
            st.sampled_from([*NATURES, "Autre jugement prononçant", "?"]),
            st.dates(date(2016, 1, 1), AS_OF).map(str),
            said=st.sampled_from([*WORDS]),
            typeavis=st.sampled_from(["annonce", "rectificatif", "annulation"]),
            before=st.none() | st.integers(1, 6),
            familleavis=st.sampled_from(["collective"] * 4 + ["radiation", "vente"]),
        ),
        max_size=6,
    )

    @settings(deadline=None, max_examples=150)
    @given(_history, st.randoms(use_true_random=False))
    def test_order_does_not_matter(self, notices, random):
        expected = derive(notices, AS_OF)
        shuffled = notices[:]
        random.shuffle(shuffled)
        assert derive(shuffled, AS_OF) == expected
        assert derive(notices + shuffled, AS_OF) == expected

    def test_every_order_of_one_story(self):
        story = [
            make(1, OPENING, "2026-01-10"),
            make(2, OPENING, "2026-01-20", typeavis="rectificatif", before=1),
            make(3, "Jugement arrêtant le plan de redressement", "2026-06-01"),
            make(4, LIQUIDATION, "2026-10-01"),
            make(5, typeavis="annulation", before=4, day="2026-10-20"),
        ]
        found = {derive(order, AS_OF) for order in permutations(story)}
        assert [item.status for item in found] == ["plan"]


class TestWordsOfTheCourt:
    def test_officers(self, recorded):
        name = "bodacc/records_sauvegarde_ouverture"
        notice = parse_notice(recorded(name)["results"][0])
        assert court_officers(notice.complement) == (
            CourtOfficer("administrator", "SCP Exemple"),
            CourtOfficer("court_agent", "Me Exemple"),
        )

    @pytest.mark.parametrize(
        "said, expected",
        [
            ("", ()),
            ("auprès du liquidateur ou sur le portail électronique", ()),
            (
                "désignant liquidateur SELARL Exemple 3 place du Palais 34500 Béziers.",
                (
                    CourtOfficer(
                        "liquidator",
                        "SELARL Exemple",
                        "3 place du Palais 34500 Béziers",
                    ),
                ),
            ),
            (
                "Désigne Me Anne Exemple en qualité de mandataire judiciaire",
                (CourtOfficer("court_agent", "Me Anne Exemple"),),
            ),
            (
                "Liquidateur judiciaire : Maître Exemple. Les créanciers",
                (CourtOfficer("liquidator", "Maître Exemple"),),
            ),
        ],
    )
    def test_officers_as_they_are_named(self, said, expected):
        assert court_officers(said) == expected

    def test_french_dates(self):
        assert french_dates("le 1er août 2026 et le 2/9/2026, pas le 32/1/2026") == (
            date(2026, 8, 1),
            date(2026, 9, 2),
        )
        assert isinstance(make(1), Notice)
