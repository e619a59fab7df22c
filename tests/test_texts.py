import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

from lxml import html

from odoo.tests import tagged
from odoo.tools import format_amount

from .common import CollectionCommon

MODULE = "l10n_fr_debt_collection"
SCENARIOS = ("business", "key_account", "public", "consumer")
LANGUAGES = ("en_US", "fr_FR")
DEBTOR_TYPES = {
    "business": "business",
    "key_account": "business",
    "public": "public",
    "consumer": "consumer",
}

# A text never says where it stands in the scenario, nor what would come after it.
LEVEL_WORDS = {
    "en_US": r"\b(first(ly)?|second(ly)?|third|fourth|last|final(ly)?|previous|earlier"
    r"|reminders?|remind|dunning|level|formal notice|notice \d|(1st|2nd|3rd)"
    r"|next (letter|message|step|stage)|failing (this|which)|otherwise we"
    r"|court|bailiff|lawyer|solicitor|legal action|proceedings)\b",
    "fr_FR": r"\b(relanc\w*|rappel\w*|derni(er|ère)s?|premi(er|ère)s?|second(e|s)?"
    r"|deuxième|troisième|quatrième|ultime|précédent\w*|niveau|avis|n° ?\d"
    r"|mise en demeure|prochaine étape|à défaut|faute de|sans réponse"
    r"|tribunal|huissier|commissaire de justice|avocat|contentieux|poursuites?"
    r"|procédure judiciaire|injonction|sommation)\b",
}
# What a passer-by could read on a screen or an envelope.
OPEN_WORDS = (
    r"\b(debts?|overdue|unpaid|arrears|late|claim|collection|default"
    r"|dettes?|impayée?s?|retards?|créances?|recouvrement|litiges?|relances?|dû)\b"
)
CONSUMER_WORDS = {
    "en_US": r"\b(fees?|penalt\w*|interest|compensation|article|law|code|€40)\b",
    "fr_FR": r"\b(frais|pénalité\w*|intérêts?|indemnité|majoration|articles?|loi|code"
    r"|40\s€)\b",
}
PLURAL_WORDS = {
    "en_US": r"(?i)\b(oldest|several (payments(,| are)|due dates)|due dates"
    r"|amounts due since|payments (planned|that go)|onwards|has fallen due since)\b",
    "fr_FR": r"(?i)\b(plus ancienne|échéances (passées|qui|dont)|prévus depuis"
    r"|paiements attendus|plusieurs (règlements|paiements)|à partir du)\b",
}
ENGLISH = r"\b(the|your|you|please|payment|with|which|from|we|our|is|are)\b"
PLACEHOLDER = r"<t\b|\bt-\w+=|\{\{|\}\}|\[\[|\bobject\.|\bFalse\b|\bNone\b"
# From which day on the law is cited, and where.
LAW = {
    "business": (30, ("L441-10", "D441-5")),
    "public": (45, ("R2192-10", "R2192-31", "L2192-13")),
}


@dataclass(frozen=True)
class Reading:
    """A shipped text as one debtor reads it."""

    scenario: str
    step: str
    delay: int
    lang: str
    subject: str
    body: str
    amount: str
    counts_items: bool

    @property
    def where(self):
        """Tell which text this is, for the message of a failing test."""
        return {"scenario": self.scenario, "step": self.step, "lang": self.lang}


