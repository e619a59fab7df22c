import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {formatMonetary} from "@web/views/fields/formatters";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useService} from "@web/core/utils/hooks";

/** The buckets of the ageing balance: field, first and last day of lateness. */
const BUCKETS = [
    ["amount_not_due", null, 0],
    ["amount_1_30", 1, 30],
    ["amount_31_60", 31, 60],
    ["amount_61_90", 61, 90],
    ["amount_91_120", 91, 120],
    ["amount_over_120", 121, null],
];
const ITEMS_ACTION = "l10n_fr_debt_collection.account_move_line_collection_action";

/** What a debtor owes by how late it is, as one bar. A part opens its items. */
export class CollectionAgeingBarField extends Component {
    static template = "l10n_fr_debt_collection.AgeingBarField";
    static props = {
        ...standardFieldProps,
        compact: {type: Boolean, optional: true},
    };
    static defaultProps = {compact: false};

    setup() {
        this.action = useService("action");
    }

    get buckets() {
        const {data, fields} = this.props.record;
        const total = BUCKETS.reduce((sum, [name]) => sum + (data[name] || 0), 0);
        return BUCKETS.map(([name, from, to], index) => ({
            index,
            name,
            from,
            to,
            label: fields[name].string,
            amount: data[name] || 0,
            text: formatMonetary(data[name] || 0, {data}),
            share: total ? (100 * (data[name] || 0)) / total : 0,
        }));
    }

    get parts() {
        return this.buckets.filter((bucket) => bucket.amount > 0);
    }

    tooltip(bucket) {
        return `${bucket.label}: ${bucket.text} (${Math.round(bucket.share)} %)`;
    }

    /**
     * Open the items of a bucket.
     *
     * @param {Object} bucket
     */
    async open({from, to, label}) {
        if (this.props.compact) {
            return;
        }
        const {data} = this.props.record;
        const action = await this.action.loadAction(ITEMS_ACTION);
        const domain = [
            ["partner_id", "child_of", data.partner_id.id],
            ["company_id", "=", data.company_id.id],
            ["account_type", "=", "asset_receivable"],
            ["parent_state", "=", "posted"],
            ["reconciled", "=", false],
            ["amount_residual", ">", 0],
        ];
        if (from !== null) {
            domain.push(["collection_days_late", ">=", from]);
        }
        if (to !== null) {
            domain.push(["collection_days_late", "<=", to]);
        }
        this.action.doAction({
            ...action,
            name: `${data.partner_id.display_name} · ${label}`,
            domain,
            context: {},
        });
    }
}

export const collectionAgeingBarField = {
    component: CollectionAgeingBarField,
    displayName: _t("Ageing bar"),
    supportedTypes: ["monetary"],
    supportedOptions: [
        {
            label: _t("Compact"),
            name: "compact",
            type: "boolean",
            help: _t("The bar without its figures, as on a card."),
        },
    ],
    isEmpty: () => false,
    fieldDependencies: [
        ...BUCKETS.map(([name]) => ({name, type: "monetary", readonly: true})),
        {name: "currency_id", type: "many2one", relation: "res.currency"},
        {name: "company_id", type: "many2one", relation: "res.company"},
        {name: "partner_id", type: "many2one", relation: "res.partner"},
    ],
    extractProps: ({options}) => ({compact: Boolean(options.compact)}),
};

registry.category("fields").add("collection_ageing_bar", collectionAgeingBarField);
