from dataclasses import replace

from odoo import api, fields, models

from ..tools import planning
from .collection_formal_notice import CHANNEL, REPORT


class CollectionAction(models.Model):
    """An action that sends a formal notice: its document, and what is still due."""

    _inherit = "collection.action"

    notice_ids = fields.One2many(
        "collection.formal.notice", "action_id", string="Formal notice", readonly=True
    )

    # === COMPUTE METHODS === #

    def _compute_display_name(self):
        result = super()._compute_display_name()
        for action in self.filtered("notice_ids"):
            action.display_name = action.notice_ids.display_name
        return result

    # === ACTION METHODS === #

    def action_print(self):
        """Bring notices up to date before they are printed to be posted."""
        self._renew_waiting_notices()
        return super().action_print()

    def action_preview_pdf(self):
        """Show a notice as it would be printed, and leave no trace of it."""
        if self.channel != CHANNEL:
            return super().action_preview_pdf()
        content = self._render_notice_preview()
        download = self.env["collection.pdf"]._make_download(
            self.env._("Preview.pdf"), content
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{download.id}",
            "target": "new",
        }

    # === BUSINESS METHODS === #

    def _get_noticed_lines(self):
        """Return the debts that a notice by this action claims."""
        self.ensure_one()
        return self.item_ids.filtered(lambda item: item.amount > 0).line_id

    def _render_notice_preview(self):
        self.ensure_one()
        pdf = self.env["collection.pdf"]
        if self.notice_ids:
            return pdf._render(REPORT, self.notice_ids)[self.notice_ids.id]
        with self.env.cr.savepoint() as savepoint:
            notice = self.env["collection.formal.notice"]._make_for(self)
            content = pdf._render(REPORT, notice)[notice.id]
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        return content

    def _render_texts(self):
        """Return the words of the company for notices that no step sends."""
        own = self.filtered(
            lambda action: (
                action.channel == CHANNEL and not action.body and not action.step_id
            )
        )
        texts = super(CollectionAction, self - own)._render_texts()
        for template, actions in own.grouped(
            lambda action: action.company_id._get_notice_template()
        ).items():
            langs = {action.id: action._get_text_lang() for action in actions}
            subjects, bodies = (
                template._render_field(
                    name, actions.ids, compute_lang=True, res_ids_lang=langs
                )
                for name in ("subject", "body_html")
            )
            texts |= {
                action_id: (subjects[action_id], bodies[action_id])
                for action_id in actions.ids
            }
        return texts

    def _cancel(self, reason=False, outcome=False):
        cancelled = super()._cancel(reason=reason, outcome=outcome)
        cancelled.notice_ids.filtered(
            lambda notice: notice.state != "cancelled"
        )._update_state("cancelled")
        return cancelled

    # === STILL DUE === #

    @api.model
    def _judge_notice(self, fact, line_ids, passed=None):
        """Return the decision about those of these lines that may still be claimed."""
        decision = self._restrict(fact, line_ids)
        amount = sum(line.residual for line in (*decision.lines, *decision.credits))
        if decision.step and amount >= planning.NOTHING:
            return replace(decision, amount=amount, passed=passed or {})
        own = [line for line in fact.lines if line.id in line_ids]
        reasons = [reason for line in own for reason in line.exclusions]
        return planning.Decision(
            fact, exclusions=reasons or [planning.Exclusion("parcel_settled")]
        )

    def _check_still_due(self):
        """Notices claim the invoices chosen for them, and never more."""
        notices = self.filtered("notice_ids")
        notices._check_notices_due()
        return super(CollectionAction, self - notices)._check_still_due()

    def _check_notices_due(self):
        """Bring waiting notices up to date; cancel those with nothing left.

        :return: the actions whose items have changed
        """
        changed = self.browse()
        for company, actions in self.grouped("company_id").items():
            today = company._get_collection_today()
            decisions = actions._decide_notices_again(today)
            settled = actions.filtered(
                lambda action, decisions=decisions: not decisions[action.id].step
            )
            for action in settled:
                reason = self.env["collection.planner"]._explain_decision(
                    decisions[action.id]
                )
                action._cancel(reason=reason)
            stale = (actions - settled).filtered(
                lambda action, decisions=decisions: action._has_changed(
                    decisions[action.id]
                )
            )
            stale.filtered(lambda action, today=today: action.date < today).date = today
            stale._write_items({action.id: decisions[action.id] for action in stale})
            changed |= stale
        return changed

    def _decide_notices_again(self, day):
        facts = self.env["collection.planner"]._get_facts(self.case_id, day)
        return {
            action.id: self._judge_notice(
                facts[action.case_id.id],
                set(action._get_noticed_lines().ids),
                {
                    item.line_id.id: item.step_id._to_plan()
                    for item in action.item_ids
                    if item.step_id
                },
            )
            for action in self
        }

    def _renew_waiting_notices(self):
        """Write notices that wait to be posted by hand anew where less is due."""
        waiting = self.filtered(
            lambda action: (
                action.state == "todo"
                and action.notice_ids
                and all(letter.is_by_hand for letter in action.registered_letter_ids)
            )
        )
        waiting._check_notices_due()._remake_letter()

    def _remake_letter(self):
        self.notice_ids._renew()
        return super()._remake_letter()

    # === DOCUMENTS === #

    def _render_registered_letters(self):
        """Print the notice and its statement in place of an ordinary letter."""
        noticed = self.filtered("notice_ids")
        files = super(CollectionAction, self - noticed)._render_registered_letters()
        notices = noticed.notice_ids
        pdfs = self.env["collection.pdf"]._render(REPORT, notices)
        enclosed = notices.filtered("company_id.collection_notice_encloses_statement")
        statements = enclosed.statement_id
        details = statements._render_pdf() if statements else {}
        for notice in notices:
            own = files[notice.action_id.id] = [
                (notice._get_document_name(), pdfs[notice.id])
            ]
            if notice.statement_id.id in details:
                statement = notice.statement_id
                own.append((statement._get_document_name("pdf"), details[statement.id]))
        return files
