import {channelIcons} from "./collection_channel_field";

channelIcons
    .add("sms", "fa-mobile")
    .add("registered_letter", "fa-certificate")
    .add("formal_notice", "fa-exclamation-circle")
    .add("handover", "fa-share-square-o")
    .add("payment_order", "fa-gavel");
