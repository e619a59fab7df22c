import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** From which score on the data of a debtor are fair or good. */
const FAIR = 45;
const GOOD = 75;
// Length of the circle of the ring, see the template
const CIRCLE = 263.9;

/** A quality score from 0 to 100: a bar, or a ring with its word. */
export class CollectionQualityField extends Component {
    static template = "l10n_fr_debt_collection.QualityField";
    static props = {
        ...standardFieldProps,
        ring: {type: Boolean, optional: true},
    };
    static defaultProps = {ring: false};

    get score() {
        return this.props.record.data[this.props.name] || 0;
    }

    get level() {
        if (this.score >= GOOD) {
            return "good";
        }
        return this.score >= FAIR ? "fair" : "poor";
    }

    get label() {
        return {
            good: _t("Good data"),
            fair: _t("Fair data"),
            poor: _t("Poor data"),
        }[this.level];
    }

    get arc() {
        return `${(CIRCLE * this.score) / 100} ${CIRCLE}`;
    }
}

export const collectionQualityField = {
    component: CollectionQualityField,
    displayName: _t("Quality score"),
    supportedTypes: ["integer"],
    supportedOptions: [
        {
            label: _t("Ring"),
            name: "ring",
            type: "boolean",
            help: _t("A ring with a word, instead of a bar."),
        },
    ],
    isEmpty: () => false,
    listViewWidth: 120,
    extractProps: ({options}) => ({ring: Boolean(options.ring)}),
};

registry.category("fields").add("collection_quality", collectionQualityField);
