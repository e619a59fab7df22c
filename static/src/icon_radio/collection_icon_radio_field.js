import {RadioField, radioField} from "@web/views/fields/radio/radio_field";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/** Choices as big buttons with an icon each, to be hit without aiming. */
export class CollectionIconRadioField extends RadioField {
    static template = "l10n_fr_debt_collection.IconRadioField";
    static props = {
        ...RadioField.props,
        icons: {type: Object, optional: true},
    };
    static defaultProps = {...RadioField.defaultProps, icons: {}};

    icon(value) {
        return this.props.icons[value] || "fa-circle-o";
    }

    choose(item) {
        if (!this.props.readonly) {
            this.onChange(item);
        }
    }
}

export const collectionIconRadioField = {
    ...radioField,
    component: CollectionIconRadioField,
    displayName: _t("Buttons with icons"),
    supportedTypes: ["selection"],
    extractProps: (fieldInfo, dynamicInfo) => ({
        ...radioField.extractProps(fieldInfo, dynamicInfo),
        icons: fieldInfo.options.icons,
    }),
};

registry.category("fields").add("collection_icon_radio", collectionIconRadioField);
