import {registry} from "@web/core/registry";

const DEBTOR = "Tour Debtor";

registry.category("web_tour.tours").add("collection_observatory_tour", {
    url: "/odoo/collection-observatory",
    steps: () => [
        {
            content: "The overview draws the cash to be expected",
            trigger: ".o_collection_observatory .o_collection_chart_ageing canvas",
        },
        {
            content: "Look into how late is paid",
            trigger: ".o_collection_tile[name=days_late]:contains(25)",
            run: "click",
        },
        {
            content: "A pivot shows it month by month",
            trigger: ".o_pivot .o_pivot_measure_row:contains(weighted)",
        },
        {
            content: "Go back to the overview",
            trigger: ".o_breadcrumb a, .breadcrumb a",
            run: "click",
        },
        {
            content: "Open the debtors of a risk level",
            trigger: ".o_collection_observatory .o_collection_row_risk[name]",
            run: "click",
        },
        {
            content: "Open the debtor",
            trigger: `.o_data_row:contains(${DEBTOR}) [name=partner_id]`,
            run: "click",
        },
        {
            content: "See how it pays",
            trigger: ".o_collection_case_form .o_notebook a[name=profile]",
            run: "click",
        },
        {
            content: "The charts are drawn",
            trigger: ".o_collection_profile_charts .o_collection_panel canvas",
        },
        {
            content: "So are the figures",
            trigger: "[name=days_late_avg]:contains(25)",
        },
    ],
});
