import {registry} from "@web/core/registry";

const DEBTOR = "Tour Debtor";

registry.category("web_tour.tours").add("collection_cockpit_tour", {
    url: "/odoo/collection-home",
    steps: () => [
        {
            content: "The charts are drawn",
            trigger: ".o_collection_cockpit .o_collection_chart_efforts canvas",
        },
        {
            content: "A tile shows its figure beside the target it misses",
            trigger:
                ".o_collection_tile.o_collection_target_missed[name=recovery_rate]:contains(90)",
            run: "click",
        },
        {
            content: "It opens the indicator, month by month",
            trigger: ".o_graph_view canvas",
        },
        {
            content: "Go back",
            trigger: ".o_breadcrumb a, .breadcrumb a",
            run: "click",
        },
        {
            content: "An alert opens its cases",
            trigger: ".o_collection_cockpit .o_collection_row:contains(Large debts)",
            run: "click",
        },
        {
            content: "The debtor is there",
            trigger: `.o_list_view .o_data_row:contains(${DEBTOR})`,
        },
        {
            content: "Go back",
            trigger: ".o_breadcrumb a, .breadcrumb a",
            run: "click",
        },
        {
            content: "Open one of the largest debtors",
            trigger: `.o_collection_row_debtor:contains(${DEBTOR})`,
            run: "click",
        },
        {
            content: "This is its case",
            trigger: ".o_collection_case_form",
        },
    ],
});
