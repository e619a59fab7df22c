import {
    SelectionField,
    selectionField,
} from "@web/views/fields/selection/selection_field";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/**
 * Icon of each channel. A module that adds a channel adds its icon here.
 */
export const channelIcons = registry.category("collection_channel_icons");
channelIcons
    .add("email", "fa-envelope-o")
    .add("letter", "fa-file-text-o")
    .add("phone", "fa-phone")
    .add("task", "fa-check-square-o");

/**
 * @param {String} channel
 * @returns {String} Font Awesome class of the channel's icon
 */
export function getChannelIcon(channel) {
    return channelIcons.get(channel, "fa-circle-o");
}

/** The channel of a step or an action, with its icon. */
export class CollectionChannelField extends SelectionField {
    static template = "l10n_fr_debt_collection.ChannelField";

    get icon() {
        return getChannelIcon(this.value);
    }
}

export const collectionChannelField = {
    ...selectionField,
    component: CollectionChannelField,
    displayName: _t("Collection channel"),
    supportedTypes: ["selection"],
    listViewWidth: 155,
};

registry.category("fields").add("collection_channel", collectionChannelField);
