import {Component} from "@odoo/owl";
import {FormViewDialog} from "@web/views/view_dialogs/form_view_dialog";
import {_t} from "@web/core/l10n/translation";
import {serializeDate} from "@web/core/l10n/dates";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

const {DateTime} = luxon;
const POSTPONED_DAYS = 8;

/**
 * What can be done with one row of the follow-up wizard without leaving it.
 *
 * Buttons of the view would close the wizard: these call the server and read it again.
 */
export class CollectionFollowUpButtons extends Component {
    static template = "l10n_fr_debt_collection.FollowUpButtons";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
    }

    get data() {
        return this.props.record.data;
    }

    get isWaiting() {
        return this.data.state === "preview";
    }

    get hasText() {
        return !["phone", "task"].includes(this.data.channel);
    }

    get root() {
        return this.props.record.model.root;
    }

    async reload() {
        await this.root.load();
    }

    /**
     * Call a method of the action; what was changed in the wizard is saved before.
     *
     * @param {String} method
     */
    async call(method) {
        await this.root.save();
        return this.orm.call("collection.action", method, [[this.props.record.resId]]);
    }

    async preview() {
        await this.root.save();
        this.dialog.add(
            FormViewDialog,
            {
                resModel: "collection.action",
                resId: this.props.record.resId,
                title: _t("What the debtor reads"),
                readonly: true,
                preventCreate: true,
                preventEdit: true,
                canExpand: false,
            },
            {onClose: () => this.reload()}
        );
    }

    async editText() {
        const action = await this.call("action_edit_text");
        this.dialog.add(
            FormViewDialog,
            {
                resModel: "collection.action",
                resId: this.props.record.resId,
                viewId: action.views[0][0],
                title: action.name,
                canExpand: false,
            },
            {onClose: () => this.reload()}
        );
    }

    async skip() {
        await this.call("action_skip");
        await this.reload();
    }

    async postpone() {
        await this.root.save();
        this.dialog.add(FormViewDialog, {
            resModel: "collection.postpone",
            title: _t("Postpone"),
            context: {
                default_action_ids: [this.props.record.resId],
                default_date: serializeDate(
                    DateTime.now().plus({days: POSTPONED_DAYS})
                ),
                form_view_ref:
                    "l10n_fr_debt_collection.collection_postpone_view_form_dialog",
            },
            canExpand: false,
            onRecordSaved: async (wizard) => {
                await this.orm.call("collection.postpone", "action_postpone", [
                    [wizard.resId],
                ]);
                await this.reload();
            },
        });
    }
}

export const collectionFollowUpButtons = {
    component: CollectionFollowUpButtons,
    fieldDependencies: [
        {name: "state", type: "selection"},
        {name: "channel", type: "selection"},
        {name: "is_unreachable", type: "boolean"},
        {name: "failure_reason", type: "char"},
    ],
    listViewWidth: 150,
};

registry
    .category("view_widgets")
    .add("collection_follow_up_buttons", collectionFollowUpButtons);
