import {channelIcons} from "./collection_channel_field";

channelIcons.add("sms", "fa-mobile").add("registered_letter", "fa-certificate");