@tagged("post_install", "-at_install")
class TestTexts(CollectionCommon):
    """What the debtors read when nobody has changed the shipped scenarios."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"].sudo()._activate_lang("fr_FR")
        cls.env["ir.module.module"].sudo()._load_module_terms([MODULE], ["fr_FR"])
        cls.env.user.name = "Claire Martin"
        cls.scenarios = {
            name: cls.env.ref(f"{MODULE}.scenario_{name}") for name in SCENARIOS
        }
        cls.written_steps = [
            (name, step)
            for name, scenario in cls.scenarios.items()
            for step in scenario.step_ids
            if step.template_id
        ]
        cls.readings = {}

    # === WRITING AND READING === #

    def _debtor_of(self, name, kind=None, **values):
        """Return a new debtor of the kind a scenario is meant for, or of another."""
        kind = kind or DEBTOR_TYPES[name]
        return self._make_debtor(
            f"Debtor {name}",
            is_company=kind != "consumer",
            collection_debtor_type=kind,
            **values,
        )

    def _owe(self, partner, step, amounts, **values):
        """Give the debtor one invoice per amount, as old as the step wants it."""
        first = -3 if step.delay_days <= 0 else step.delay_days
        for age, amount in enumerate(amounts):
            self._invoice(amount, first + age, partner, **values)

    def _write_to(self, steps):
        """Return the actions the engine makes, not delivered: ``{debtor: step}``."""
        cases = {self._case(partner): step for partner, step in steps.items()}
        decisions = self.env["collection.planner"]._cover(cases, self.today)
        return self.env["collection.action"]._make_previews(
            cases, decisions, self.today
        )

    def _read(self, action, lang):
        """Return subject and words of an action as a debtor of ``lang`` reads them."""
        action.lang = lang
        subject, body = action._render_texts()[action.id]
        self.assertNotRegex(f"{subject} {body}", PLACEHOLDER)
        return subject, self._plain(body)

    @staticmethod
    def _plain(body):
        text = html.fromstring(f"<div>{body}</div>").text_content()
        return re.sub(r"[ \n\t]+", " ", text).strip()

    def _format(self, amount, lang, currency=None):
        return format_amount(
            self.env, amount, currency or self.company.currency_id, lang
        )

    def _readings(self, amounts=(1200,)):
        """Return every text in every language, for debtors with these invoices."""
        if amounts not in self.readings:
            self.readings[amounts] = [
                reading
                for name, step, action in self._write_all(amounts)
                for reading in self._read_all(name, step, action)
            ]
        return self.readings[amounts]

    def _write_all(self, amounts, **values):
        """Return ``[(scenario, step, action)]``: every text, each to its own debtor."""
        debtors = {}
        for name, step in self.written_steps:
            partner = self._debtor_of(name)
            self._owe(partner, step, amounts, **values)
            debtors[partner] = step
        actions = self._write_to(debtors)
        self.assertEqual(set(actions.mapped("item_count")), {len(amounts)})
        names = dict(map(reversed, self.written_steps))
        return [(names[action.step_id], action.step_id, action) for action in actions]

    def _read_all(self, name, step, action):
        return [
            Reading(
                name,
                step.name,
                step.delay_days,
                lang,
                *self._read(action, lang),
                self._format(action.amount, lang),
                "single" in step.template_id.body_html,
            )
            for lang in LANGUAGES
        ]

    # === EVERY TEXT === #

    def test_every_written_step_has_its_own_text(self):
        templates = [step.template_id for _name, step in self.written_steps]
        self.assertEqual(len(set(templates)), len(templates))
        self.assertEqual({t.model for t in templates}, {"collection.action"})
        self.assertFalse(any(t.use_default_to or t.auto_delete for t in templates))
        self.assertEqual({t.lang for t in templates}, {"{{ object.lang }}"})

    def test_no_text_names_its_level(self):
        for text in self._readings():
            with self.subTest(**text.where):
                words = f"{text.subject} {text.body}".lower()
                self.assertNotRegex(words, LEVEL_WORDS[text.lang])

    def test_subjects_are_neutral_and_name_the_sender(self):
        for text in self._readings():
            with self.subTest(**text.where):
                self.assertIn(self.company.name, text.subject)
                self.assertNotRegex(text.subject.lower(), OPEN_WORDS)

    def test_amount_is_in_every_text(self):
        for text in (*self._readings(), *self._readings((900, 350))):
            with self.subTest(**text.where):
                self.assertIn(text.amount, text.body)

    def test_one_item_is_in_the_singular(self):
        for text in self._readings():
            with self.subTest(**text.where):
                self.assertNotRegex(text.body, PLURAL_WORDS[text.lang])

    def test_several_items_are_in_the_plural_where_they_are_counted(self):
        for text in self._readings((900, 350)):
            if text.counts_items:
                with self.subTest(**text.where):
                    self.assertRegex(text.body, PLURAL_WORDS[text.lang])

    def test_typography(self):
        for text in self._readings():
            for words in (text.subject, text.body):
                with self.subTest(**text.where):
                    self.assertNotRegex(words, r" [,.)]|[(] |,,|\.\.|'")
                    if text.lang == "fr_FR":
                        self.assertNotRegex(words, r"[^\xa0][;!?»]|[^\xa0\d]:|« ")
                    else:
                        self.assertNotRegex(words, r"[ \xa0][:;!?]")

    def test_french_is_french(self):
        english = {
            (text.scenario, text.step): text
            for text in self._readings()
            if text.lang == "en_US"
        }
        for text in self._readings():
            if text.lang == "fr_FR":
                with self.subTest(**text.where):
                    source = english[text.scenario, text.step].body
                    self.assertNotRegex(text.body.lower(), ENGLISH)
                    self.assertLess(
                        SequenceMatcher(None, text.body, source).ratio(), 0.5
                    )
                    self.assertGreater(len(text.body), 0.8 * len(source))

    def test_texts_of_a_scenario_differ(self):
        for text, other in combinations(self._readings(), 2):
            if (text.scenario, text.lang) == (other.scenario, other.lang):
                with self.subTest(**text.where, other=other.step):
                    self.assertNotEqual(text.subject, other.subject)
                    matcher = SequenceMatcher(
                        None, text.body, other.body, autojunk=False
                    )
                    self.assertLess(matcher.ratio(), 0.8)

    # === WHAT THE LAW AND GOOD MANNERS WANT === #

    def test_consumers_read_of_no_costs(self):
        for text in self._readings():
            if text.scenario == "consumer":
                with self.subTest(**text.where):
                    words = f"{text.subject} {text.body}".lower()
                    self.assertNotRegex(words, CONSUMER_WORDS[text.lang])

    def test_consumers_are_offered_instalments_after_the_due_date(self):
        offers = {
            "en_US": "instalments|several (goes|payments)|payments within your means",
            "fr_FR": "plusieurs (fois|versements)|versements à votre mesure",
        }
        for text in self._readings():
            if text.scenario == "consumer" and text.delay > 0:
                with self.subTest(**text.where):
                    self.assertRegex(text.body, offers[text.lang])

    def test_law_is_cited_late(self):
        for text in self._readings():
            since, articles = LAW.get(text.scenario, (999, ("441-", "2192-")))
            if text.delay < since:
                for article in articles:
                    with self.subTest(**text.where, article=article):
                        self.assertNotIn(article, text.body)

    def test_law_is_cited_to_whom_it_concerns(self):
        for name, (since, articles) in LAW.items():
            step = self.scenarios[name].step_ids.filtered_domain(
                [("delay_days", "=", since)]
            )
            for kind in ("business", "public", "consumer"):
                partner = self._debtor_of(name, kind)
                self._owe(partner, step, (700,))
                action = self._write_to({partner: step})
                check = self.assertIn if kind == name else self.assertNotIn
                for lang in LANGUAGES:
                    body = self._read(action, lang)[1]
                    for article in articles:
                        with self.subTest(scenario=name, debtor=kind, lang=lang):
                            check(article, body)

    # === SPECIAL DEBTORS === #

    def test_what_is_left_is_claimed(self):
        debtors = {}
        for name, step in self.written_steps:
            partner = self._debtor_of(name)
            self._owe(partner, step, (1200,))
            invoice = self.env["account.move"].search([("partner_id", "=", partner.id)])
            self._pay(invoice, 500)
            self._credit_note(150, partner=partner)
            debtors[partner] = step
        for action in self._write_to(debtors):
            number = action.item_ids.filtered(lambda item: item.amount > 0).name
            for lang in LANGUAGES:
                with self.subTest(step=action.step_id.name, lang=lang):
                    subject, body = self._read(action, lang)
                    self.assertIn(self._format(550, lang), body)
                    self.assertNotIn(self._format(1200, lang), body)
                    self.assertNotRegex(body, PLURAL_WORDS[lang])
                    if "[i.name" in action.step_id.template_id.subject:
                        self.assertIn(number, subject)

    def test_amounts_are_in_the_currency_of_the_invoices(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        for name, step, action in self._write_all((800,), currency_id=dollar.id):
            for lang in LANGUAGES:
                with self.subTest(scenario=name, step=step.name, lang=lang):
                    body = self._read(action, lang)[1]
                    self.assertIn(self._format(800, lang, dollar), body)

    def test_two_currencies_are_named_side_by_side(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        step = self.env.ref(f"{MODULE}.step_business_statement")
        partner = self._debtor_of("business")
        self._owe(partner, step, (800,), currency_id=dollar.id)
        self._owe(partner, step, (300,))
        body = self._read(self._write_to({partner: step}), "fr_FR")[1]
        self.assertIn(self._format(800, "fr_FR", dollar), body)
        self.assertIn(self._format(300, "fr_FR"), body)

    def test_contact_is_named_when_there_is_a_name(self):
        step = self.env.ref(f"{MODULE}.step_business_statement")
        partner = self._debtor_of("business")
        self._owe(partner, step, (400,))
        contacts = self.env["res.partner"].create(
            [
                {"parent_id": partner.id, "name": "Anne Roux"},
                {"parent_id": partner.id, "type": "invoice"},
            ]
        )
        action = self._write_to({partner: step})
        for recipient in (*contacts, partner):
            with self.subTest(recipient=recipient.name):
                action.recipient_id = recipient
                body = self._read(action, "fr_FR")[1]
                is_named = recipient == contacts[0]
                self.assertEqual("À l’attention de\xa0: Anne Roux" in body, is_named)
                self.assertEqual("À l’attention de" in body, is_named)

    def test_nobody_to_call_leaves_no_hole(self):
        self.company.phone = False
        for name, step, action in self._write_all((640,)):
            action.write({"signatory_phone": False, "user_id": False})
            for lang in LANGUAGES:
                with self.subTest(scenario=name, step=step.name, lang=lang):
                    body = self._read(action, lang)[1]
                    self.assertNotRegex(body, r"\b(au|on|to|à|contact) ?[.,;:)]")

    def test_departments_give_the_phone_of_the_company(self):
        self.company.phone = "+33 1 99 00 45 67"
        step = self.env.ref(f"{MODULE}.step_consumer_where_we_stand")
        partner = self._debtor_of("consumer")
        self._owe(partner, step, (120,))
        action = self._write_to({partner: step})
        self.assertEqual(action.signatory_name, "Customer service")
        self.assertIn(self.company.phone, self._read(action, "fr_FR")[1])

    # === SCENARIOS AND SEGMENTS === #

    def test_everything_shipped_has_its_french(self):
        names = self.env["ir.model.data"].search(
            [
                ("module", "=", MODULE),
                (
                    "model",
                    "in",
                    (
                        "collection.scenario",
                        "collection.scenario.pause",
                        "collection.segment",
                        "collection.step",
                        "mail.template",
                        "res.partner.category",
                    ),
                ),
            ]
        )
        for data in names:
            record = self.env[data.model].browse(data.res_id).sudo()
            for field in record._fields.values():
                source = (
                    field.translate and record.with_context(lang="en_US")[field.name]
                )
                if source:
                    with self.subTest(record=data.name, field=field.name):
                        french = record.with_context(lang="fr_FR")[field.name]
                        self.assertNotEqual(french, source)
                        if field.name == "script":
                            self.assertNotRegex(self._plain(french).lower(), ENGLISH)

    def test_steps_wait_between_contacts_and_calls_expire(self):
        for name, scenario in self.scenarios.items():
            self.assertFalse(scenario.company_id)
            steps = scenario.step_ids
            self.assertGreater(len(set(steps.mapped("channel"))), 2, name)
            self.assertGreaterEqual(min(steps.mapped("min_days_since_contact")), 5)
            calls = steps.filtered(lambda step: step.channel == "phone")
            self.assertTrue(calls, name)
            for call in calls:
                self.assertEqual(call.expiry_days, 7)
                self.assertTrue(call.script)
                self.assertTrue(call.minimum_amount)

    def test_year_end_is_quiet(self):
        for scenario in self.scenarios.values():
            pauses = scenario._to_plan().pauses
            for month, day, quiet in ((12, 26, True), (1, 2, True), (1, 3, False)):
                moment = self.today.replace(month=month, day=day)
                self.assertEqual(any(p.covers(moment) for p in pauses), quiet)

    def test_segments_give_the_scenario(self):
        tag = self.env.ref(f"{MODULE}.partner_category_key_account")
        expected = {
            "public": self._debtor_of("public"),
            "consumer": self._debtor_of("consumer"),
            "key_account": self._debtor_of("key_account"),
            "tagged": self._debtor_of("business", category_id=[(4, tag.id)]),
            "business": self._debtor_of("business"),
        }
        for name, partner in expected.items():
            self._invoice(60000 if name == "key_account" else 600, 10, partner)
        for name, partner in expected.items():
            case = self._case(partner)
            case._review()
            scenario = self.scenarios.get("key_account" if name == "tagged" else name)
            if name == "business":
                self.assertFalse(case.segment_id)
                self.assertEqual(case.scenario_id, self.company.collection_scenario_id)
            else:
                self.assertEqual(case.scenario_id, scenario, name)
