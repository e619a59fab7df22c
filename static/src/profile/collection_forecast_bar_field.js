import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {formatMonetary} from "@web/views/fields/formatters";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** When the cash is expected; the number is that of a colour of the ageing. */
const PARTS = [
    ["forecast_30", 0, _t("Within 30 days")],
    ["forecast_60", 1, _t("In 31-60 days")],
    ["forecast_90", 3, _t("In 61-90 days")],
    ["forecast_later", 5, _t("Later or never")],
];

/** What a debtor owes by when it is expected to be paid, as one bar. */
export class CollectionForecastBarField extends Component {
    static template = "l10n_fr_debt_collection.ForecastBarField";
    static props = {...standardFieldProps};

    get parts() {
        const {data} = this.props.record;
        const total = PARTS.reduce((sum, [name]) => sum + (data[name] || 0), 0);
        return PARTS.map(([name, color, label]) => ({
            name,
            color,
            label: label.toString(),
            amount: data[name] || 0,
            text: formatMonetary(data[name] || 0, {data}),
            share: total ? (100 * (data[name] || 0)) / total : 0,
        }));
    }

    get shownParts() {
        return this.parts.filter(({amount}) => amount > 0);
    }

    tooltip({label, text, share}) {
        return `${label}: ${text} (${Math.round(share)} %)`;
    }
}

export const collectionForecastBarField = {
    component: CollectionForecastBarField,
    displayName: _t("Forecast bar"),
    supportedTypes: ["monetary"],
    isEmpty: () => false,
    fieldDependencies: [
        ...PARTS.map(([name]) => ({name, type: "monetary", readonly: true})),
        {name: "currency_id", type: "many2one", relation: "res.currency"},
    ],
};

registry.category("fields").add("collection_forecast_bar", collectionForecastBarField);
