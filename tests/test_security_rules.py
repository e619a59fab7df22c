from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from . import security_methods
from .common import CollectionCommon
from .security_rows import MODULE, Rows, own_models

LEVELS = ("user", "manager", "admin")
INVOICING = "account.group_account_invoice"
OPERATIONS = {"read": "r", "write": "w", "create": "c", "unlink": "u"}
# Who may do what, by group: r(ead), w(rite), c(reate), u(nlink). Models are named
# without "collection." and with underscores. A right added to ir.model.access.csv is
# added here too, by somebody who has thought about it.
GRANTS = {
    "group_collection_user": {
        "rw": "alert case debtor_link voidable_payment",
        "rwc": (
            "deadline dispute dividend formal_notice handover handover_package "
            "handover_report hold limitation_event proceeding promise "
            "registered_letter vat_recovery"
        ),
        "r": (
            "absence action_result ageing_forecast alert_response alert_rule "
            "assignment_rule call_window campaign campaign_line cash_forecast "
            "court data_issue data_job data_job_item deadline_rule delay_reason "
            "desk_item dispute_month duplicate_group duplicate_member "
            "enrichment_proposal enrichment_rule handover_provider "
            "handover_provider_tier interest_waiver kpi kpi_baseline kpi_kind "
            "legal_form legal_form_line legal_parameter limitation payment_fact "
            "postal_provider quality_weight registry_event registry_record "
            "registry_service risk_band risk_history risk_weight run run_log "
            "scenario scenario_pause scenario_switch segment step step_variant "
            "value_source"
        ),
        "rwcu": (
            "action action_item ageing ageing_item ageing_line claim_line "
            "claim_make claim_segment claim_settlement claim_statement cleaning "
            "cleaning_kind cleaning_line commissaire_step court_letter "
            "declaration_line delay_note dispute_open follow_up "
            "formal_notice_make formal_notice_make_line handover_import "
            "handover_propose handover_propose_line handover_propose_offer "
            "legal_path legal_path_way opening_judgment order_step outcome "
            "payment_order payment_order_line plan plan_agree plan_item "
            "plan_line plan_make plan_make_line posting posting_line postpone "
            "proceeding_cost proceeding_exhibit promise_make returned_mail "
            "returned_mail_line vat_recovery_line vat_recovery_make"
        ),
    },
    "group_collection_admin": {
        "rwcu": (
            "alert_response alert_rule assignment_rule call_window court "
            "deadline_rule delay_reason dispute_reason enrichment_rule "
            "first_day handover_provider handover_provider_tier legal_form "
            "legal_form_line legal_parameter level_import postal_provider "
            "risk_band scenario scenario_pause segment segment_preview "
            "segment_preview_line segment_suggestion segment_suggestion_line "
            "step step_variant"
        ),
        "rw": "kpi_kind quality_weight registry_service risk_weight",
        "r": (
            "data_job_stop debtor_visit erasure_log export_log mail_departure "
            "payment_queue registry_watch"
        ),
    },
    "group_collection_manager": {
        "rwcu": (
            "absence alert anonymise campaign campaign_import campaign_line "
            "deadline distribution distribution_line dividend efficiency "
            "efficiency_line enrichment_import enrichment_import_column "
            "handover handover_recall handover_report limitation_event "
            "proceeding run run_log simulation simulation_line vat_recovery"
        ),
        "ru": "data_job enrichment_proposal",
        "rwc": "interest_waiver",
    },
    "account.group_account_invoice": {
        "r": (
            "claim_line claim_segment claim_settlement claim_statement court "
            "court_letter formal_notice handover handover_provider "
            "handover_report legal_parameter plan plan_item plan_line "
            "proceeding proceeding_cost proceeding_exhibit registered_letter "
            "vat_recovery vat_recovery_line"
        ),
        "rwcu": "interest_invoice",
    },
    "base.group_user": {
        "r": "dispute dispute_reason",
        "rwcu": "dispute_answer",
    },
}
# Models without a rule, since their rows belong to no company, and what they hold.
SHARED = {
    "court": "the courts of the country",
    "deadline_rule": "the deadlines of the law",
    "debtor_visit": "counters under keyed hashes, for administrators",
    "erasure_log": "numbers of contacts erased, who are all companies', no name",
    "kpi_kind": "the indicators there are",
    "legal_form": "blank forms",
    "legal_form_line": "what goes where on a blank form",
    "legal_parameter": "rates and thresholds of the law",
    "mail_departure": "numbers of mails given to the server, for administrators",
    "payment_queue": "numbers of lines to read again, for administrators",
    "quality_weight": "how the quality of data is weighed",
    "registry_record": "what public registers say of companies",
    "registry_service": "the public registers; keys are the database administrator's",
    "registry_watch": "how far the announcements have been read",
    "risk_band": "the names of the bands of risk",
    "risk_weight": "how risk is weighed",
}
# Wizards that lead to nothing of a company by themselves, and what they hold.
UNBOUND = {
    "anonymise": "contacts, which are read with the user's own rights",
    "cleaning": "which cleanings are chosen",
    "cleaning_kind": "how many cleanings of a kind there are",
    "handover_recall": "handovers, which are read with the user's own rights",
    "postpone": "actions, which are read with the user's own rights",
    "posting": "a day",
    "returned_mail": "bar codes that have been scanned",
}
# Methods that work for the company of whoever calls them, whatever the record.
OWN_COMPANY = {"action_look", "action_suggest"}
# Models without any right of access: only the module itself reads them.
UNSEEN = {}


