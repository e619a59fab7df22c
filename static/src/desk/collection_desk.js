import {Component, markup, onWillStart, useState} from "@odoo/owl";
import {
    deserializeDate,
    deserializeDateTime,
    toLocaleDateTimeString,
} from "@web/core/l10n/dates";
import {formatInteger, formatMonetary} from "@web/views/fields/formatters";
import {CollectionDeskOutcome} from "./collection_desk_outcome";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {getChannelIcon} from "../channel/collection_channel_field";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

const MODEL = "collection.desk";
const MODULE = "l10n_fr_debt_collection";
const KIND_ICONS = {
    call: "fa-phone",
    answer: "fa-reply",
    promise: "fa-handshake-o",
    plan: "fa-calendar-times-o",
    dispute: "fa-gavel",
    validate: "fa-paper-plane-o",
    letter: "fa-envelope-o",
    task: "fa-check-square-o",
    hold: "fa-pause-circle-o",
};

/** The collector's day, one case after the other, the most worthwhile first. */
export class CollectionDesk extends Component {
    static template = "l10n_fr_debt_collection.Desk";
    static components = {CollectionDeskOutcome, Layout};
    static props = {...standardActionServiceProps};
    static path = "collection-desk";
    static displayName = _t("Work through");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = {controlPanel: {}};
        this.env.config.setDisplayName(_t("Work through"));
        this.state = useState({
            cases: [],
            kinds: [],
            figures: null,
            index: 0,
            data: null,
            selected: [],
            last: null,
            mine: true,
            kind: false,
            isBusy: false,
        });
        onWillStart(() => this.load(this.props.action.params?.case_id));
    }

    // === LIST === //

    /**
     * Read the list and show a case of it.
     *
     * @param {Number} [caseId] to begin with; default: the first
     */
    async load(caseId) {
        const {mine, kind} = this.state;
        const list = await this.orm.call(MODEL, "get_list", [{mine, kind}]);
        this.currencyId = list.currency_id;
        this.state.cases = list.cases.map((entry) => ({...entry, isDone: false}));
        this.state.figures = list.figures;
        if (!kind) {
            this.state.kinds = list.kinds;
        }
        const start = list.cases.findIndex((entry) => entry.case_id === caseId);
        await this.show(Math.max(0, start));
    }

    async filter(values) {
        Object.assign(this.state, values);
        await this.load(this.entry?.case_id);
    }

    get entry() {
        return this.state.cases[this.state.index];
    }

    get position() {
        return _t("%(position)s of %(count)s", {
            position: this.state.index + 1,
            count: this.state.cases.length,
        });
    }

    get doneCount() {
        return this.state.cases.filter(({isDone}) => isDone).length;
    }

    get isFinished() {
        return this.state.cases.every(({isDone}) => isDone);
    }

    /** @param {Number} index of the case to show */
    async show(index) {
        this.state.index = index;
        this.state.selected = [];
        this.state.data = this.entry
            ? await this.orm.call(MODEL, "get_case", [
                  this.entry.action_id,
                  this.entry.case_id,
              ])
            : null;
    }

    previous() {
        return this.show(Math.max(0, this.state.index - 1));
    }

    /** Show the case after this one that is not done, else one before. */
    async next() {
        const {cases, index} = this.state;
        const later = cases.findIndex(({isDone}, place) => place > index && !isDone);
        const open = later < 0 ? cases.findIndex(({isDone}) => !isDone) : later;
        if (open < 0) {
            this.state.data = null;
            return;
        }
        await this.show(open);
    }

    // === DEEDS === //

    /**
     * Do something once, whatever is clicked meanwhile.
     *
     * @param {Function} deed
     */
    async once(deed) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            await deed();
        } finally {
            this.state.isBusy = false;
        }
    }

    log(outcome, values) {
        return this.once(async () => {
            const {entry} = this;
            const {next, open} = await this.orm.call(MODEL, "log", [
                entry.action_id,
                outcome.code,
                {...values, case_id: entry.case_id, line_ids: [...this.state.selected]},
            ]);
            this.state.last = {
                case_id: entry.case_id,
                name: entry.name,
                outcome: outcome.label,
                next: this.wordNext(next),
            };
            if (open) {
                await new Promise((resolve) =>
                    this.action.doAction(open, {onClose: resolve})
                );
            }
            await this.finish(entry);
        });
    }

    /** Put the case off for some hours and go on. */
    later() {
        return this.once(async () => {
            const {entry} = this;
            if (entry.action_id) {
                await this.orm.call(MODEL, "postpone", [entry.action_id]);
            }
            const [put] = this.state.cases.splice(this.state.index, 1);
            this.state.cases.push(put);
            const open = this.state.cases.findIndex(({isDone}) => !isDone);
            const here = this.state.cases[this.state.index];
            await this.show(here && !here.isDone ? this.state.index : open);
        });
    }

    approve() {
        return this.once(async () => {
            await this.orm.call(MODEL, "approve", [this.entry.action_id]);
            await this.finish(this.entry, _t("Approved"));
        });
    }

    markPosted() {
        return this.once(async () => {
            await this.orm.call(MODEL, "mark_posted", [this.entry.action_id]);
            await this.finish(this.entry, _t("Posted"));
        });
    }

    async finish(entry, outcome) {
        if (outcome) {
            this.state.last = {case_id: entry.case_id, name: entry.name, outcome};
        }
        entry.isDone = true;
        this.state.figures = await this.orm.call(MODEL, "get_figures", [
            this.state.mine,
        ]);
        await this.next();
    }

    toggleItem(id) {
        const {selected} = this.state;
        const place = selected.indexOf(id);
        if (place < 0) {
            selected.push(id);
        } else {
            selected.splice(place, 1);
        }
    }

    // === WHAT OPENS === //

    openCase(caseId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "collection.case",
            res_id: caseId,
            views: [[false, "form"]],
        });
    }

    openItem({move_id}) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "account.move",
            res_id: move_id,
            views: [[false, "form"]],
        });
    }

    openContact(id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: id,
            views: [[false, "form"]],
            target: "new",
        });
    }

    openList() {
        return this.action.doAction(`${MODULE}.collection_work_list_action`, {
            clearBreadcrumbs: true,
        });
    }

    // === WORDS === //

    get isWaiting() {
        return this.data.action?.state === "to_validate";
    }

    get isLetter() {
        const {action} = this.data;
        return (
            action?.state === "todo" &&
            ["letter", "registered_letter", "formal_notice"].includes(action.channel)
        );
    }

    get data() {
        return this.state.data;
    }

    get script() {
        return markup(this.data.action.script || "");
    }

    get caseNote() {
        return markup(this.data.case.note || "");
    }

    get reason() {
        return this.data.action?.reason || this.data.case.reason;
    }

    get ageingParts() {
        const {ageing} = this.data.case;
        const total = ageing.reduce((sum, {amount}) => sum + Math.max(0, amount), 0);
        return ageing
            .map((bucket, index) => ({
                ...bucket,
                index,
                share: total ? (100 * bucket.amount) / total : 0,
            }))
            .filter(({amount}) => amount > 0);
    }

    get figureTiles() {
        const {attempts, reached, promises, promised} = this.state.figures;
        return [
            {key: "attempts", label: _t("Calls today"), figure: this.number(attempts)},
            {
                key: "reached",
                label: _t("Reached"),
                figure: attempts ? `${Math.round((100 * reached) / attempts)} %` : "–",
            },
            {key: "promises", label: _t("Promises"), figure: this.number(promises)},
            {
                key: "promised",
                label: _t("Cash promised"),
                figure: this.money(promised, this.currencyId),
            },
        ];
    }

    /** In words, what the scenario does next and why. */
    wordNext({step, date, why}) {
        if (!step) {
            return why || _t("nothing is planned");
        }
        const what = date
            ? _t("%(step)s on %(date)s", {step, date: this.date(date)})
            : step;
        return why ? `${what} (${why})` : what;
    }

    waitingWords({opens_at, later}) {
        const moment = later && (!opens_at || later > opens_at) ? later : opens_at;
        return moment
            ? _t("from %s on", toLocaleDateTimeString(deserializeDateTime(moment)))
            : "";
    }

    tooltip({label, amount}) {
        return `${label}: ${this.money(amount, this.data.case.currency_id)}`;
    }

    kindIcon(kind) {
        return KIND_ICONS[kind] || "fa-circle-o";
    }

    channelIcon(channel) {
        return getChannelIcon(channel);
    }

    lateWords(days) {
        return days > 0 ? _t("%s days late", this.number(days)) : _t("not due yet");
    }

    money(amount, currencyId) {
        return formatMonetary(amount, {currencyId});
    }

    number(count) {
        return formatInteger(count);
    }

    date(day) {
        return deserializeDate(day).toLocaleString();
    }
}

registry.category("actions").add("collection_desk", CollectionDesk);
