import {Interaction} from "@web/public/interaction";
import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

const COPIED_MS = 2000;

/**
 * What makes the debtor's page easier with JavaScript; all but the signature and the
 * payment itself works without.
 */
export class DebtorPage extends Interaction {
    static selector = ".o_debtor_page";
    dynamicContent = {
        ".o_debtor_lang": {"t-on-change": this.changeLanguage},
        ".o_debtor_lang_ok": {"t-att-class": () => ({"d-none": true})},
        ".o_debtor_group input[name='lines']": {"t-on-change": this.showTotals},
        ".o_debtor_deed form": {"t-on-submit": this.submitOnce},
    };

    start() {
        this.addCopyButtons();
        this.showTotals();
        this.el.querySelector(".o_debtor_error, .o_debtor_done")?.focus();
    }

    changeLanguage(ev) {
        ev.currentTarget.form.submit();
    }

    addCopyButtons() {
        if (!browser.navigator.clipboard) {
            return;
        }
        for (const value of this.el.querySelectorAll(".o_debtor_copy")) {
            const button = document.createElement("button");
            button.type = "button";
            button.className = "btn btn-sm btn-light o_debtor_copy_button";
            button.textContent = _t("Copy");
            this.addListener(button, "click", () => this.copy(value, button));
            this.insert(button, value);
        }
    }

    async copy(value, button) {
        const text = value.querySelector("code").textContent;
        await this.waitFor(browser.navigator.clipboard.writeText(text.trim()));
        button.textContent = _t("Copied");
        this.waitForTimeout(() => {
            button.textContent = _t("Copy");
        }, COPIED_MS);
    }

    /** Shows what the ticked items add up to as the amount that is paid by default. */
    showTotals() {
        for (const form of this.el.querySelectorAll(".o_debtor_group")) {
            const part = form.querySelector(".o_debtor_part");
            const boxes = [...form.querySelectorAll("input[name='lines']")];
            if (!part || !boxes.length) {
                continue;
            }
            const ticked = boxes.filter((box) => box.checked);
            const total = ticked.reduce(
                (sum, box) => sum + Number(box.dataset.amount),
                0
            );
            const isAll = ticked.length === boxes.length;
            part.placeholder = isAll ? "" : total.toFixed(2);
            form.querySelector(".o_debtor_button").disabled = !ticked.length;
        }
    }

    submitOnce(ev) {
        const button = ev.currentTarget.querySelector("button[type='submit']");
        // The form has to be sent before its button stops working.
        this.waitForTimeout(() => {
            button.disabled = true;
        }, 0);
    }
}

registry
    .category("public.interactions")
    .add("l10n_fr_debt_collection.debtor_page", DebtorPage);
