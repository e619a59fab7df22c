import {
    deserializeDate,
    deserializeDateTime,
    formatDateTime,
} from "@web/core/l10n/dates";
import {
    formatDays,
    formatMonth,
    formatSeason,
    makeAgeingChart,
    makeBarChart,
    makeCashChart,
    makeDelayChart,
} from "./collection_observatory_charts";
import {CollectionChart} from "./collection_chart";
import {CollectionDashboard} from "../dashboard/collection_dashboard";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/** How the debtors pay, and what cash is to be expected. */
export class CollectionObservatoryDashboard extends CollectionDashboard {
    static template = "l10n_fr_debt_collection.ObservatoryDashboard";
    static components = {...CollectionDashboard.components, CollectionChart};
    static path = "collection-observatory";
    static displayName = _t("Payment observatory");
    static source = {model: "collection.observatory", method: "get_dashboard"};

    // === FIGURES === //

    get computedOn() {
        const computedOn = deserializeDateTime(this.figures.computed_on);
        return _t("Computed on %s", formatDateTime(computedOn, {showSeconds: false}));
    }

    get allAbnormal() {
        return _t("See all (%s)", this.number(this.figures.abnormal.count));
    }

    since({since}) {
        return _t("since %s", this.date(since));
    }

    get tiles() {
        const {total, year, year_before: before, expected} = this.figures;
        return [
            {
                key: "due",
                icon: "fa-balance-scale",
                label: _t("Outstanding"),
                figure: this.money(total.amount_due),
                note: _t("%s debtors", this.number(total.count)),
            },
            {
                key: "overdue",
                icon: "fa-clock-o",
                label: _t("Overdue"),
                figure: this.money(total.amount_overdue),
                note: this.overdueNote,
            },
            {
                key: "days_late",
                icon: "fa-calendar",
                label: _t("Average days late"),
                figure: year.count ? formatDays(year.days_late) : "–",
                note: this.change(year.days_late, before.days_late, formatDays),
                trend: this.trend(year.days_late, before.days_late),
            },
            {
                key: "on_time",
                icon: "fa-check-circle-o",
                label: _t("Paid on time"),
                figure: year.count ? this.percent(year.on_time) : "–",
                note: this.change(year.on_time, before.on_time, (value) =>
                    _t("%s points", this.number(Math.round(value)))
                ),
                trend: this.trend(before.on_time, year.on_time),
            },
            {
                key: "expected",
                icon: "fa-line-chart",
                label: _t("Cash in 4 weeks"),
                figure: this.money(expected.amount),
                note: _t("between %(low)s and %(high)s", {
                    low: this.money(expected.low),
                    high: this.money(expected.high),
                }),
            },
            {
                key: "at_risk",
                icon: "fa-exclamation-triangle",
                label: _t("Amount at risk"),
                figure: this.money(total.amount_at_risk),
                note: _t("likely unpaid 90 days after it is due"),
                isBad: total.amount_at_risk > 0,
            },
        ];
    }

    get overdueNote() {
        const {amount_overdue, amount_not_due} = this.figures.total;
        const open = amount_overdue + amount_not_due;
        return open
            ? _t("%s of what is open", this.percent((100 * amount_overdue) / open))
            : "";
    }

    /** In words, how much a figure has changed against the 12 months before. */
    change(now, before, format) {
        if (now === null || before === null) {
            return _t("over 12 months");
        }
        const difference = now - before;
        const sign = difference > 0 ? "+" : "−";
        return _t(
            "%s against the 12 months before",
            sign + format(Math.abs(difference))
        );
    }

    /** Whether a figure that should be small has got worse. */
    trend(now, before) {
        if (now === null || before === null || Math.round(10 * (now - before)) === 0) {
            return null;
        }
        return now > before ? "worse" : "better";
    }

    get mostOfARisk() {
        return Math.max(1, ...this.figures.risks.map(({amount}) => amount));
    }

    // === CHARTS === //

    makeCharts(figures) {
        if (!figures.computed_on) {
            return {};
        }
        const money = (amount) => this.money(amount);
        return {
            cash: makeCashChart(figures.cash, money),
            ageing: makeAgeingChart(
                this.listAgeing(figures),
                figures.ageing.map(({label}) => label),
                money
            ),
            delay: makeDelayChart(figures.months),
            season: makeBarChart({
                labels: figures.seasons.map(({month}) => formatSeason(month)),
                values: figures.seasons.map(({days_late}) => days_late),
                label: _t("Average days late"),
                format: formatDays,
            }),
        };
    }

