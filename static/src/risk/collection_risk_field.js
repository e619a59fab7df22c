import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

// Bands as shipped: only where the record does not say in which band it is
const BANDS = [
    {from: 80, level: "critical"},
    {from: 60, level: "high"},
    {from: 30, level: "medium"},
];
// The factors that a gauge shows before it is asked for the others
const HEAVIEST = 3;
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

    setup() {
        this.state = useState({showAll: false});
    }

    get score() {
        return this.props.record.data[this.props.name] || 0;
    }

    get level() {
        const {risk_level: level} = this.props.record.data;
        return level || BANDS.find(({from}) => this.score >= from)?.level || "low";
    }

    get label() {
        const {risk_band_id: band} = this.props.record.data;
        if (band) {
            return _t("Risk: %s", band.display_name);
        }
        return {
            low: _t("Low risk"),
            medium: _t("Medium risk"),
            high: _t("High risk"),
            critical: _t("Critical risk"),
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

    get shownFactors() {
        return this.state.showAll ? this.factors : this.factors.slice(0, HEAVIEST);
    }

    get moreLabel() {
        const count = this.factors.length - this.shownFactors.length;
        return count ? _t("All factors (%s more)", count) : "";
    }

    showAll() {
        this.state.showAll = true;
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
    // A contact shows the score of its case, without the band
    fieldDependencies: ({name}) =>
        name === "risk_score"
            ? [
                  {name: "risk_level", type: "selection"},
                  {name: "risk_band_id", type: "many2one"},
                  {name: "risk_note", type: "text"},
              ]
            : [],
};

registry.category("fields").add("collection_risk", collectionRiskField);
