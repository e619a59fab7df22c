import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** How many issues a line of a list names before it counts the others. */
const SHOWN = 2;

/** The issues of a debtor as tags, the most costly first. */
export class CollectionIssueTagsField extends Component {
    static template = "l10n_fr_debt_collection.IssueTagsField";
    static props = {...standardFieldProps};

    get issues() {
        return this.props.record.data[this.props.name].records.map(({resId, data}) => ({
            id: resId,
            label: data.name,
            severity: data.severity,
        }));
    }

    get shown() {
        return this.issues.slice(0, SHOWN);
    }

    get others() {
        return this.issues.slice(SHOWN);
    }

    get tooltip() {
        return this.others.map(({label}) => label).join("\n");
    }
}

export const collectionIssueTagsField = {
    component: CollectionIssueTagsField,
    displayName: _t("Data issues"),
    supportedTypes: ["one2many"],
    relatedFields: [
        {name: "name", type: "char"},
        {name: "severity", type: "selection", selection: []},
    ],
    isEmpty: () => false,
};

registry.category("fields").add("collection_issue_tags", collectionIssueTagsField);
