import {Component, useState} from "@odoo/owl";
import {
    deserializeDateTime,
    toLocaleDateTimeString,
    serializeDateTime,
} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";

const {DateTime} = luxon;

/** How a call ends: icon, key, and what has to be told with it. */
const OUTCOMES = {
    promised: {icon: "fa-handshake-o", hotkey: "1", asks: "promise"},
    paid: {icon: "fa-money", hotkey: "2", asks: "payment"},
    disputed: {icon: "fa-gavel", hotkey: "3", asks: "dispute"},
    invoice_missing: {icon: "fa-file-text-o", hotkey: "4"},
    difficulty: {icon: "fa-life-ring", hotkey: "5"},
    bad_faith: {icon: "fa-ban", hotkey: "6"},
    reached: {icon: "fa-comments-o", hotkey: "0"},
    no_answer: {icon: "fa-phone", hotkey: "7", retries: true},
    voicemail: {icon: "fa-microphone", hotkey: "8", retries: true},
    wrong_number: {icon: "fa-chain-broken", hotkey: "9"},
    wrong_person: {icon: "fa-user-times", asks: "contact"},
    done: {icon: "fa-check"},
};
const REACHED = [
    "promised",
    "paid",
    "disputed",
    "invoice_missing",
    "difficulty",
    "bad_faith",
    "reached",
];
const MISSED = ["no_answer", "voicemail", "wrong_number", "wrong_person"];
const RETRY_HOURS = [1, 3, 24, 48];

/** The outcomes of a call, one click each; those that need a figure ask for it. */
export class CollectionDeskOutcome extends Component {
    static template = "l10n_fr_debt_collection.DeskOutcome";
    static props = {
        data: Object,
        selected: Array,
        isBusy: Boolean,
        onLog: Function,
    };

    setup() {
        this.state = useState({asked: null, ...this.getEmpty()});
    }

    getEmpty() {
        return {
            note: "",
            amount: "",
            date: "",
            paid_on: "",
            reference: "",
            dispute_reason_id: "",
            delay_reason_id: "",
            contact_name: "",
            contact_phone: "",
            contact_email: "",
            retry: "",
        };
    }

    get groups() {
        const {action, outcomes} = this.props.data;
        const labels = Object.fromEntries(
            outcomes.map(({code, label}) => [code, label])
        );
        const choose = (codes) =>
            codes
                .filter((code) => code in labels)
                .map((code) => ({code, label: labels[code], ...OUTCOMES[code]}));
        const isTask = action && action.channel === "task";
        return [
            ...(isTask ? [{label: _t("Task"), outcomes: choose(["done"])}] : []),
            {label: _t("Reached"), outcomes: choose(REACHED)},
            {label: _t("Not reached"), outcomes: choose(MISSED)},
        ];
    }

    get retries() {
        const {action} = this.props.data;
        if (!action || action.attempt >= action.attempts) {
            return [];
        }
        const shown = toLocaleDateTimeString(
            deserializeDateTime(action.retry.no_answer)
        );
        return [
            {value: "", label: _t("as usual (%s)", shown)},
            ...RETRY_HOURS.map((hours) => ({
                value: `${hours}`,
                label: _t("in %s h", hours),
            })),
            {value: "never", label: _t("not again")},
        ];
    }

    /** The sum of the chosen items, else everything that is overdue. */
    get suggestedAmount() {
        const {items, case: owed} = this.props.data;
        const chosen = items.filter(({id}) => this.props.selected.includes(id));
        const total = chosen.reduce((sum, {amount}) => sum + amount, 0);
        return (total || owed.amount_overdue).toFixed(2);
    }

    get canSave() {
        const {asked, date, dispute_reason_id, contact_name} = this.state;
        return {
            promise: Boolean(date),
            payment: true,
            dispute: Boolean(dispute_reason_id),
            contact: Boolean(contact_name),
        }[asked?.asks];
    }

    choose(outcome) {
        if (!outcome.asks) {
            return this.log(outcome);
        }
        this.state.asked = this.state.asked?.code === outcome.code ? null : outcome;
        this.state.amount = outcome.asks === "dispute" ? "" : this.suggestedAmount;
    }

    save() {
        return this.log(this.state.asked);
    }

    async log(outcome) {
        await this.props.onLog(outcome, this.getValues(outcome));
        Object.assign(this.state, {asked: null, ...this.getEmpty()});
    }

    getValues(outcome) {
        const {state} = this;
        const values = {
            note: state.note,
            delay_reason_id: Number(state.delay_reason_id) || false,
        };
        const asked = {
            promise: ["amount", "date"],
            payment: ["amount", "paid_on", "reference"],
            dispute: ["amount", "dispute_reason_id"],
            contact: ["contact_name", "contact_phone", "contact_email"],
        }[outcome.asks];
        for (const name of asked || []) {
            values[name] = ["amount", "dispute_reason_id"].includes(name)
                ? Number(state[name]) || false
                : state[name] || false;
        }
        if (outcome.retries) {
            values.retry_at = this.getRetry(outcome);
        }
        return values;
    }

    getRetry({code}) {
        const {action} = this.props.data;
        const {retry} = this.state;
        if (!action || retry === "never") {
            return false;
        }
        return retry
            ? serializeDateTime(DateTime.now().plus({hours: Number(retry)}))
            : action.retry[code];
    }
}
