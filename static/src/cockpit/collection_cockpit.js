import {deserializeDate} from "@web/core/l10n/dates";
import {
    formatDays,
    formatMonth,
    makeAgeingChart,
    makeCashChart,
    makeEffortChart,
} from "../observatory/collection_observatory_charts";
import {CollectionObservatoryDashboard} from "../observatory/collection_observatory_dashboard";
import {_t} from "@web/core/l10n/translation";
import {formatFloat} from "@web/core/utils/numbers";
import {registry} from "@web/core/registry";

const {DateTime} = luxon;

/** The home of managers: indicators against targets, money, work and alerts. */
export class CollectionCockpit extends CollectionObservatoryDashboard {
    static template = "l10n_fr_debt_collection.Cockpit";
    static path = "collection-home";
    static displayName = _t("Debt collection");
    static source = {model: "collection.cockpit", method: "get_dashboard"};

    // === FIGURES === //

    get tiles() {
        return this.figures.indicators.map((indicator) => ({
            ...indicator,
            figure: this.measure(indicator, indicator.value),
            note: this.note(indicator),
            period: this.period(indicator),
            trend: this.turn(indicator),
            title: `${indicator.method} (${formatMonth(indicator.month)})`,
        }));
    }

    measure({unit, is_more}, value) {
        const figure =
            unit === "days"
                ? formatDays(value)
                : `${formatFloat(value, {digits: [16, 1]})} %`;
        return is_more ? `> ${figure}` : figure;
    }

    note(indicator) {
        const sign = indicator.better === "higher" ? "≥" : "≤";
        return indicator.target
            ? _t(
                  "target %s",
                  `${sign} ${this.measure({unit: indicator.unit}, indicator.target)}`
              )
            : _t("no target");
    }

    /** The month of the figure: one that is not over is told from those that are. */
    period({month}) {
        const isOver = deserializeDate(month).endOf("month") < DateTime.now();
        return isOver ? formatMonth(month) : _t("%s so far", formatMonth(month));
    }

    /** Whether the figure is better or worse than the month before. */
    turn({value, before, better}) {
        if (before === null || Math.abs(value - before) < 0.05) {
            return null;
        }
        const isHigher = value > before;
        return isHigher === (better === "higher") ? "better" : "worse";
    }

    arrow({value, before}) {
        return value > before ? "fa-arrow-up" : "fa-arrow-down";
    }

    /** The points of the line of the last months, in a box of 100 by 24. */
    spark({history}) {
        const low = Math.min(...history);
        const range = Math.max(...history) - low || 1;
        const step = 100 / Math.max(1, history.length - 1);
        return history
            .map(
                (value, index) => `${index * step},${22 - (20 * (value - low)) / range}`
            )
            .join(" ");
    }

    get reach() {
        const {total, phone, email, post, none} = this.figures.quality;
        const share = ({count}) =>
            total.count ? this.percent((100 * count) / total.count) : "–";
        return [
            {key: "phone", label: _t("By telephone"), figure: share(phone)},
            {key: "email", label: _t("By e-mail"), figure: share(email)},
            {key: "post", label: _t("By post"), figure: share(post)},
            {key: "none", label: _t("Nowhere"), figure: share(none), isBad: none.count},
        ];
    }

    // === CHARTS === //

    makeCharts(figures) {
        const money = (amount) => this.money(amount);
        return {
            cash: makeCashChart(figures.cash, money),
            ageing: makeAgeingChart(
                this.listAgeing(figures),
                figures.ageing.map(({label}) => label),
                money
            ),
            efforts: makeEffortChart(figures.efforts, money),
        };
    }

    get chartWords() {
        const {cash, efforts} = this.figures;
        return {
            cash: cash
                .map(
                    (week) =>
                        `${this.date(week.week)}: ${this.money(
                            week.is_over ? week.received : week.expected
                        )}`
                )
                .join(", "),
            ageing: this.listAgeing(this.figures)
                .map(
                    ({label, amounts}) =>
                        `${label}: ${this.money(
                            amounts.slice(1).reduce((sum, amount) => sum + amount, 0)
                        )}`
                )
                .join(", "),
            efforts: efforts
                .map(
                    ({month, contacts, cashed}) =>
                        `${formatMonth(month)}: ${this.number(contacts)}, ${this.money(cashed)}`
                )
                .join(", "),
        };
    }

    // === WHAT A FIGURE OPENS === //

    openTile({kind_id, label}) {
        return this.open(
            "collection_kpi_action",
            [
                ["kind_id", "=", kind_id],
                ["scope", "=", "company"],
            ],
            label,
            {view: "graph"}
        );
    }

    openEffort(index) {
        const {month} = this.figures.efforts[index];
        const end = deserializeDate(month).endOf("month").toISODate();
        return this.open(
            "collection_action_result_action",
            [...this.figures.domain, ["date", ">=", month], ["date", "<=", end]],
            formatMonth(month),
            {view: "pivot"}
        );
    }

    openAlerts(rule_id, label) {
        const domain = [["state", "in", ["open", "waiting"]]];
        return this.open(
            "collection_alert_action",
            [
                ...this.figures.domain,
                ...domain,
                ...(rule_id ? [["rule_id", "=", rule_id]] : []),
            ],
            label,
            {view: "list"}
        );
    }

    openWork({state, channel, label}) {
        return this.open(
            "collection_action_action",
            [...this.figures.domain, ["state", "=", state], ["channel", "=", channel]],
            label,
            {view: "list"}
        );
    }

    openQuality() {
        return this.open("collection_quality_dashboard_action");
    }
}

registry.category("actions").add("collection_cockpit", CollectionCockpit);
