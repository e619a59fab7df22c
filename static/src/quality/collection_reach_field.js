import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** Whether a channel reaches the debtor: a chip on forms, an icon in lists. */
export class CollectionReachField extends Component {
    static template = "l10n_fr_debt_collection.ReachField";
    static props = {
        ...standardFieldProps,
        icon: {type: String, optional: true},
        isCompact: {type: Boolean, optional: true},
    };
    static defaultProps = {icon: "fa-check", isCompact: false};

    get isReached() {
        return Boolean(this.props.record.data[this.props.name]);
    }

    get label() {
        return this.props.record.fields[this.props.name].string;
    }

    get tooltip() {
        return this.isReached ? this.label : _t("Not: %s", this.label);
    }
}

export const collectionReachField = {
    component: CollectionReachField,
    displayName: _t("Reached by a channel"),
    supportedTypes: ["boolean"],
    supportedOptions: [{label: _t("Icon"), name: "icon", type: "string"}],
    isEmpty: () => false,
    listViewWidth: 60,
    extractProps: ({options, viewType}) => ({
        icon: options.icon,
        isCompact: viewType === "list",
    }),
};

registry.category("fields").add("collection_reach", collectionReachField);
