import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("collection_guide_tour", {
    url: "/odoo/collection-cases",
    steps: () => [
        {
            content: "The list of cases has its page",
            trigger:
                ".o_collection_guide a[href$='/guide/recouvreur.html#le-dossier-dun-débiteur']",
        },
        {
            content: "Another screen of the same model",
            trigger: "body:has(.o_kanban_view, .o_list_view)",
            run: () => {
                window.location = "/odoo/collection-ageing";
            },
            expectUnloadPage: true,
        },
        {
            content: "It has a page of its own",
            trigger:
                ".o_collection_guide a[href$='/guide/responsable.html#balance-âgée']",
        },
        {
            content: "A dialog",
            trigger: ".o_list_view",
            run: () => {
                window.location =
                    "/odoo/action-l10n_fr_debt_collection.collection_returned_mail_action";
            },
            expectUnloadPage: true,
        },
        {
            content: "Its title has the link",
            trigger:
                ".modal-header a.o_collection_guide[href$='/guide/recouvreur.html#courriers-revenus']",
        },
    ],
});
