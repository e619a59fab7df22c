import {Component, useState} from "@odoo/owl";
import {ActionDialog} from "@web/webclient/actions/action_dialog";
import {SCREENS} from "./collection_guide_screens";
import {patch} from "@web/core/utils/patch";
import {registry} from "@web/core/registry";
import {useBus, useService} from "@web/core/utils/hooks";

const MODULE = "l10n_fr_debt_collection";
const FOLDER = `/${MODULE}/static/guide`;
const APP = `${MODULE}.collection_root_menu`;

/**
 * Where the guide documents a screen.
 *
 * @param {...(String|undefined)} names of the screen, the most precise first
 * @returns {String|undefined} an address, none for a screen that is not documented
 */
export function findPage(...names) {
    const known = names.find((name) => Object.hasOwn(SCREENS, name || ""));
    return known && `${FOLDER}/${SCREENS[known]}`;
}

/** The module's own names lose its prefix, those of others keep theirs. */
function nameAction(xmlId) {
    return xmlId?.replace(`${MODULE}.`, "");
}

/** A question mark in the bar: the page of the guide about the screen below it. */
export class CollectionGuide extends Component {
    static template = "l10n_fr_debt_collection.Guide";
    static props = {};

    setup() {
        this.action = useService("action");
        this.menu = useService("menu");
        this.state = useState({page: this.findPage()});
        useBus(this.env.bus, "ACTION_MANAGER:UI-UPDATED", ({detail}) => {
            if (detail !== "new") {
                this.state.page = this.findPage();
            }
        });
        useBus(this.env.bus, "MENUS:APP-CHANGED", () => {
            this.state.page = this.findPage();
        });
    }

    findPage() {
        const action = this.action.currentController?.action;
        const page =
            action && findPage(nameAction(action.xml_id), action.tag, action.res_model);
        return page || (this.isInApp ? `${FOLDER}/index.html` : undefined);
    }

    get isInApp() {
        return this.menu.getCurrentApp()?.xmlid === APP;
    }
}

registry
    .category("systray")
    .add("l10n_fr_debt_collection.guide", {Component: CollectionGuide}, {sequence: 50});

patch(ActionDialog.prototype, {
    get collectionGuidePage() {
        return findPage(this.props.actionProps?.resModel);
    },
});
