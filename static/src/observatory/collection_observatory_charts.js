import {deserializeDate} from "@web/core/l10n/dates";
import {formatFloat} from "@web/core/utils/numbers";
import {_t} from "@web/core/l10n/translation";

const {Info, Settings} = luxon;

export function formatDays(days) {
    return _t("%s days", formatFloat(days, {digits: [16, 1], trailingZeros: false}));
}

export function formatMonth(month) {
    return deserializeDate(month).toFormat("LLL yy");
}

export function formatWeek(week) {
    return deserializeDate(week).toFormat("d LLL");
}

/** The name of a month of the year, from "01" to "12". */
export function formatSeason(month) {
    return Info.months("short")[Number(month) - 1];
}

function compact(amount) {
    const format = {notation: "compact", maximumFractionDigits: 1};
    return new Intl.NumberFormat(Settings.defaultLocale, format).format(amount);
}

/** A line of a tooltip: what is shown, and its value; nothing where there is none. */
function tooltipLabel(format) {
    return ({dataset, raw}) =>
        raw === null || raw === undefined ? "" : `${dataset.label}: ${format(raw)}`;
}

/** What came in, what the next weeks bring with its interval, and what falls due. */
export function makeCashChart(weeks, money) {
    const future = (week, value) => (week.is_over ? null : value);
    const received = (colors) => ({
        label: _t("Received"),
        data: weeks.map((week) => (week.is_over ? week.received : null)),
        backgroundColor: colors.past,
    });
    return (colors) => ({
        type: "bar",
        data: {
            labels: weeks.map(({week}) => formatWeek(week)),
            datasets: [
                ...(weeks.some(({is_over}) => is_over) ? [received(colors)] : []),
                {
                    label: _t("Expected"),
                    data: weeks.map((week) => future(week, week.expected)),
                    low: weeks.map((week) => future(week, week.low)),
                    high: weeks.map((week) => future(week, week.high)),
                    backgroundColor: colors.main,
                },
                {
                    type: "line",
                    label: _t("Falling due"),
                    data: weeks.map(({due_then}) => due_then),
                    borderColor: colors["bucket-3"],
                    backgroundColor: "transparent",
                    borderDash: [3, 4],
                    borderWidth: 2,
                    pointRadius: 0,
                    order: -1,
                },
            ],
        },
        options: {
            legend: true,
            stacked: true,
            format: compact,
            y: {suggestedMax: Math.max(0, ...weeks.map(({high}) => high))},
            tooltip: {
                title: ([{dataIndex}]) =>
                    _t(
                        "Week of %s",
                        deserializeDate(weeks[dataIndex].week).toLocaleString()
                    ),
                label: tooltipLabel(money),
                afterLabel: ({dataset, dataIndex}) =>
                    dataset.low && dataset.low[dataIndex] !== null
                        ? _t("between %(low)s and %(high)s", {
                              low: money(dataset.low[dataIndex]),
                              high: money(dataset.high[dataIndex]),
                          })
                        : "",
            },
        },
    });
}

/**
 * The ageing balance now and as it will be, one bar each.
 *
 * @param {Array} columns ``{label, amounts}``, the amounts by bucket
 * @param {Array} buckets their labels
 * @param {Function} money
 */
export function makeAgeingChart(columns, buckets, money) {
    return (colors) => ({
        type: "bar",
        data: {
            labels: columns.map(({label}) => label),
            datasets: buckets.map((label, index) => ({
                label,
                data: columns.map(({amounts}) => amounts[index]),
                backgroundColor: colors[`bucket-${index}`],
                maxBarThickness: 72,
            })),
        },
        options: {
            legend: true,
            stacked: true,
            format: compact,
            tooltip: {label: tooltipLabel(money)},
        },
    });
}

/** A line of mean delays by month. */
export function makeDelayChart(months) {
    return (colors) => ({
        type: "line",
        data: {
            labels: months.map(({month}) => formatMonth(month)),
            datasets: [
                {
                    label: _t("Average days late"),
                    data: months.map(({days_late}) => days_late),
                    borderColor: colors.main,
                    backgroundColor: colors.soft,
                    fill: "origin",
                    pointRadius: 2,
                    pointHitRadius: 12,
                    spanGaps: true,
                },
            ],
        },
        options: {tooltip: {label: tooltipLabel(formatDays)}},
    });
}

/**
 * One series of bars.
 *
 * @param {Object} series ``{labels, titles, values, label, format, color, ticks, y}``:
 *     titles are the labels in full, the colour is a name, or one for each bar; ticks
 *     are options of the labels, y of the vertical axis
 */
export function makeBarChart({
    labels,
    titles = labels,
    values,
    label,
    format,
    color = "main",
    ticks,
    y,
}) {
    return (colors) => ({
        type: "bar",
        data: {
            labels,
            datasets: [
                {
                    label,
                    data: values,
                    backgroundColor: Array.isArray(color)
                        ? color.map((name) => colors[name])
                        : colors[color],
                },
            ],
        },
        options: {
            tooltip: {
                title: ([{dataIndex}]) => titles[dataIndex],
                label: tooltipLabel(format),
            },
            ticks,
            y,
        },
    });
}

/** What was cashed after contacts, and how many were made, by month. */
export function makeEffortChart(efforts, money) {
    return (colors) => ({
        type: "bar",
        data: {
            labels: efforts.map(({month}) => formatMonth(month)),
            datasets: [
                {
                    label: _t("Cashed after a contact"),
                    data: efforts.map(({cashed}) => cashed),
                    backgroundColor: colors.main,
                },
                {
                    type: "line",
                    label: _t("Contacts"),
                    data: efforts.map(({contacts}) => contacts),
                    yAxisID: "contacts",
                    borderColor: colors["bucket-3"],
                    backgroundColor: "transparent",
                    pointRadius: 2,
                    order: -1,
                },
            ],
        },
        options: {
            legend: true,
            format: compact,
            second: "contacts",
            tooltip: {
                label: ({dataset, raw}) =>
                    `${dataset.label}: ${dataset.yAxisID ? raw : money(raw)}`,
            },
        },
    });
}
