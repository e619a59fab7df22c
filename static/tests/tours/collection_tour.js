import {registry} from "@web/core/registry";

const DEBTOR = "Tour Debtor";
const NOTE = "Will pay on Friday";

/** Open the app and its list of cases, then the case of the tour. */
function openCase() {
    return [
        {
            content: "Go to the cases",
            trigger:
                ".o_menu_sections [data-menu-xmlid='l10n_fr_debt_collection.collection_case_menu']",
            run: "click",
        },
        {
            content: "Cases are columns by state",
            trigger: ".o_collection_case_kanban .o_kanban_group",
        },
        {
            content: "Open the case",
            trigger: `.o_collection_case_kanban .o_kanban_record:contains(${DEBTOR})`,
            run: "click",
        },
        {
            content: "What is owed is shown by how late it is",
            trigger: ".o_collection_case_form .o_collection_ageing_part",
        },
    ];
}

registry.category("web_tour.tours").add("collection_case_tour", {
    url: "/odoo/collection-today",
    steps: () => [
        ...openCase(),
        {
            content: "Follow up",
            trigger: "button[name=action_follow_up]",
            run: "click",
        },
        {
            content: "One e-mail would leave: look at it",
            trigger: `.modal .o_data_row:contains(${DEBTOR}) button[name=preview]`,
            run: "click",
        },
        {
            content: "It is shown as the debtor reads it",
            trigger: ".modal .o_collection_paper:contains(Tour reminder)",
        },
        {
            content: "Back to the wizard",
            trigger: ".modal:has(.o_collection_paper) .btn-close",
            run: "click",
        },
        {
            content: "Send",
            trigger: ".modal button[name=action_send]",
            run: "click",
        },
        {
            content: "The e-mail has been put in the queue",
            trigger: ".o_list_view .o_data_row:contains(Tour reminder)",
        },
        ...openCase(),
        {
            content: "Log a call",
            trigger: "button[name=action_log_call]",
            run: "click",
        },
        {
            content: "They promised to pay",
            trigger: ".modal .o_collection_icon_radio [data-value=promised]",
            run: "click",
        },
        {
            content: "What was promised is asked",
            trigger: ".modal [name=promise_date]:visible",
        },
        {
            content: "Note what was said",
            trigger: ".modal [name=note] textarea",
            run: `edit ${NOTE}`,
        },
        {
            content: "Save the outcome",
            trigger: ".modal button[name=action_save]",
            run: "click",
        },
        {
            content: "Look at the history",
            trigger:
                "body:not(:has(.modal)) .o_collection_case_form .o_notebook a[name=history]",
            run: "click",
        },
        {
            content: "The e-mail is there",
            trigger: "[name=action_ids] .o_data_row:contains(Tour reminder)",
        },
        {
            content: "So is the call",
            trigger: `[name=action_ids] .o_data_row:contains(${NOTE})`,
        },
    ],
});

registry.category("web_tour.tours").add("collection_run_tour", {
    url: "/odoo/collection-runs",
    steps: () => [
        {
            content: "Make a run",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "See what would leave",
            trigger: "button[name=action_preview]",
            run: "click",
        },
        {
            content: "The summary counts it",
            trigger: ".o_collection_run_summary .o_collection_card_count:contains(1)",
        },
        {
            content: "Execute",
            trigger: "button[name=action_start]",
            run: "click",
        },
        {
            content: "Yes",
            trigger: ".modal .btn-primary",
            run: "click",
        },
        {
            content: "It waits for the scheduled job, and says so",
            trigger: ".o_collection_run_progress",
        },
    ],
});
