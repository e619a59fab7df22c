import {Component, onWillStart, useState} from "@odoo/owl";
import {formatInteger, formatMonetary} from "@web/views/fields/formatters";
import {Layout} from "@web/search/layout";
import {deserializeDate} from "@web/core/l10n/dates";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

const MODULE = "l10n_fr_debt_collection";

/** A page of figures that are read at once and each open what they count. */
export class CollectionDashboard extends Component {
    static components = {Layout};
    static props = {...standardActionServiceProps};
    /** Model and method that give the figures. */
    static source = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = {controlPanel: {}};
        this.env.config.setDisplayName(this.constructor.displayName.toString());
        this.state = useState({figures: null});
        onWillStart(() => this.load());
    }

    async load() {
        const {model, method} = this.constructor.source;
        this.state.figures = await this.orm.call(model, method);
        this.charts = this.makeCharts(this.figures);
    }

    get figures() {
        return this.state.figures;
    }

    makeCharts() {
        return {};
    }

    // === WORDS === //

    money(amount) {
        return formatMonetary(amount, {
            currencyId: this.figures.currency_id,
            digits: [16, 0],
        });
    }

    number(count) {
        return formatInteger(count);
    }

    percent(share) {
        return `${formatInteger(Math.round(share))} %`;
    }

    date(day) {
        return deserializeDate(day).toLocaleString();
    }

    // === WHAT A FIGURE OPENS === //

    /**
     * Open an action of the module on what a figure counts.
     *
     * @param {String} name of the action
     * @param {Array} [domain] instead of its own
     * @param {String} [label]
     * @param {Object} [options] ``view`` to open first, ``context``
     */
    async open(name, domain, label, {view, context = {}} = {}) {
        const action = await this.action.loadAction(`${MODULE}.${name}`);
        return this.action.doAction(
            {
                ...action,
                name: label || action.name,
                domain: domain || action.domain,
                context,
            },
            view ? {viewType: view} : {}
        );
    }
}
