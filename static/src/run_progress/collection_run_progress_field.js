import {Component, onWillDestroy, onWillStart, onWillUpdateProps} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useService} from "@web/core/utils/hooks";

const NOTIFICATION = "collection_progress";
// At most one reload in so many milliseconds, whatever the number of messages
const THROTTLE = 1000;
// Without a message for so long, look by oneself: the bus may be out of reach
const PATIENCE = 5000;

/** Progress of a run: reads the run again whenever the worker says something. */
export class CollectionRunProgressField extends Component {
    static template = "l10n_fr_debt_collection.RunProgressField";
    static props = {...standardFieldProps};

    setup() {
        this.bus = useService("bus_service");
        this.channel = null;
        this.timer = null;
        this.lastReload = 0;
        this.onMessage = ({model, id}) => {
            const {record} = this.props;
            if (model === record.resModel && id === record.resId) {
                this.plan(THROTTLE - (Date.now() - this.lastReload));
            }
        };
        this.bus.subscribe(NOTIFICATION, this.onMessage);
        onWillStart(() => this.follow(this.props.record));
        onWillUpdateProps(({record}) => this.follow(record));
        onWillDestroy(() => {
            this.bus.unsubscribe(NOTIFICATION, this.onMessage);
            this.listen(null);
            browser.clearTimeout(this.timer);
        });
    }

    get data() {
        return this.props.record.data;
    }

    get isAtWork() {
        return this.isWorking(this.props.record);
    }

    get isMeasured() {
        return this.data.state === "running";
    }

    get percent() {
        return this.data[this.props.name] || 0;
    }

    get message() {
        if (this.data.state === "draft") {
            return _t("Planning: what is due is being looked for...");
        }
        if (this.data.state === "running") {
            return _t("%(done)s of %(total)s done", {
                done: this.data.action_count - this.data.waiting_count,
                total: this.data.action_count,
            });
        }
        return _t("Waiting for the scheduled job to begin...");
    }

    isWorking({data, resId}) {
        return Boolean(resId && data.is_queued && data.state !== "done");
    }

    follow(record) {
        const isWorking = this.isWorking(record);
        this.listen(record.resId ? `${record.resModel}_${record.resId}` : null);
        browser.clearTimeout(this.timer);
        this.timer = null;
        if (isWorking) {
            this.plan(PATIENCE);
        }
    }

    listen(channel) {
        if (channel === this.channel) {
            return;
        }
        if (this.channel) {
            this.bus.deleteChannel(this.channel);
        }
        if (channel) {
            this.bus.addChannel(channel);
        }
        this.channel = channel;
    }

    plan(delay) {
        browser.clearTimeout(this.timer);
        this.timer = browser.setTimeout(() => this.reload(), Math.max(0, delay));
    }

    async reload() {
        const {record} = this.props;
        this.lastReload = Date.now();
        if (record.resId && !(await record.isDirty())) {
            await record.load();
        } else {
            this.plan(PATIENCE);
        }
    }
}

export const collectionRunProgressField = {
    component: CollectionRunProgressField,
    displayName: _t("Progress of a run"),
    supportedTypes: ["integer"],
    isEmpty: () => false,
    fieldDependencies: [
        {name: "state", type: "selection"},
        {name: "is_queued", type: "boolean"},
        {name: "action_count", type: "integer"},
        {name: "waiting_count", type: "integer"},
    ],
};

registry.category("fields").add("collection_run_progress", collectionRunProgressField);
