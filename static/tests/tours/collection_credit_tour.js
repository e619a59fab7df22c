import {registry} from "@web/core/registry";

const BANNER = ".o_collection_credit_banner";
const ROW = ".o_data_row:contains(Tour Debtor)";

registry.category("web_tour.tours").add("collection_credit_tour", {
    steps: () => [
        {
            content: "Credit limits are off: switch them on",
            trigger: `${BANNER} button`,
            run: "click",
        },
        {
            content: "The warning is gone, the proposal is there",
            trigger: `body:not(:has(${BANNER})) ${ROW}:contains(1,000.00)`,
        },
        {
            content: "Accept the proposal",
            trigger: `${ROW} button[name=action_credit_accept]`,
            run: "click",
        },
        {
            content: "There is nothing to review any more",
            trigger: `body:not(:has(${ROW})) .o_nocontent_help`,
        },
    ],
});