@tagged("post_install", "-at_install")
class TestSecurityRules(CollectionCommon):
    """Every model of the module against every kind of user."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company(name="Autre SARL")["company"]
        own, foreign = cls.company, cls.other
        levels = {level: f"{MODULE}.group_collection_{level}" for level in LEVELS}
        cls.insiders = {
            level: cls._make_user(f"{level}_of_a", own, group)
            for level, group in levels.items()
        } | {"invoicing": cls._make_user("invoicing_of_a", own, INVOICING)}
        # The rows are his: some are for who makes invoices.
        cls.insiders["admin"].group_ids |= cls.env.ref(INVOICING)
        cls.strangers = {
            level: cls._make_user(f"{level}_of_b", foreign, group)
            for level, group in levels.items()
        } | {
            "accounting": cls._make_user(
                "accounting_of_b", foreign, "account.group_account_manager"
            ),
            "system": cls._make_user(
                "system_of_b", foreign, f"base.group_system,{levels['admin']}"
            ),
        }
        cls.outsiders = {
            "employee": cls._make_user("employee_of_a", own, "base.group_user"),
            "portal": cls._make_user("portal_of_a", own, "base.group_portal"),
            "public": cls.env.ref("base.public_user"),
        }
        cls._make_rows()

    @classmethod
    def _make_user(cls, login, companies, groups):
        return new_test_user(
            cls.env,
            login,
            groups,
            company_id=companies[0].id,
            company_ids=[(6, 0, companies.ids)],
        )

    @classmethod
    def _make_rows(cls):
        """Make a row of each model in company A, and a case that has really run."""
        maker = cls.insiders["admin"]
        invoice = cls._invoice(cls, 1000, late=20)
        cls._pay(cls, invoice, 100)
        cls.env["collection.run"].create(
            {"company_id": cls.company.id, "date": cls.today}
        ).action_execute()
        cls.env.flush_all()
        [line] = cls._receivables(cls, invoice)
        cls.known = {
            "res.users": maker.id,
            "res.partner": cls.debtor.id,
            "res.currency": cls.company.currency_id.id,
            "account.move": invoice.id,
            "account.move.line": line.id,
            "account.partial.reconcile": line.matched_credit_ids.id,
            "collection.case": cls.debtor.collection_case_ids.id,
        }
        rows = Rows(cls.company, maker, cls.known)
        cls.records = {
            model: rows.get(model) if cls.env[model]._auto else cls._read_view(model)
            for model in own_models(cls.env)
        }
        cls.env.invalidate_all()

    @classmethod
    def _read_view(cls, model):
        """Return what a model computed by the database has of company A."""
        found = cls.env[model].search([("company_id", "=", cls.company.id)])
        if not found:
            raise AssertionError(f"{model}: nothing to try, make something for it")
        return found

    # === ONE'S OWN === #

    def test_somebody_of_the_company_reads_each_model(self):
        """Otherwise the refusals below would prove nothing."""
        unread = {
            model
            for model, records in self.records.items()
            if not any(
                "r" in self._get_rights(records, user)
                for user in self.insiders.values()
            )
        }
        self.assertEqual({_short(model) for model in unread}, set(UNSEEN))

    # === OTHERS' === #

    def test_another_company_has_no_right_to_any_row(self):
        self.assertEqual(self._find_rights(self.strangers, SHARED), {})

    def test_another_company_finds_no_row(self):
        found = {
            (name, model)
            for name, user in self.strangers.items()
            for model, records in self.records.items()
            if _short(model) not in SHARED and self._find(records, user)
        }
        self.assertEqual(found, set())

    def test_another_company_of_collectors_only_reads_what_is_shared(self):
        collectors = {"user": self.strangers["user"]}
        rights = self._find_rights(collectors, set(self._get_shorts()) - set(SHARED))
        self.assertLessEqual(set(rights.values()), {"r"})

    def test_a_company_not_chosen_is_not_shown(self):
        """Who works for two companies sees those he has ticked."""
        user = self._make_user(
            "both", self.other | self.company, f"{MODULE}.group_collection_admin"
        )
        found = {
            model
            for model, records in self.records.items()
            if _short(model) not in SHARED
            and self._find(records, user, allowed_company_ids=self.other.ids)
        }
        self.assertEqual(found, set())

    def test_wizards_are_their_makers(self):
        """What a colleague has begun to fill in is his."""
        colleague = self._make_user(
            "colleague", self.company, f"{MODULE}.group_collection_admin"
        )
        wizards = [model for model in self.records if self.env[model].is_transient()]
        rights = self._find_rights({"colleague": colleague}, set(), wizards)
        self.assertEqual(rights, {})

    def test_no_wizard_of_ones_own_leads_to_another_company(self):
        """Fields that follow a link are read as superuser: the link is what counts."""
        stranger = self.strangers["admin"]
        stranger.group_ids |= self.env.ref(INVOICING)
        known = {
            model: record.id
            for model, record in self.records.items()
            if not record._transient
        }
        rows = Rows(self.company, stranger, {**self.known, **known})
        reached = {
            _short(model): self._get_rights(rows.get(model), stranger)
            for model in self.records
            if self.env[model].is_transient()
        }
        self.assertEqual({model for model in reached if reached[model]}, set(UNBOUND))

    def test_outsiders_have_no_right_to_any_row(self):
        granted = GRANTS["base.group_user"].values()
        employees_own = {model for names in granted for model in names.split()}
        self.assertEqual(self._find_rights(self.outsiders, employees_own), {})
        nobody = {name: self.outsiders[name] for name in ("portal", "public")}
        self.assertEqual(self._find_rights(nobody, set()), {})
        for name, user in nobody.items():
            for model in self.records:
                with self.subTest(user=name, model=model):
                    with self.assertRaises(AccessError):
                        self.env[model].with_user(user).search([])

    def test_employees_see_only_what_they_answer_for(self):
        employee = {"employee": self.outsiders["employee"]}
        own = ("collection.dispute", "collection.dispute.answer")
        self.assertEqual(self._find_rights(employee, set(), own), {})

    # === WHAT CAN BE CALLED === #

    def test_no_method_does_anything_for_who_may_not_see_the_record(self):
        """Rights of access do not hold back a method that acts as superuser."""
        users = {
            "portal": self.outsiders["portal"],
            "admin of another company": self.strangers["admin"],
        }
        done = {}
        for model, records in self.records.items():
            if _short(model) in SHARED:
                continue
            for method in security_methods.find_methods(records):
                for name, user in users.items():
                    if name != "portal" and method in OWN_COMPANY:
                        continue
                    written = security_methods.call(records.with_user(user), method)
                    if written:
                        done[f"{model}.{method}", name] = written
        self.assertEqual(done, {})

    def test_no_method_with_arguments_does_anything_for_outsiders(self):
        """Such methods are given numbers of records of the company."""
        action, case = (
            self.records[f"collection.{name}"].id for name in ("action", "case")
        )
        calls = {
            ("collection.desk", "approve"): [(action,)],
            ("collection.desk", "get_case"): [(action,), (False, case)],
            ("collection.desk", "get_figures"): [(False,)],
            ("collection.desk", "get_list"): [({"mine": False},)],
            ("collection.desk", "log"): [
                (action, "bad_faith"),
                (False, "bad_faith", {"case_id": case, "note": "<b>x</b>"}),
            ],
            ("collection.desk", "mark_posted"): [(action,)],
            ("collection.desk", "postpone"): [(action,)],
        }
        found = {
            (name, method)
            for name, model in self.env.registry.items()
            if name.startswith("collection.")
            for method in security_methods.find_methods_with_arguments(self.env[name])
        }
        self.assertLessEqual(found, set(calls))
        users = {"portal": self.outsiders["portal"], "b": self.strangers["admin"]}
        done = {
            (who, name, method): written
            for (name, method), attempts in calls.items()
            for args in attempts
            for who, user in users.items()
            if (
                written := security_methods.call(
                    self.env[name].with_user(user), method, *args
                )
            )
        }
        # The list of another company ranks the work of that company.
        done.pop(("b", "collection.desk", "get_list"), None)
        self.assertEqual(done, {})

    # === THE TABLE === #

    def test_rights_are_those_declared(self):
        declared = {
            (group, f"collection.{model.replace('_', '.')}"): rights
            for group, grants in GRANTS.items()
            for rights, models in grants.items()
            for model in models.split()
        }
        self.assertEqual(self._read_rights(), declared)

    def _read_rights(self):
        """Return ``{(group, model): rights}`` as the database has them."""
        lines = self.env["ir.model.access"].search(
            [("model_id.model", "in", own_models(self.env))]
        )
        names = lines.group_id.get_external_id()
        return {
            (
                names[line.group_id.id].removeprefix(f"{MODULE}."),
                line.model_id.model,
            ): "".join(
                letter for name, letter in OPERATIONS.items() if line[f"perm_{name}"]
            )
            for line in lines
        }

    def test_each_model_that_is_read_has_a_rule_or_a_reason(self):
        ruled = set(self.env["ir.rule"].search([]).mapped("model_id.model"))
        open_models = {
            _short(model)
            for (_group, model) in self._read_rights()
            if model not in ruled
        }
        self.assertEqual(open_models, set(SHARED))

    # === HELPERS === #

    def _get_shorts(self):
        return map(_short, self.records)

    def _find_rights(self, users, left_out, models=None):
        """Return ``{(name of the user, model): rights}`` where there are any."""
        rights = {
            (name, model): self._get_rights(self.records[model], user)
            for name, user in users.items()
            for model in models or self.records
            if _short(model) not in left_out
        }
        return {key: letters for key, letters in rights.items() if letters}

    def _get_rights(self, records, user):
        """Return the letters of what ``user`` may do with all of ``records``."""
        own = records.with_user(user)
        return "".join(
            letter for name, letter in OPERATIONS.items() if own.has_access(name)
        )

    def _find(self, records, user, **context):
        """Return which of ``records`` a search of ``user`` finds, if he may search."""
        model = records.with_user(user).with_context(active_test=False, **context)
        if not model.has_access("read"):
            return model.browse()
        return model.search([("id", "in", records.ids)])


def _short(model):
    return model.removeprefix("collection.").replace(".", "_")
