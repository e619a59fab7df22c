import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const END_OF_MONTH = 31;

/** The day of the month on which a debtor usually pays, in words. */
export class CollectionPayDayField extends Component {
    static template = "l10n_fr_debt_collection.PayDayField";
    static props = {...standardFieldProps};

    get words() {
        const day = this.props.record.data[this.props.name];
        if (!day) {
            return _t("any day");
        }
        return day === END_OF_MONTH ? _t("end of the month") : _t("day %s", day);
    }
}

export const collectionPayDayField = {
    component: CollectionPayDayField,
    displayName: _t("Usual pay day"),
    supportedTypes: ["integer"],
    isEmpty: () => false,
};

registry.category("fields").add("collection_pay_day", collectionPayDayField);
