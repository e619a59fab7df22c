import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {formatDays} from "../observatory/collection_observatory_charts";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** From how many days a month on a delay is seen as growing or shrinking. */
const STEADY = 0.5;

/** How the delay of a debtor changes by month: an arrow and words. */
export class CollectionTrendField extends Component {
    static template = "l10n_fr_debt_collection.TrendField";
    static props = {...standardFieldProps};

    get days() {
        return this.props.record.data[this.props.name] || 0;
    }

    get trend() {
        if (Math.abs(this.days) < STEADY) {
            return "steady";
        }
        return this.days > 0 ? "worse" : "better";
    }

    get icon() {
        return {
            steady: "fa-arrow-right",
            worse: "fa-arrow-up",
            better: "fa-arrow-down",
        }[this.trend];
    }

    get words() {
        const days = formatDays(Math.abs(this.days));
        return {
            steady: _t("steady"),
            worse: _t("%s later every month", days),
            better: _t("%s earlier every month", days),
        }[this.trend];
    }
}

export const collectionTrendField = {
    component: CollectionTrendField,
    displayName: _t("Trend"),
    supportedTypes: ["float"],
    isEmpty: () => false,
};

registry.category("fields").add("collection_trend", collectionTrendField);
