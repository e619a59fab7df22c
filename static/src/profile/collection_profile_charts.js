import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";
import {
    formatDays,
    formatMonth,
    makeBarChart,
    makeDelayChart,
} from "../observatory/collection_observatory_charts";
import {CollectionChart} from "../observatory/collection_chart";
import {_t} from "@web/core/l10n/translation";
import {deserializeDate} from "@web/core/l10n/dates";
import {formatInteger} from "@web/views/fields/formatters";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

const FACTS_ACTION = "l10n_fr_debt_collection.collection_payment_fact_action";
/** The colours of the classes of delays, from early to more than 90 days late. */
const DELAY_COLORS = [0, 0, 0, 1, 1, 2, 3, 4, 5].map((index) => `bucket-${index}`);

/** A class of delays in days, short enough to stand below its bar. */
function shortLabel({from, to}) {
    if (from === null) {
        return `< ${to + 1}`;
    }
    if (to === null) {
        return `> ${from - 1}`;
    }
    return from === to ? `${to}` : `${from}…${to}`;
}

/** How a debtor paid over two years: by month, by delay, and its score in time. */
export class CollectionProfileCharts extends Component {
    static template = "l10n_fr_debt_collection.ProfileCharts";
    static components = {CollectionChart};
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({charts: []});
        onWillStart(() => this.load(this.props.record));
        onWillUpdateProps(async ({record}) => {
            if (record.resId !== this.props.record.resId) {
                await this.load(record);
            }
        });
    }

    async load(record) {
        this.profile = await this.orm.call("collection.case", "get_payment_profile", [
            record.resId,
        ]);
        this.state.charts = this.makeCharts();
    }

    makeCharts() {
        const {months, scores} = this.profile;
        const charts = [];
        if (months.some(({count}) => count)) {
            charts.push(this.makeMonthsChart(), this.makeDelaysChart());
        }
        if (scores.length > 1) {
            charts.push(this.makeScoresChart());
        }
        return charts;
    }

    makeMonthsChart() {
        const {months} = this.profile;
        return {
            name: "months",
            title: _t("Average days late by month"),
            words: months
                .filter(({count}) => count)
                .map(
                    (row) => `${formatMonth(row.month)}: ${formatDays(row.days_late)}`
                ),
            getConfig: makeDelayChart(months),
            onSelect: (index) => this.openMonth(months[index]),
        };
    }

    makeDelaysChart() {
        const {delays} = this.profile;
        return {
            name: "delays",
            title: _t("Instalments by delay"),
            words: delays.map(({label, count}) => `${label}: ${count}`),
            getConfig: makeBarChart({
                labels: delays.map(shortLabel),
                titles: delays.map(({label}) => label),
                values: delays.map(({count}) => count),
                label: _t("Instalments"),
                format: formatInteger,
                color: DELAY_COLORS,
                ticks: {autoSkip: false, maxRotation: 90},
            }),
            onSelect: (index) => this.openDelay(delays[index]),
        };
    }

    makeScoresChart() {
        const {scores} = this.profile;
        return {
            name: "scores",
            title: _t("Risk score by month"),
            words: scores.map(({month, score}) => `${formatMonth(month)}: ${score}`),
            getConfig: makeBarChart({
                labels: scores.map(({month}) => formatMonth(month)),
                values: scores.map(({score}) => score),
                label: _t("Risk score"),
                format: formatInteger,
                y: {min: 0, max: 100},
            }),
        };
    }

    openMonth({month}) {
        const end = deserializeDate(month).endOf("month").toISODate();
        return this.open(
            [
                ["date_paid", ">=", month],
                ["date_paid", "<=", end],
            ],
            formatMonth(month)
        );
    }

    /** Open the instalments of a class of delays, which are rounded to days. */
    openDelay({from, to, label}) {
        const domain = [];
        if (from !== null) {
            domain.push(["days_late", ">=", from - 0.5]);
        }
        if (to !== null) {
            domain.push(["days_late", "<", to + 0.5]);
        }
        return this.open(domain, label);
    }

    async open(domain, label) {
        const action = await this.action.loadAction(FACTS_ACTION);
        const {partner_id: partner} = this.props.record.data;
        return this.action.doAction(
            {
                ...action,
                name: `${partner.display_name} · ${label}`,
                domain: [...this.profile.domain, ...domain],
                context: {},
            },
            {viewType: "list"}
        );
    }
}

registry.category("view_widgets").add("collection_profile_charts", {
    component: CollectionProfileCharts,
    fieldDependencies: [
        {name: "partner_id", type: "many2one", relation: "res.partner"},
    ],
});
