import {Component, onWillStart} from "@odoo/owl";
import {ListController} from "@web/views/list/list_controller";
import {listView} from "@web/views/list/list_view";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";

/** Says which public services do not answer, above what depends on them. */
export class CollectionServiceBanner extends Component {
    static template = "l10n_fr_debt_collection.ServiceBanner";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.sentences = [];
        onWillStart(async () => {
            this.sentences = await this.orm.call(
                "collection.registry.service",
                "get_banner",
                []
            );
        });
    }
}

/** A list of data whose quality depends on the public services. */
export class CollectionDataListController extends ListController {
    static template = "l10n_fr_debt_collection.DataListView";
    static components = {...ListController.components, CollectionServiceBanner};
}

export const collectionDataListView = {
    ...listView,
    Controller: CollectionDataListController,
};

registry.category("views").add("collection_data_list", collectionDataListView);
