import {CollectionDashboard} from "../dashboard/collection_dashboard";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

const ACTIONS = {
    proposals: "collection_enrichment_proposal_action",
    events: "collection_registry_event_action",
    duplicates: "collection_duplicate_group_action",
};
const WAITING_ICONS = {
    proposals: "fa-lightbulb-o",
    events: "fa-gavel",
    duplicates: "fa-clone",
};

/** What the data of the debtors are worth, in debtors and in amounts at stake. */
export class CollectionQualityDashboard extends CollectionDashboard {
    static template = "l10n_fr_debt_collection.QualityDashboard";
    static path = "collection-data-quality";
    static displayName = _t("Data quality");
    static source = {model: "collection.case", method: "get_quality_dashboard"};

    get reachTiles() {
        const reached = (field, value = true) => [[field, "=", value]];
        return [
            {
                key: "phone",
                icon: "fa-phone",
                label: _t("By phone"),
                domain: reached("reach_phone"),
            },
            {
                key: "email",
                icon: "fa-envelope-o",
                label: _t("By e-mail"),
                domain: reached("reach_email"),
            },
            {
                key: "post",
                icon: "fa-home",
                label: _t("By post"),
                domain: reached("reach_post"),
            },
            {
                key: "all",
                icon: "fa-check-circle-o",
                label: _t("All three ways"),
                domain: [
                    ...reached("reach_phone"),
                    ...reached("reach_email"),
                    ...reached("reach_post"),
                ],
            },
            {
                key: "none",
                icon: "fa-chain-broken",
                label: _t("No way at all"),
                isBad: true,
                domain: [
                    ...reached("reach_phone", false),
                    ...reached("reach_email", false),
                    ...reached("reach_post", false),
                ],
            },
        ].map((tile) => ({
            ...tile,
            ...this.figures.reach[tile.key],
            share: this.share(this.figures.reach[tile.key].count),
            amountShare: this.amountShare(this.figures.reach[tile.key].amount),
        }));
    }

    get scoreTiles() {
        return [
            {
                key: "business",
                label: _t("Businesses"),
                domain: [["debtor_type", "in", ["business", "public"]]],
            },
            {
                key: "consumer",
                label: _t("Consumers"),
                domain: [["debtor_type", "not in", ["business", "public"]]],
            },
        ].map((tile) => ({...tile, ...this.figures.scores[tile.key]}));
    }

    get mostAtStake() {
        return Math.max(1, ...this.figures.issues.map(({amount}) => amount));
    }

    share(count) {
        const total = this.figures.total.count;
        return total ? Math.round((100 * count) / total) : 0;
    }

    amountShare(amount) {
        const total = this.figures.total.amount;
        return total ? Math.round((100 * amount) / total) : 0;
    }

    waitingIcon(code) {
        return WAITING_ICONS[code];
    }

    level(score) {
        if (score >= 75) {
            return "good";
        }
        return score >= 45 ? "fair" : "poor";
    }

    statusTooltip({label, count, amount}) {
        return `${label}: ${this.number(count)} · ${this.money(amount)}`;
    }

    /**
     * Open the debtors that a figure counts.
     *
     * @param {Array} domain what the figure adds to all debtors that owe something
     * @param {String} label
     */
    openCases(domain, label) {
        return this.open(
            "collection_case_to_enrich_action",
            [...this.figures.domain, ...domain],
            label
        );
    }

    openStatus({code, label}) {
        const values = code === "to_check" ? [code, false] : [code];
        return this.openCases([["enrichment_status", "in", values]], label);
    }

    openIssue({code, label}) {
        return this.open(
            "collection_data_issue_action",
            [
                ["code", "=", code],
                ["case_id", "any", this.figures.domain],
            ],
            label
        );
    }

    openWaiting({code, domain, label}) {
        return this.open(ACTIONS[code], domain, label);
    }

    openCaseList() {
        return this.open("collection_case_action");
    }
}

registry
    .category("actions")
    .add("collection_quality_dashboard", CollectionQualityDashboard);