    listAgeing({ageing, predicted}) {
        const now = {label: _t("Today"), amounts: ageing.map(({amount}) => amount)};
        return [
            now,
            ...predicted.map(({days, amounts}) => ({
                label: _t("In %s days", days),
                amounts: ageing.map(({code}) => amounts[code]),
            })),
        ];
    }

    get chartWords() {
        const words = (rows, format) =>
            rows.map(({label, value}) => `${label}: ${format(value)}`).join(", ");
        const {cash, months, seasons} = this.figures;
        const money = (amount) => this.money(amount);
        const days = (value) => (value === null ? "–" : formatDays(value));
        return {
            cash: words(
                cash.map((week) => ({
                    label: this.date(week.week),
                    value: week.is_over ? week.received : week.expected,
                })),
                money
            ),
            ageing: words(
                this.listAgeing(this.figures).map(({label, amounts}) => ({
                    label,
                    value: amounts.slice(1).reduce((sum, amount) => sum + amount, 0),
                })),
                money
            ),
            delay: words(
                months.map(({month, days_late}) => ({
                    label: formatMonth(month),
                    value: days_late,
                })),
                days
            ),
            season: words(
                seasons.map(({month, days_late}) => ({
                    label: formatSeason(month),
                    value: days_late,
                })),
                days
            ),
        };
    }

    // === WHAT A FIGURE OPENS === //

    openTile({key, label}) {
        const open = {
            due: () => this.openAgeing([], label),
            overdue: () => this.openAgeing([["amount_overdue", ">", 0]], label),
            days_late: () => this.openYear(label, ["date_paid:month"]),
            on_time: () => this.openYear(label, ["lateness"]),
            expected: () => this.openCash(),
            at_risk: () =>
                this.open(
                    "collection_predictive_ageing_action",
                    [...this.figures.open_domain, ["amount_at_risk", ">", 0]],
                    label
                ),
        };
        return open[key]();
    }

    openAgeing(domain, label) {
        return this.open(
            "collection_ageing_action",
            [...this.figures.open_domain, ...domain],
            label
        );
    }

    openYear(label, rows) {
        const domain = [["date_paid", ">=", this.figures.year_start]];
        return this.openPayments(domain, label, {rows});
    }

    /** Open the paid instalments of the 24 months, or some of them, as a pivot. */
    openPayments(domain, label, {rows = ["partner_id"], columns = []} = {}) {
        return this.open(
            "collection_payment_fact_action",
            [...this.figures.paid_domain, ...domain],
            label,
            {
                view: "pivot",
                context: {
                    pivot_row_groupby: rows,
                    pivot_column_groupby: columns,
                    pivot_measures: ["days_late_weighted", "amount_paid", "__count"],
                },
            }
        );
    }

    openCash() {
        return this.open("collection_cash_forecast_action", this.figures.domain);
    }

    /** Open what was paid, or is expected, in the week of a bar. */
    openWeek(index) {
        const {week, is_over} = this.figures.cash[index];
        const end = deserializeDate(week).plus({days: 6}).toISODate();
        const field = is_over ? "last_payment_date" : "expected_date";
        const states = is_over ? ["part_paid", "paid"] : ["open", "part_paid"];
        return this.open(
            "collection_payment_fact_action",
            [
                ...this.figures.domain,
                ["state", "in", states],
                [field, ">=", week],
                [field, "<=", end],
            ],
            _t("Week of %s", this.date(week)),
            {view: "list"}
        );
    }

    openAgeingColumn(index, bucket) {
        if (index) {
            return this.open(
                "collection_predictive_ageing_action",
                this.figures.open_domain
            );
        }
        const {code, label} = this.figures.ageing[bucket];
        return this.openAgeing([[code, ">", 0]], label);
    }

    openMonth(index) {
        const {month} = this.figures.months[index];
        const end = deserializeDate(month).endOf("month").toISODate();
        return this.openPayments(
            [
                ["date_paid", ">=", month],
                ["date_paid", "<=", end],
            ],
            formatMonth(month)
        );
    }

    openSeason(index) {
        const {month} = this.figures.seasons[index];
        return this.openPayments([["season_month", "=", month]], formatSeason(month), {
            columns: ["date_paid:year"],
        });
    }

    openRisk({code, label}) {
        return this.open(
            "collection_case_action",
            [...this.figures.open_domain, ["risk_level", "=", code]],
            label,
            {view: "list"}
        );
    }

    openCase({id}) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "collection.case",
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openAbnormal() {
        return this.open("collection_abnormal_action");
    }

    async compute() {
        const action = await this.orm.call("collection.observatory", "action_refresh");
        return this.action.doAction(action);
    }
}

registry
    .category("actions")
    .add("collection_observatory", CollectionObservatoryDashboard);
