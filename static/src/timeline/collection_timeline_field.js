import {X2ManyField, x2ManyField} from "@web/views/fields/x2many/x2many_field";
import {_t} from "@web/core/l10n/translation";
import {formatMonetary} from "@web/views/fields/formatters";
import {getChannelIcon} from "../channel/collection_channel_field";
import {registry} from "@web/core/registry";

/** The steps of a scenario along time; a click opens the step. */
export class CollectionTimelineField extends X2ManyField {
    static template = "l10n_fr_debt_collection.TimelineField";

    setup() {
        super.setup();
        this.canOpenRecord = true;
    }

    get steps() {
        return [...this.list.records].sort(
            (a, b) =>
                a.data.delay_days - b.data.delay_days || (a.resId || 0) - (b.resId || 0)
        );
    }

    /**
     * @returns {Number} How many steps lie before the mark of the due date
     */
    get dueDateIndex() {
        return this.steps.filter((step) => step.data.delay_days <= 0).length;
    }

    dayLabel({data}) {
        if (!data.delay_days) {
            return _t("D");
        }
        return _t("D%(days)s", {
            days: `${data.delay_days > 0 ? "+" : "−"}${Math.abs(data.delay_days)}`,
        });
    }

    /**
     * Days from the step before it, to be shown between the two.
     *
     * @param {Number} index
     * @returns {String}
     */
    gapLabel(index) {
        if (!index) {
            return "";
        }
        const days = (step) => step.data.delay_days;
        const gap = days(this.steps[index]) - days(this.steps[index - 1]);
        return gap ? _t("+%s days", gap) : "";
    }

    icon(channel) {
        return getChannelIcon(channel);
    }

    label(step, name) {
        const choices = step.fields[name].selection;
        const choice = choices.find(([value]) => value === step.data[name]);
        return choice ? choice[1] : "";
    }

    signatory({data}) {
        if (data.signatory === "user") {
            return data.signatory_user_id?.display_name || "";
        }
        return data.signatory === "role" ? data.signatory_name || "" : _t("Collector");
    }

    minimum({data}) {
        return data.minimum_amount ? formatMonetary(data.minimum_amount, {data}) : "";
    }

    risk({data}) {
        const isRestricted = data.risk_min > 0 || data.risk_max < 100;
        return isRestricted
            ? _t("Risk %(from)s to %(to)s", {from: data.risk_min, to: data.risk_max})
            : "";
    }
}

export const collectionTimelineField = {
    ...x2ManyField,
    component: CollectionTimelineField,
    displayName: _t("Timeline of steps"),
    supportedTypes: ["one2many"],
};

registry.category("fields").add("collection_timeline", collectionTimelineField);
