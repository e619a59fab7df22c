import {Component, onWillStart, onWillUnmount, useEffect, useRef} from "@odoo/owl";
import {loadBundle} from "@web/core/assets";

/** Colours by name: the custom properties of ``.o_collection_chart``, see its styles. */
const COLORS = [
    ...[0, 1, 2, 3, 4, 5].map((index) => `bucket-${index}`),
    "main",
    "past",
    "soft",
    "text",
    "grid",
];

/** Draws an interval as a whisker on each bar: ``low`` and ``high`` of its dataset. */
const whiskers = {
    id: "collectionWhiskers",
    afterDatasetsDraw(chart) {
        chart.data.datasets.forEach((dataset, index) => {
            const meta = chart.getDatasetMeta(index);
            if (dataset.low && !meta.hidden) {
                meta.data.forEach((bar, point) =>
                    this.draw(chart, bar, dataset.low[point], dataset.high[point])
                );
            }
        });
    },
    draw({ctx, scales, canvas}, {x, width}, low, high) {
        if (low === null || high === null) {
            return;
        }
        const [bottom, top] = [low, high].map((value) =>
            scales.y.getPixelForValue(value)
        );
        const half = Math.min(6, width / 3);
        ctx.save();
        ctx.strokeStyle = readColors(canvas.parentElement).text;
        ctx.globalAlpha = 0.6;
        ctx.beginPath();
        for (const [fromX, fromY, toX, toY] of [
            [x, bottom, x, top],
            [x - half, bottom, x + half, bottom],
            [x - half, top, x + half, top],
        ]) {
            ctx.moveTo(fromX, fromY);
            ctx.lineTo(toX, toY);
        }
        ctx.stroke();
        ctx.restore();
    },
};

function readColors(element) {
    const style = getComputedStyle(element);
    return Object.fromEntries(
        COLORS.map((name) => [name, style.getPropertyValue(`--chart-${name}`).trim()])
    );
}

/**
 * A chart of the library that the web client ships, in the colours of the module.
 *
 * ``getConfig(colors)`` returns its type, its data and the options beyond the common
 * ones. ``label`` tells in words what it shows, to those who do not see it.
 */
export class CollectionChart extends Component {
    static template = "l10n_fr_debt_collection.Chart";
    static props = {
        getConfig: Function,
        label: String,
        name: String,
        onSelect: {type: Function, optional: true},
    };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (getConfig) => this.draw(getConfig),
            () => [this.props.getConfig]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    draw(getConfig) {
        this.chart?.destroy();
        const colors = readColors(this.canvas.el.parentElement);
        const {type, data, options = {}} = getConfig(colors);
        this.chart = new Chart(this.canvas.el, {
            type,
            data,
            plugins: [whiskers],
            options: this.makeOptions(colors, options),
        });
    }

    makeOptions(colors, {legend, tooltip, format, stacked = false, ticks, y, second}) {
        return {
            maintainAspectRatio: false,
            animation: false,
            interaction: {mode: "index", intersect: false},
            onClick: (_event, [element]) =>
                element && this.props.onSelect?.(element.index, element.datasetIndex),
            onHover: ({native}, [element]) => {
                native.target.style.cursor =
                    element && this.props.onSelect ? "pointer" : "default";
            },
            plugins: {
                legend: {
                    display: Boolean(legend),
                    position: "bottom",
                    labels: {color: colors.text, boxWidth: 12, boxHeight: 12},
                },
                tooltip: {callbacks: tooltip},
            },
            scales: {
                x: {
                    grid: {display: false},
                    stacked,
                    ticks: {color: colors.text, maxRotation: 0, ...ticks},
                },
                y: {
                    grid: {color: colors.grid},
                    border: {display: false},
                    stacked,
                    ...y,
                    ticks: {color: colors.text, maxTicksLimit: 6, callback: format},
                },
                ...(second && {[second]: this.makeSecondAxis(colors)}),
            },
        };
    }
    /** A vertical axis on the right, for a series in another unit. */
    makeSecondAxis(colors) {
        return {
            position: "right",
            beginAtZero: true,
            grid: {display: false},
            border: {display: false},
            ticks: {color: colors.text, maxTicksLimit: 6, precision: 0},
        };
    }
}
