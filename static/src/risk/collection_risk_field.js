import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** From which score on a debtor is seen as a medium or a high risk. */
const MEDIUM_RISK = 30;
const HIGH_RISK = 60;
// Length of the half circle of the gauge, see the template
const ARC = 125.66;

/** A risk score from 0 to 100: a coloured badge, or a gauge with its factors. */
export class CollectionRiskField extends Component {
    static template = "l10n_fr_debt_collection.RiskField";
    static props = {
        ...standardFieldProps,
        gauge: {type: Boolean, optional: true},
    };
    static defaultProps = {gauge: false};

    get score() {
        return this.props.record.data[this.props.name] || 0;
    }

    get level() {
        if (this.score >= HIGH_RISK) {
            return "high";
        }
        return this.score >= MEDIUM_RISK ? "medium" : "low";
    }

    get label() {
        return {
            low: _t("Low risk"),
            medium: _t("Medium risk"),
            high: _t("High risk"),
        }[this.level];
    }

    get arc() {
        return `${(ARC * this.score) / 100} ${ARC}`;
    }

    /** The factors as written by the server, one a line: points, then why. */
    get factors() {
        const note = this.props.record.data.risk_note || "";
        return note
            .split("\n")
            .filter(Boolean)
            .map((line, id) => {
                const [points, ...words] = line.split(/\s+/);
                return {id, points, why: words.join(" ")};
            });
    }

    get tooltip() {
        const note = this.props.record.data.risk_note;
        return note ? `${this.label}\n${note}` : this.label;
    }
}

export const collectionRiskField = {
    component: CollectionRiskField,
    displayName: _t("Risk score"),
    supportedTypes: ["integer"],
    supportedOptions: [
        {
            label: _t("Gauge"),
            name: "gauge",
            type: "boolean",
            help: _t("A gauge with what the score is made of, instead of a badge."),
        },
    ],
    isEmpty: () => false,
    listViewWidth: 70,
    extractProps: ({options}) => ({gauge: Boolean(options.gauge)}),
};

registry.category("fields").add("collection_risk", collectionRiskField);
