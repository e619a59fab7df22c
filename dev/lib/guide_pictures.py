"""The pictures of the user guide: what to show, how to get there."""


class GuidePictures:
    """The screens of the guide, each taken by a method ``take_<name>``.

    Mixed into the gallery of ``dev/screenshots``, which knows how to open and click.
    """

    # === A COLLECTOR'S DAY === #

    def take_liste_de_travail(self):
        self.show("collection-work-list", ".o_list_view")
        self._show_all()

    def take_traiter_la_liste(self):
        self.take_desk()

    def take_dossier(self):
        self._show_case(900)

    def take_aujourdhui(self):
        self.show("collection-today")
        self._show_all()

    def take_relance_du_jour(self):
        self.take_follow_up()

    def take_promesse(self):
        self._show_case(case=self._find_free_case())
        self._open_dialog("action_promise")

    def take_litige(self):
        self._show_record(
            "collection-disputes", "collection.dispute", ["state", "=", "investigating"]
        )

    def take_echeancier(self):
        self._show_case(case=self._find_free_case())
        self._open_dialog("action_make_plan")

    def take_message_envoye(self):
        self.browser.resize(self.WIDE, 850)
        action = self._find(
            "collection.action",
            ["channel", "=", "email"],
            ["state", "=", "sent"],
            ["lang", "=like", "fr%"],
        )
        self.show(f"collection-actions/{action}", ".o_collection_paper")

    def take_qualite_du_dossier(self):
        case = self._find(
            "collection.case", ["issue_ids", "!=", False], order="amount_due desc"
        )
        self._show_tab(case, "quality")

    def take_page_du_debiteur(self):
        self.take_debtor_page()

    # === STEERING === #

    def take_tableau_de_bord(self):
        self.browser.resize(self.WIDE, 1420)
        self.show("collection-home", ".o_collection_cockpit canvas")

    def take_passage(self):
        self.take_run()

    def take_alertes(self):
        self.show("collection-alerts", ".o_list_view")

    def take_campagne(self):
        self._show_record("collection-campaigns", "collection.campaign")

    def take_balance_agee_au_jour(self):
        self.show("collection-ageing-day", ".o_form_view")
        if self.browser.has("button[name=action_compute]"):
            self.browser.click("button[name=action_compute]")
            self.browser.settle()

    def take_indicateurs(self):
        self.show("collection-indicators")

    def take_efficacite(self):
        self.show("collection-efficiency", ".o_form_view")
        self.browser.click("button[name=action_compute]")
        self.browser.settle()

    def take_observatoire(self):
        self.take_overview()

    def take_profil_de_paiement(self):
        self.take_profile()

    def take_revue_des_credits(self):
        self.take_credit_review()

    # === DATA === #

    def take_qualite_des_donnees(self):
        self.take_quality()

    def take_propositions(self):
        self.show("collection-proposals", ".o_list_view")

    def take_doublons(self):
        self._show_record("collection-duplicates", "collection.duplicate.group")

    def take_annonce(self):
        self.take_announcement()

    # === LAW === #

    def take_onglet_juridique(self):
        self._show_tab(self._find_old_case(), "legal")

    def take_choix_de_la_voie(self):
        self._show_case(1000, self._find_old_case())
        self._open_dialog("action_choose_legal_path")

    def take_mise_en_demeure(self):
        self._show_tab(self._find_old_case(), "legal")
        self._open_dialog("action_formal_notice")

    def take_injonction_de_payer(self):
        self._show_proceeding("payment_order", "collection_proceeding_action")

    def take_declaration_de_creance(self):
        self._show_proceeding(
            "claim_declaration", "collection_claim_declaration_action"
        )
        self.browser.click(".o_notebook a[name=insolvency]")

    def take_prescription(self):
        self.show("collection-limitation", ".o_list_view")

    def take_remise_a_un_tiers(self):
        self._show_case(case=self._find_old_case())
        self._open_dialog("action_propose_handover")

    # === SETTING UP === #

    def take_premiers_pas(self):
        self._show_action_in_dialog("collection_first_day_action")

    def take_parametres(self):
        self.browser.resize(self.WIDE, 1000)
        self._show_action("res_config_settings_collection_action")

    def take_scenario_chronologie(self):
        self.take_scenario()

    def take_etape(self):
        self.take_scenario()
        self.browser.click(".o_collection_timeline_step")
        self.browser.wait_for(".modal .o_form_view")

    def take_segments(self):
        self.show("collection-segments", ".o_list_view")

    def take_regle_d_alerte(self):
        rule = self._find("collection.alert.rule", order="id")
        self._show_action(f"collection_alert_rule_action/{rule}")

    def take_services_publics(self):
        self.show("collection-services", ".o_list_view")

    def take_parametres_legaux(self):
        self._show_action("collection_legal_parameter_action")

    # === GESTURES === #

    WIDE = 1366

    def _show_all(self):
        """Take away the filters that a list opens with."""
        while self.browser.has(".o_facet_remove"):
            self.browser.click(".o_facet_remove")
            self.browser.settle()

    def _find_free_case(self, order="amount_overdue desc"):
        """A business that nothing holds back."""
        return self._find(
            "collection.case",
            ["state", "=", "open"],
            ["plan_ids", "=", False],
            ["hold_ids", "=", False],
            ["debtor_type", "=", "business"],
            ["amount_overdue", "<", 8000],
            order=order,
        )

    def _find_old_case(self):
        return self._find_free_case("overdue_since")

    def _show_case(self, height=850, case=None):
        self.browser.resize(self.WIDE, height)
        self.show(f"collection-cases/{case or self._find_case()}", ".o_form_view")

    def _show_tab(self, case, name):
        self.browser.resize(self.WIDE, 1000)
        self.show(f"collection-cases/{case}", ".o_form_view")
        self.browser.click(f".o_notebook a[name={name}]")
        self.browser.settle()
        self.browser.evaluate(
            "document.querySelector('.o_notebook').scrollIntoView({block: 'start'})"
        )

    def _show_record(self, path, model, *domain):
        record = self._find(model, *domain) or self._find(model)
        self.show(f"{path}/{record}", ".o_form_view")

    def _show_proceeding(self, kind, action):
        self.browser.resize(self.WIDE, 1000)
        proceeding = self._find("collection.proceeding", ["kind", "=", kind])
        self.show(f"action-l10n_fr_debt_collection.{action}/{proceeding}")

    def _show_action_in_dialog(self, name):
        action = f"action-l10n_fr_debt_collection.{name}"
        self.show(action, ".modal .o_form_view")

    def _open_dialog(self, button):
        """Press a button of a form, in its status bar or in the menu of actions."""
        self.browser.click(f"button[name={button}]")
        self.browser.wait_for(".modal .o_form_view")
        self.browser.settle()
