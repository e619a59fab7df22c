import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useService} from "@web/core/utils/hooks";

/** What a record lacks: a sentence for each gap, with a button that leads to it. */
export class CollectionMissingField extends Component {
    static template = "l10n_fr_debt_collection.MissingField";
    static props = {...standardFieldProps};

    setup() {
        this.action = useService("action");
    }

    get items() {
        return this.props.record.data[this.props.name] || [];
    }

    /**
     * Save what was typed, call the remedy and read the record again.
     *
     * @param {Object} item
     */
    async remedy({remedy}) {
        const {record} = this.props;
        if (!(await record.save())) {
            return;
        }
        await this.action.doActionButton({
            type: "object",
            name: remedy,
            resModel: record.resModel,
            resId: record.resId,
            context: record.context,
            onClose: () => record.load(),
        });
    }
}

export const collectionMissingField = {
    component: CollectionMissingField,
    displayName: _t("What is missing"),
    supportedTypes: ["json"],
    isEmpty: (record, name) => !(record.data[name] || []).length,
};

registry.category("fields").add("collection_missing", collectionMissingField);
