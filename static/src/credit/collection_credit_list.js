import {Component, onWillStart, useState} from "@odoo/owl";
import {ListController} from "@web/views/list/list_controller";
import {listView} from "@web/views/list/list_view";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";

const POLICY = "collection.credit.policy";

/** Says in which companies credit limits are not checked, and switches them on. */
export class CollectionCreditBanner extends Component {
    static template = "l10n_fr_debt_collection.CreditBanner";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.off = useState({companies: [], canSwitchOn: false});
        onWillStart(() => this.load());
    }

    async load() {
        const off = await this.orm.call(POLICY, "get_limits_off", []);
        this.off.companies = off.companies;
        this.off.canSwitchOn = off.can_switch_on;
    }

    async onSwitchOn() {
        await this.orm.call(POLICY, "action_switch_on_limits", []);
        await this.load();
    }
}

/** The credit review: a list below what stands in the way of its limits. */
export class CollectionCreditListController extends ListController {
    static template = "l10n_fr_debt_collection.CreditListView";
    static components = {...ListController.components, CollectionCreditBanner};
}

export const collectionCreditListView = {
    ...listView,
    Controller: CollectionCreditListController,
};

registry.category("views").add("collection_credit_list", collectionCreditListView);
