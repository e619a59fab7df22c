import {registry} from "@web/core/registry";

const inDays = (days) => {
    const day = new Date();
    day.setDate(day.getDate() + days);
    return day.toISOString().slice(0, 10);
};

registry.category("web_tour.tours").add("collection_debtor_tour", {
    steps: () => [
        {
            content: "Read what is owed",
            trigger: ".o_debtor_total:contains(1,300.00)",
        },
        {
            content: "The whole is paid if nothing else is typed",
            trigger: ".o_debtor_group input[name='lines']:first",
            run: "click",
        },
        {
            content: "Of a part of the items the sum is shown",
            trigger: ".o_debtor_part[placeholder='300.00']",
        },
        {
            content: "Open the promise",
            trigger: ".o_debtor_promise summary",
            run: "click",
        },
        {
            trigger: "#promise_amount",
            run: "edit 250",
        },
        {
            trigger: "#promise_date",
            run: () => {
                document.querySelector("#promise_date").value = inDays(5);
            },
        },
        {
            trigger: ".o_debtor_promise button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_debtor_done:contains(Your promise has been noted)",
        },
        {
            content: "Contest an invoice",
            trigger: ".o_debtor_dispute summary",
            run: "click",
        },
        {
            trigger: ".o_debtor_dispute input[name='lines']:first",
            run: "click",
        },
        {
            trigger: "#dispute_reason",
            run: "selectByIndex 1",
        },
        {
            trigger: "#dispute_description",
            run: "edit Two lamps arrived broken",
        },
        {
            trigger: ".o_debtor_dispute button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_debtor_done:contains(Your objection has been noted)",
        },
        {
            content: "Write a message",
            trigger: ".o_debtor_message summary",
            run: "click",
        },
        {
            trigger: "#message_text",
            run: "edit Please call me tomorrow",
        },
        {
            trigger: ".o_debtor_message button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_debtor_done:contains(Your message has been passed on)",
        },
        {
            content: "Nothing is wider than the screen",
            trigger: "body",
            run: () => {
                const page = document.documentElement;
                if (page.scrollWidth > page.clientWidth) {
                    throw new Error("The page has to be scrolled sideways.");
                }
            },
        },
    ],
});
