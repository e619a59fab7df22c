import {registry} from "@web/core/registry";

const DEBTOR = "Tour Debtor";
const MENU = "l10n_fr_debt_collection.";

/** Open an entry of the menu of data. */
function openMenu(name) {
    return [
        {
            content: "Open the menu of data",
            trigger: `.o_menu_sections [data-menu-xmlid='${MENU}collection_data_menu']`,
            run: "click",
        },
        {
            content: "Choose the entry",
            trigger: `.o-dropdown--menu [data-menu-xmlid='${MENU}${name}']`,
            run: "click",
        },
    ];
}

registry.category("web_tour.tours").add("collection_data_tour", {
    url: "/odoo/action-l10n_fr_debt_collection.collection_quality_dashboard_action",
    steps: () => [
        {
            content: "The dashboard tells who can be reached",
            trigger: ".o_collection_dashboard .o_collection_tile_figure",
        },
        ...openMenu("collection_case_to_enrich_menu"),
        {
            content: "Open the debtor to enrich",
            trigger: `.o_data_row:contains(${DEBTOR}) [name=partner_id]`,
            run: "click",
        },
        {
            content: "Look at the quality of its data",
            trigger: ".o_collection_case_form .o_notebook a[name=quality]",
            run: "click",
        },
        {
            content: "Correct the telephone in one click",
            trigger:
                "[name=issue_ids] .o_data_row button[name=action_remedy]:contains(Correct)",
            run: "click",
        },
        {
            content: "Nothing is left to correct",
            trigger:
                "[name=issue_ids]:not(:has(button[name=action_remedy]:contains(Correct)))",
        },
        ...openMenu("collection_enrichment_proposal_menu"),
        {
            content: "Accept what is proposed",
            trigger: `.o_data_row:contains(Tour street) button[name=action_accept]`,
            run: "click",
        },
        {
            content: "It is no longer to decide",
            trigger: ".o_list_view:not(:has(.o_data_row:contains(Tour street)))",
        },
        ...openMenu("collection_registry_event_menu"),
        {
            content: "The announcement is in the list: open it",
            trigger: `.o_data_row:contains(${DEBTOR}) [name=partner_id], .o_data_row:contains(${DEBTOR}) [name=case_id]`,
            run: "click",
        },
        {
            content: "It opens a deadline; note that it is dealt with",
            trigger: ".o_form_view button[name=action_handle]",
            run: "click",
        },
        {
            content: "It is",
            trigger: ".o_form_view .o_arrow_button_current[data-value=handled]",
        },
    ],
});
