import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("collection_desk_tour", {
    url: "/odoo/collection-work-list",
    steps: () => [
        {
            content: "The list is ranked and says why",
            trigger: ".o_data_row:first:contains(Tour Large):contains(overdue)",
        },
        {
            content: "Work through it",
            trigger: "button[name=action_work]:contains(Work through)",
            run: "click",
        },
        {
            content: "The most worthwhile case comes first",
            trigger: ".o_collection_desk_position:contains(1 of 3)",
        },
        {
            content: "It shows whom to call",
            trigger: ".o_collection_desk [name=who] a[name=call][href^='tel:']",
        },
        {
            content: "And what is owed",
            trigger: ".o_collection_desk [name=debt]:contains(20 days late)",
        },
        {
            content: "He promises to pay",
            trigger: ".o_collection_desk button[name=promised]",
            run: "click",
        },
        {
            content: "In a week",
            trigger: ".o_collection_desk_ask button:contains(In a week)",
            run: "click",
        },
        {
            content: "Say what was said",
            trigger: ".o_collection_desk textarea[name=note]",
            run: "edit By transfer",
        },
        {
            content: "Save it",
            trigger: ".o_collection_desk_ask button[name=save]:enabled",
            run: "click",
        },
        {
            content: "It says what happens next",
            trigger: ".o_collection_desk_last:contains(Tour Large) [name=next_step]",
        },
        {
            content: "The figures of the day have changed",
            trigger: ".o_collection_desk_figures [name=promises] dd:contains(1)",
        },
        {
            content: "The next case has come",
            trigger: ".o_collection_desk_title:contains(Tour Middle)",
        },
        {
            content: "Somebody else answers",
            trigger: ".o_collection_desk button[name=wrong_number]:enabled",
            run: "click",
        },
        {
            content: "The third case has come",
            trigger: ".o_collection_desk_title:contains(Tour Small)",
        },
        {
            content: "It can wait: the other two are done",
            trigger: ".o_collection_desk_bar:contains(2 done)",
        },
    ],
});
