import re
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
    "en_US": r"\b(oldest|several (payments|due dates)|due dates|amounts due since"
    r"|payments (planned|that go)|onwards|has fallen due since)\b",
    "fr_FR": r"\b(plus ancienne|échéances (passées|qui|dont)|prévus depuis"
    r"|plusieurs (règlements|paiements)|à partir du)\b",
}
ENGLISH = r"\b(the|your|you|please|payment|with|which|from|we|our|is|are)\b"
PLACEHOLDER = r"<t\b|\bt-\w+=|\{\{|\}\}|\[\[|\bobject\.|\bFalse\b|\bNone\b"
EARLY_LAW = {
    "business": (30, ("L441-10", "D441-5")),
    "public": (45, ("R2192-10", "R2192-31", "L2192-13")),
}


@tagged("post_install", "-at_install")
class TestTexts(CollectionCommon):
    """What the debtors read when nobody has changed the shipped scenarios."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"].sudo()._activate_lang("fr_FR")
        cls.env["ir.module.module"].sudo()._load_module_terms([MODULE], ["fr_FR"])
        cls.scenarios = {
            name: cls.env.ref(f"{MODULE}.scenario_{name}") for name in SCENARIOS
        }
        cls.written_steps = [
            (name, step)
            for name, scenario in cls.scenarios.items()
            for step in scenario.step_ids
            if step.template_id
        ]

    # === WRITING AND READING === #

    def _debtor_of(self, name, number="", **values):
        kind = DEBTOR_TYPES[name]
        return self._make_debtor(
            f"Debtor{number} {name}",
            is_company=kind != "consumer",
            collection_debtor_type=kind,
            **values,
        )

    def _owe(self, partner, step, amounts, **values):
        """Give the debtor one invoice per amount, as old as the step wants it."""
        for age, amount in enumerate(amounts):
            late = -3 + age if step.delay_days <= 0 else step.delay_days + age
            self._invoice(amount, min(late, 0) if late < 1 else late, partner, **values)

    def _write_to(self, partner, step, **values):
        """Return the action of ``step`` on what the debtor owes, not delivered."""
        action = self.env["collection.action"].create(
            {
                "case_id": self._case(partner).id,
                "scenario_id": step.scenario_id.id,
                "step_id": step.id,
                "channel": step.channel,
                "date": self.today,
                "recipient_id": partner.id,
                "user_id": self.env.uid,
                "state": "to_validate",
                **step._get_signature(self.env.user),
                **values,
            }
        )
        action._snapshot_open_items()
        return action

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

    def _amount(self, action, lang):
        return format_amount(self.env, action.amount, action.currency_id, lang)

    def _readings(self, amounts=(1200,)):
        """Yield scenario, step, action, language, subject and words of every text."""
        debtors = {}
        for name, step in self.written_steps:
            partner = debtors.setdefault(
                (name, step), self._debtor_of(name, len(debtors))
            )
            self._owe(partner, step, amounts)
        self._commit()
        for (name, step), partner in debtors.items():
            action = self._write_to(partner, step)
            self.assertTrue(action.item_ids, step.display_name)
            for lang in LANGUAGES:
                with self.subTest(scenario=name, step=step.name, lang=lang):
                    yield name, step, action, lang, *self._read(action, lang)

    # === EVERY TEXT === #

    def test_every_written_step_has_its_own_text(self):
        templates = [step.template_id for _name, step in self.written_steps]
        self.assertEqual(len(set(templates)), len(templates))
        self.assertEqual({t.model for t in templates}, {"collection.action"})
        self.assertFalse(any(t.use_default_to or t.auto_delete for t in templates))
        self.assertEqual({t.lang for t in templates}, {"{{ object.lang }}"})

    def test_no_text_names_its_level(self):
        for _name, _step, _action, lang, subject, body in self._readings():
            text = f"{subject} {body}".lower()
            self.assertNotRegex(text, LEVEL_WORDS[lang])

    def test_subjects_are_neutral_and_name_the_sender(self):
        for _name, _step, _action, _lang, subject, _body in self._readings():
            self.assertIn(self.company.name, subject)
            self.assertNotRegex(subject.lower(), OPEN_WORDS)

    def test_amount_is_in_every_text(self):
        for _name, _step, action, lang, _subject, body in self._readings():
            self.assertIn(self._amount(action, lang), body)

    def test_one_item_is_in_the_singular(self):
        for _name, _step, action, lang, _subject, body in self._readings():
            self.assertEqual(action.item_count, 1)
            self.assertNotRegex(body, re.compile(PLURAL_WORDS[lang], re.IGNORECASE))

    def test_several_items_are_in_the_plural_where_they_are_named(self):
        for _name, step, action, lang, _subject, body in self._readings((900, 350)):
            self.assertEqual(action.item_count, 2)
            self.assertIn(self._amount(action, lang), body)
            if "single" in step.template_id.body_html:
                self.assertRegex(body, re.compile(PLURAL_WORDS[lang], re.IGNORECASE))

    def test_typography(self):
        for _name, _step, _action, lang, subject, body in self._readings():
            for text in (subject, body):
                self.assertNotRegex(text, r" [,.)]|[(] |,,|\.\.(?!\.)|'")
                if lang == "fr_FR":
                    self.assertNotRegex(text, r"[^\xa0][;!?»]|[^\xa0\d]:|« ")
                else:
                    self.assertNotRegex(text, r"[ \xa0][:;!?]")

    def test_french_is_french(self):
        for _name, step, action, lang, _subject, body in self._readings():
            if lang == "fr_FR":
                self.assertNotRegex(body.lower(), ENGLISH)
                other = self._read(action, "en_US")[1]
                self.assertLess(SequenceMatcher(None, body, other).ratio(), 0.5)
                self.assertGreater(len(body), 0.8 * len(other), step.name)

    def test_texts_of_a_scenario_differ(self):
        texts = {}
        for name, step, _action, lang, subject, body in self._readings():
            texts.setdefault((name, lang), []).append((step.name, subject, body))
        for where, written in texts.items():
            for (step, subject, body), (other, subject_2, body_2) in combinations(
                written, 2
            ):
                with self.subTest(where=where, steps=(step, other)):
                    self.assertNotEqual(subject, subject_2)
                    matcher = SequenceMatcher(None, body, body_2, autojunk=False)
                    self.assertLess(matcher.ratio(), 0.8)

    # === WHAT THE LAW AND GOOD MANNERS WANT === #

    def test_consumers_read_of_no_costs(self):
        for name, _step, _action, lang, subject, body in self._readings():
            if name == "consumer":
                self.assertNotRegex(
                    f"{subject} {body}".lower(), CONSUMER_WORDS[lang].lower()
                )

    def test_consumers_are_offered_instalments_after_the_due_date(self):
        offers = {
            "en_US": "instalments|several (goes|payments)|payments within your means",
            "fr_FR": "plusieurs (fois|versements)|versements à votre mesure",
        }
        for name, step, _action, lang, _subject, body in self._readings():
            if name == "consumer" and step.delay_days > 0:
                self.assertRegex(body, offers[lang])

    def test_law_is_cited_late(self):
        for name, step, _action, _lang, _subject, body in self._readings():
            since, articles = EARLY_LAW.get(name, (999, ("441-", "2192-")))
            if step.delay_days < since:
                for article in articles:
                    self.assertNotIn(article, body)

    def test_law_is_cited_to_whom_it_concerns(self):
        for name, (since, articles) in EARLY_LAW.items():
            steps = self.scenarios[name].step_ids
            step = steps.filtered(lambda step, since=since: step.delay_days == since)
            for kind in ("business", "public", "consumer", "unknown"):
                partner = self._debtor_of(name, kind)
                partner.collection_debtor_type = kind
                self._owe(partner, step, (700,))
                action = self._write_to(partner, step)
                for lang in LANGUAGES:
                    body = self._read(action, lang)[1]
                    for article in articles:
                        with self.subTest(name=name, kind=kind, lang=lang):
                            assert_in = (
                                self.assertIn if kind == name else self.assertNotIn
                            )
                            assert_in(article, body)

    # === SPECIAL DEBTORS === #

    def test_what_is_left_is_claimed(self):
        for name, step in self.written_steps:
            partner = self._debtor_of(name, step.id)
            self._owe(partner, step, (1200,))
            invoice = self.env["account.move"].search([("partner_id", "=", partner.id)])
            self._pay(invoice, 500)
            self._credit_note(150, partner=partner)
            action = self._write_to(partner, step)
            for lang in LANGUAGES:
                with self.subTest(scenario=name, step=step.name, lang=lang):
                    subject, body = self._read(action, lang)
                    self.assertIn(
                        format_amount(self.env, 550, self.company.currency_id, lang),
                        body,
                    )
                    self.assertNotIn("200,00", body)
                    if "[i.name" in step.template_id.subject:
                        self.assertIn(invoice.name, subject)

    def test_amounts_are_in_the_currency_of_the_invoices(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        for name, step in self.written_steps:
            partner = self._debtor_of(name, step.id)
            self._owe(partner, step, (800,), currency_id=dollar.id)
            action = self._write_to(partner, step)
            for lang in LANGUAGES:
                with self.subTest(scenario=name, step=step.name, lang=lang):
                    body = self._read(action, lang)[1]
                    self.assertIn(format_amount(self.env, 800, dollar, lang), body)

    def test_two_currencies_are_named_side_by_side(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        step = self.env.ref(f"{MODULE}.step_business_statement")
        partner = self._debtor_of("business", "two")
        self._owe(partner, step, (800,), currency_id=dollar.id)
        self._owe(partner, step, (300,))
        body = self._read(self._write_to(partner, step), "fr_FR")[1]
        self.assertIn(format_amount(self.env, 800, dollar, "fr_FR"), body)
        self.assertIn(
            format_amount(self.env, 300, self.company.currency_id, "fr_FR"), body
        )

    def test_contact_is_named_when_there_is_a_name(self):
        step = self.env.ref(f"{MODULE}.step_business_statement")
        partner = self._debtor_of("business", "named")
        self._owe(partner, step, (400,))
        Contact = self.env["res.partner"]
        contact = Contact.create({"parent_id": partner.id, "name": "Claire Martin"})
        nameless = Contact.create({"parent_id": partner.id, "type": "invoice"})
        for recipient, named in ((contact, True), (nameless, False), (partner, False)):
            action = self._write_to(partner, step, recipient_id=recipient.id)
            body = self._read(action, "fr_FR")[1]
            self.assertEqual("À l’attention de Claire Martin" in body, named)
            self.assertEqual("À l’attention de" in body, named)

    def test_phone_number_is_left_out_when_there_is_none(self):
        for name, step in self.written_steps:
            partner = self._debtor_of(name, step.id)
            self._owe(partner, step, (640,))
            action = self._write_to(partner, step, signatory_phone=False, user_id=False)
            for lang in LANGUAGES:
                with self.subTest(scenario=name, step=step.name, lang=lang):
                    body = self._read(action, lang)[1]
                    self.assertNotRegex(body, r"\b(au|on|to|à|contact)[.,)]")

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
                        if field.name in ("script", "body_html"):
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
            "tagged": self._debtor_of("business", "tag", category_id=[(4, tag.id)]),
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
