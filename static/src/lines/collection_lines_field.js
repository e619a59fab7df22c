import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** A text shown line by line, without its empty lines: an address, a list of remarks. */
export class CollectionLinesField extends Component {
    static template = "l10n_fr_debt_collection.LinesField";
    static props = {...standardFieldProps};

    get lines() {
        const text = this.props.record.data[this.props.name] || "";
        return text
            .split("\n")
            .map((line) => line.trim())
            .filter(Boolean);
    }
}

export const collectionLinesField = {
    component: CollectionLinesField,
    displayName: _t("Lines"),
    supportedTypes: ["char", "text"],
};

registry.category("fields").add("collection_lines", collectionLinesField);
