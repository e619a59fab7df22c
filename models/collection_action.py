import secrets
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import get_lang, split_every

STATE_MOVES = {
    "preview": {"to_validate", "todo", "sent", "failed", "cancelled"},
    "to_validate": {"todo", "sent", "failed", "cancelled"},
    "todo": {"sent", "done", "failed", "cancelled"},
    "sent": {"done", "failed"},
    "failed": {"sent", "cancelled"},
    "done": set(),
    "cancelled": set(),
}
FINAL_STATES = ("sent", "done", "cancelled")
OPEN_STATES = ("preview", "to_validate", "todo")
# What the debtor was told, by whom and to whom: fixed once it has left the house.
EVIDENCE_FIELDS = frozenset(
    {
        "amount",
        "body",
        "case_id",
        "channel",
        "date",
        "item_ids",
        "lang",
        "recipient_address",
        "recipient_id",
        "signatory_email",
        "signatory_name",
        "signatory_phone",
        "step_id",
        "subject",
    }
)
PREVIEW_LIFETIME_DAYS = 2
DELIVERY_BATCH = 200


class CollectionAction(models.Model):
    """One contact or deed on a case, planned or done, with the items it is about."""

    _name = "collection.action"
    _description = "Collection action"
    _inherit = ["collection.access.logged", "collection.stateful"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _state_moves = STATE_MOVES

    # What it is about
    case_id = fields.Many2one(
        "collection.case", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        related="case_id.partner_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="case_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    run_id = fields.Many2one(
        "collection.run", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    scenario_id = fields.Many2one(
        "collection.scenario", readonly=True, ondelete="restrict"
    )
    step_id = fields.Many2one(
        "collection.step",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('scenario_id', '=', scenario_id)]",
    )
    item_ids = fields.One2many("collection.action.item", "action_id", readonly=True)
    item_count = fields.Integer(compute="_compute_item_figures")
    line_ids = fields.Many2many(
        "account.move.line",
        compute="_compute_line_ids",
        search="_search_line_ids",
        string="Receivables",
    )
    amount = fields.Monetary(
        readonly=True,
        help="What is claimed, credits deducted, in company currency.",
    )
    oldest_due_date = fields.Date(compute="_compute_item_figures")

    # How, when, by whom
    channel = fields.Selection(selection="_get_channels", required=True)
    date = fields.Date(required=True, index=True)
    state = fields.Selection(
        [
            ("preview", "Preview"),
            ("to_validate", "To validate"),
            ("todo", "To do"),
            ("sent", "Sent"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        default="todo",
        required=True,
        readonly=True,
        index=True,
        group_expand=True,
        help="To do: a letter to post, a call or task to carry out. Sent: it has left "
        "the house. Done: carried out, with an outcome.",
    )
    user_id = fields.Many2one("res.users", string="Collector", index="btree_not_null")
    recipient_id = fields.Many2one(
        "res.partner", domain="[('id', 'child_of', partner_id)]"
    )
    recipient_address = fields.Char(
        string="Address", help="E-mail, postal address or phone number, as of then."
    )
    lang = fields.Char(string="Language", help="Language of the texts.")
    signatory_name = fields.Char(string="Signed by")
    signatory_email = fields.Char(string="Sender address")
    signatory_phone = fields.Char()

    # With which words
    subject = fields.Char()
    body = fields.Html(
        string="Text",
        sanitize="email_outgoing",
        help="The words as sent. Items, ways to pay and signature are added below.",
    )
    is_text_edited = fields.Boolean(readonly=True)
    needs_reading = fields.Boolean(
        readonly=True,
        help="The amount has changed after a person has changed the text: a person "
        "reads it again before it leaves.",
    )
    message_preview = fields.Html(
        compute="_compute_message_preview",
        sanitize=False,
        help="What the debtor reads, in his language.",
    )

    # What became of it
    sent_date = fields.Datetime(readonly=True)
    mail_id = fields.Many2one(
        "mail.mail", readonly=True, index="btree_not_null", ondelete="set null"
    )
    mail_state = fields.Selection(related="mail_id.state", string="E-mail status")
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, index="btree_not_null", ondelete="set null"
    )
    attachment_ids = fields.One2many(
        "ir.attachment",
        "res_id",
        domain=[("res_model", "=", "collection.action")],
        readonly=True,
        help="Letter, statement and invoices as they left.",
    )
    outcome = fields.Selection(
        [
            ("reached", "Reached"),
            ("promised", "Promised to pay"),
            ("disputed", "Disputes the debt"),
            ("voicemail", "Left a message"),
            ("no_answer", "No answer"),
            ("wrong_number", "Wrong number"),
            ("done", "Done"),
            ("skipped", "Skipped"),
            ("expired", "Not done in time"),
        ],
        readonly=True,
    )
    outcome_note = fields.Text(readonly=True)
    failure_reason = fields.Char(readonly=True)
    is_unreachable = fields.Boolean(
        readonly=True, index=True, help="No channel of the step reaches the debtor."
    )

    from_merge = fields.Boolean(
        readonly=True, help="Taken over from a contact merged into this debtor."
    )

    _one_per_day = models.UniqueIndex(
        "(case_id, date, COALESCE(parcel, '')) WHERE run_id IS NOT NULL"
        " AND from_merge IS NOT TRUE"
        " AND state IN ('to_validate', 'todo', 'sent', 'done')",
        "A run contacts a debtor about the same items once a day at most.",
    )
    _case_state_idx = models.Index("(case_id, state, date)")

    # === COMPUTE METHODS === #

    @api.model
    def _get_channels(self):
        return self.env["collection.channel"]._get_selection()

    @api.depends("case_id", "step_id", "channel", "date")
    def _compute_display_name(self):
        labels = dict(self._get_channels())
        for action in self:
            what = action.step_id.name or labels.get(action.channel, "")
            action.display_name = f"{action.partner_id.display_name} · {what}"

    @api.depends("item_ids")
    def _compute_line_ids(self):
        for action in self:
            action.line_ids = action.item_ids.line_id

    def _search_line_ids(self, operator, value):
        return [("item_ids.line_id", operator, value)]

    @api.depends("item_ids.date_due", "item_ids.amount")
    def _compute_item_figures(self):
        for action in self:
            debts = action.item_ids.filtered(lambda item: item.amount > 0)
            action.item_count = len(debts)
            action.oldest_due_date = min(debts.mapped("date_due"), default=False)

    @api.depends("channel", "step_id", "body", "subject", "item_ids", "recipient_id")
    def _compute_message_preview(self):
        written = self.filtered(lambda action: action._needs_text() and action.id)
        texts = written._render_texts()
        mails = written._render_mails(texts)
        for action in self:
            action.message_preview = mails.get(action.id, action.step_id.script)

    @api.onchange("step_id")
    def _onchange_step_id(self):
        if not self.step_id:
            return
        resolved = self.env["collection.channel"]._resolve(
            {self.case_id._origin: self.step_id}
        )
        values = self._prepare_contact(
            self.case_id, self.step_id, *resolved[self.case_id._origin.id]
        )
        self.update({**values, "subject": False, "body": False})

    # === CRUD METHODS === #

    def write(self, vals):
        if not EVIDENCE_FIELDS.isdisjoint(vals):
            self._check_not_final()
        if not self.env.context.get("collection_freezing"):
            if vals.get("body") or vals.get("subject"):
                vals = {**vals, "is_text_edited": True}
            elif "body" in vals:
                vals = {**vals, "is_text_edited": False}
        return super().write(vals)

    def _check_not_final(self):
        final = self.filtered(lambda action: action._is_evidence())
        if final:
            raise UserError(
                self.env._(
                    "“%s” has already left or is closed: what it said stays as it was.",
                    final[0].display_name,
                )
            )

    def _is_evidence(self):
        """Return whether what this action says stays as it is.

        What still waits in the outbox is brought up to date before it leaves.
        """
        self.ensure_one()
        if self.env.context.get("collection_outbox") and self._is_in_outbox():
            return False
        return self.state in FINAL_STATES

    @api.ondelete(at_uninstall=False)
    def _unlink_except_preview(self):
        kept = self.filtered(lambda action: action.state != "preview")
        if kept:
            raise UserError(
                self.env._(
                    "“%s” is part of the debtor's history and cannot be deleted. "
                    "Cancel it if it has not left yet.",
                    kept[0].display_name,
                )
            )

    # === ACTION METHODS === #

    def action_approve(self):
        """Deliver what was waiting for a person, if it is still due."""
        waiting = self.filtered(lambda action: action.state == "to_validate")
        # Whoever approves has just read the text.
        waiting.filtered("needs_reading").needs_reading = False
        waiting._deliver_still_due()
        waiting.case_id._review()
        return True

    def action_skip(self):
        """Decide that this step is not done: the scenario goes on from here."""
        self._cancel(outcome="skipped")
        self.case_id._review()
        return True

    def action_cancel(self):
        """Cancel what has not left: a later run may propose the same step again."""
        self._cancel()
        self.case_id._review()
        return True

    def action_mark_posted(self):
        """Note that these letters have been put in the post."""
        letters = self.filtered(lambda action: action.state == "todo")
        letters._update_state("sent")
        letters.case_id._review()
        return True

    def action_print(self):
        """Download the letters of these actions as one PDF."""
        attachments = self._get_letter_attachments()
        if not attachments:
            raise UserError(
                self.env._("None of the chosen actions has a letter to print.")
            )
        merged = self.env["collection.pdf"]._merge(attachments.mapped("raw"))
        attachment = self.env["collection.pdf"]._make_download(
            self.env._("Letters %s.pdf", fields.Date.context_today(self)), merged
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "self",
        }

    def action_edit_text(self):
        """Put the rendered text in the action so that a person can change it."""
        self._freeze_texts()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [
                (
                    self.env.ref(
                        "l10n_fr_debt_collection.collection_action_view_form_text"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
            "name": self.env._("Edit the text"),
        }

    def action_reset_text(self):
        """Give up a text changed by hand: the step's text counts again."""
        for action in self:
            action.with_context(collection_freezing=True).write(
                {"subject": False, "body": False, "is_text_edited": False}
            )
        return True

    def action_log_outcome(self):
        self.ensure_one()
        return self._open_outcome()

    def action_preview_pdf(self):
        """Download the letter as it would be printed."""
        self.ensure_one()
        pdf = self.env["collection.pdf"]._render(self._letter_report(), self)[self.id]
        attachment = self.env["collection.pdf"]._make_download(
            self.env._("Preview.pdf"), pdf
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}",
            "target": "new",
        }

    def _open_outcome(self):
        return self.env["collection.outcome"]._open(
            default_action_id=self.id, default_case_id=self.case_id.id
        )

    # === BUSINESS METHODS === #

    def _update_state(self, target, **values):
        """Move these actions to ``target``; note when they left."""
        if target in ("sent", "done"):
            values["sent_date"] = fields.Datetime.now()
        return super()._update_state(target, **values)

    def _cancel(self, reason=False, outcome=False):
        """Cancel what has not left yet, with its activity."""
        waiting = self.filtered(lambda action: action.state in OPEN_STATES)
        cancelled = waiting._update_state(
            "cancelled", failure_reason=reason, outcome=outcome
        )
        if cancelled.activity_id:
            # The activity may be a colleague's.
            cancelled.activity_id.sudo().unlink()
        return cancelled

    def _close(self, outcome, note=False):
        """Close a call or task with its outcome, and its activity with it."""
        closed = self._update_state("done", outcome=outcome, outcome_note=note)
        if closed.activity_id:
            closed.activity_id.sudo().action_feedback(
                feedback=self._get_outcome_label(outcome, note)
            )
        closed.case_id._request_review()
        return closed

    def _get_outcome_label(self, outcome, note):
        label = dict(self._fields["outcome"]._description_selection(self.env))[outcome]
        if not note:
            return label
        return self.env._("%(outcome)s: %(note)s", outcome=label, note=note)

    def _fail(self, reason, unreachable=False):
        """Note that these actions could not be carried out, and why."""
        failed = self._update_state(
            "failed", failure_reason=reason, is_unreachable=unreachable
        )
        if failed:
            failed.case_id._message_log_batch(
                {
                    action.case_id.id: self.env._(
                        "%(action)s failed: %(reason)s",
                        action=action.step_id.name or action.display_name,
                        reason=reason,
                    )
                    for action in failed
                }
            )
        return failed

    def _deliver(self):
        """Deliver these actions, channel by channel; a failing one stops no other."""
        for channel, actions in self.grouped("channel").items():
            model = self.env["collection.channel"]._get(channel)
            for batch in split_every(DELIVERY_BATCH, actions.ids, self.browse):
                self.env["collection.batch"]._one_by_one_on_error(
                    batch, model._deliver, type(self)._fail
                )

    # === STILL DUE === #

    def _deliver_still_due(self):
        """Deliver what is still due of what a person has just seen.

        A text changed by hand whose amount has changed meanwhile is not sent: it waits
        to be read again.
        """
        self._check_still_due()
        open_actions = self.filtered(lambda action: action.state in OPEN_STATES)
        stale = open_actions.filtered("needs_reading")
        stale.filtered(lambda action: action.state == "preview")._update_state(
            "to_validate"
        )
        (open_actions - stale)._deliver()

    def _check_still_due(self):
        """Bring waiting actions up to date before they leave; cancel the settled."""
        for company, actions in self.grouped("company_id").items():
            today = company._get_collection_today()
            actions.filtered(
                lambda action, today=today: action.date < today
            ).date = today
            for (day, _step), group in actions.grouped(
                lambda action: (action.date, action.step_id)
            ).items():
                decisions = self.env["collection.planner"]._cover(
                    {action.case_id: action.step_id for action in group}, day
                )
                group.with_company(company)._settle(decisions)

    def _settle(self, decisions):
        """Make step, channel, recipient, items and amount those of the decisions.

        An action whose decision has no step is cancelled, one that no channel can carry
        out fails. A text changed by hand whose amount has changed goes back to a
        person.

        :param decisions: ``{case id: planning.Decision}``
        """
        planner = self.env["collection.planner"]
        decisions = self._get_own_decisions(decisions)
        settled = self.filtered(lambda action: not decisions[action.id].step)
        for action in settled:
            action._cancel(reason=planner._explain_decision(decisions[action.id]))
        still_due = self - settled
        still_due._settle_recipients(decisions)
        still_due._write_items(decisions)
        still_due._fail_unreachable()

    def _settle_recipients(self, decisions):
        steps = {
            (action.case_id, action.parcel or ""): action.step_id.browse(
                decisions[action.id].step.id
            )
            for action in self
            if decisions[action.id].step.id
        }
        routes = self._get_routes(steps)
        for action in self:
            key = (action.case_id, action.parcel or "")
            if key in steps:
                action.write(
                    self._prepare_contact(action.case_id, steps[key], *routes[key])
                )

    @api.model
    def _make_previews(self, steps_by_case, decisions, day, **values):
        """Create the previews of these cases with step, channel, recipient and items.

        :param steps_by_case: ``{collection.case: collection.step}``
        :param decisions: ``{case id: planning.Decision}``
        """
        cases = self.env["collection.case"].union(*steps_by_case)
        split = self._split(cases, decisions)
        steps = {}
        for case, step in steps_by_case.items():
            steps |= self._get_parcel_steps(case, step, split[case.id])
        routes = self._drop_doubles(self._get_routes(steps))
        undone = self._prepare_undone()
        actions = self.create(
            [
                {
                    **self._prepare_contact(case, steps[case, parcel], *route),
                    **undone,
                    "case_id": case.id,
                    "partner_id": case.partner_id.id,
                    "company_id": case.company_id.id,
                    "parcel": parcel,
                    "date": day,
                    "state": "preview",
                    "amount": case.currency_id.round(
                        split[case.id][self._strip_channel(parcel)].amount
                    ),
                    **values,
                }
                for (case, parcel), route in routes.items()
            ]
        )
        actions._write_items(
            {
                action.id: split[action.case_id.id][action._get_parcel_key()]
                for action in actions
            }
        )
        return actions

    @api.model
    def _prepare_undone(self):
        """Return the values of what is only known of an action once it is done. Hook.

        They are computed, which for thousands takes longer than to say so.
        """
        return {}

    @api.model
    def _prepare_contact(self, case, step, channel, recipient):
        """Return the values of an action that say how, to whom and by whom."""
        user = case._get_collector()
        contact = self.env["res.partner"].browse(recipient.partner_id)
        lang = contact.lang or case.partner_id.lang
        signature = step.with_context(lang=lang)._get_signature(user)
        signature["signatory_email"] = (
            signature["signatory_email"] or case.company_id.email
        )
        return {
            "scenario_id": step.scenario_id.id,
            "step_id": step.id,
            "channel": channel,
            "user_id": user.id,
            "recipient_id": contact.id,
            "recipient_address": recipient.address,
            "lang": lang,
            "is_unreachable": bool(recipient.problem),
            "failure_reason": recipient.problem,
            **signature,
        }

    def _fail_unreachable(self):
        lost = self.filtered("is_unreachable")
        for reason, group in lost.grouped("failure_reason").items():
            group._fail(reason, unreachable=True)
        lost.case_id.filtered(
            lambda case: not case.is_unreachable
        ).is_unreachable = True
        reached = (self - lost).case_id
        reached.filtered("is_unreachable").is_unreachable = False

    def _write_items(self, decisions):
        """Replace the items of these actions by a snapshot of what is due now.

        :param decisions: ``{action id: planning.Decision}``
        """
        self.item_ids.unlink()
        rows = []
        for action in self:
            decision = decisions[action.id]
            rows += self._list_items(action, decision)
            amount = action.currency_id.round(decision.amount)
            if action.currency_id.compare_amounts(action.amount, amount):
                action._note_new_amount(amount)
        self.env["collection.action.item"]._take(rows)

    def _note_new_amount(self, amount):
        """Change the amount; a text changed by hand may speak of the old one."""
        self.ensure_one()
        self.needs_reading = self.is_text_edited and bool(self.amount)
        self.amount = amount

    @api.model
    def _list_items(self, action, decision):
        """Return the items of one action, oldest debt first, credits last.

        Rows as ``collection.action.item._take`` wants them.
        """
        rows = []
        for line in (*decision.lines, *decision.credits):
            passed = decision.passed.get(line.id)
            step_id = passed.id if passed and passed.id else None
            delay = passed.delay if passed else 0
            rows.append((action.id, line.id, line.residual, step_id, delay))
        return rows

    def _snapshot_open_items(self):
        """Give actions taken by hand the items that are open today."""
        decisions = self.env["collection.planner"]._cover(
            {action.case_id: action.step_id for action in self}, self[:1].date
        )
        kept = self.filtered(lambda action: decisions[action.case_id.id].step)
        kept._write_items({action.id: decisions[action.case_id.id] for action in kept})

    # === TEXTS === #

    def _needs_text(self):
        self.ensure_one()
        return (
            bool(self.channel)
            and self.env["collection.channel"]._get(self.channel)._needs_text
        )

    def _render_texts(self):
        """Return ``{action id: (subject, body)}`` in each debtor's language."""
        texts = {
            action.id: (action.subject, action.body)
            for action in self
            if action.body or not action._get_template()
        }
        pending = self.filtered(lambda action: action.id not in texts)
        for template, actions in pending.grouped(
            lambda action: action._get_template()
        ).items():
            template = template.with_context(collection_compiled={})
            langs = {action.id: action._get_text_lang() for action in actions}
            subjects = template._render_field(
                "subject", actions.ids, compute_lang=True, res_ids_lang=langs
            )
            bodies = template._render_field(
                "body_html", actions.ids, compute_lang=True, res_ids_lang=langs
            )
            texts |= {
                action_id: (subjects[action_id], bodies[action_id])
                for action_id in actions.ids
            }
        return texts

    def _get_template(self):
        """Return the template of the words of this action, may be empty. Hook."""
        self.ensure_one()
        return self.step_id.template_id

    def _freeze_texts(self):
        """Keep subject and words as they are now rendered: what is sent is kept.

        :raise UserError: when an action without a step has no words of its own.
        """
        for action_id, (subject, body) in self._render_texts().items():
            action = self.browse(action_id)
            if not body:
                raise UserError(
                    self.env._(
                        "“%s” has no text: choose a step or write one.",
                        action.display_name,
                    )
                )
            if not action.is_text_edited:
                action.with_context(collection_freezing=True).write(
                    {"subject": subject, "body": body}
                )

    def _get_text_lang(self):
        self.ensure_one()
        return get_lang(
            self.env, self.lang or self.recipient_id.lang or self.partner_id.lang
        ).code

    def _render_mails(self, texts=None):
        """Return ``{action id: html}``: text, items, ways to pay and signature."""
        texts = texts or {action.id: (action.subject, action.body) for action in self}
        rendered = {}
        for lang, actions in self.grouped(lambda a: a._get_text_lang()).items():
            rendered |= actions.with_context(lang=lang)._render_layouts(texts, lang)
        return rendered

    def _render_layouts(self, texts, lang):
        """Return ``{action id: html}`` of mails in one language, rendered at once."""
        banks = self._get_banks()
        separator = secrets.token_hex()
        html = self.env["ir.qweb"]._render(
            "l10n_fr_debt_collection.collection_mails",
            {
                "separator": separator,
                "mails": [
                    {
                        "action": action,
                        "text": texts[action.id][1],
                        "totals": action._get_totals(),
                        "bank": banks[action.company_id.id],
                        "company": action.company_id,
                    }
                    for action in self
                ],
            },
            lang=lang,
        )
        _head, *mails = html.split(separator)
        return {
            action.id: mail.strip() for action, mail in zip(self, mails, strict=True)
        }

    def _get_totals(self):
        """Return ``[(currency, open amount)]``, one row per currency of the items."""
        totals = defaultdict(float)
        for item in self.item_ids:
            totals[item.currency_id] += item.amount_residual_currency
        return [(currency, currency.round(total)) for currency, total in totals.items()]

    def _get_banks(self):
        """Return ``{company id: bank account}`` the debtors are asked to pay to."""
        # Collectors may not read journals, their debtors read the account number.
        journals = (
            self.env["account.journal"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("type", "=", "bank"),
                    ("bank_account_id", "!=", False),
                ],
                ["company_id", "bank_account_id"],
            )
        )
        by_company = journals.grouped("company_id")
        return {
            company.id: by_company[company][0].bank_account_id
            if company in by_company
            else company.sudo().partner_id.bank_ids[:1]
            for company in self.company_id
        }

    def _get_reference(self):
        """Return what the debtor should quote when paying."""
        self.ensure_one()
        return self.partner_id.ref or f"C{self.case_id.id:06d}"

    # === DOCUMENTS === #

    @api.model
    def _letter_report(self):
        return "l10n_fr_debt_collection.collection_letter_report"

    @api.model
    def _statement_report(self):
        return "l10n_fr_debt_collection.collection_statement_report"

    def _make_attachments(self):
        """Make letters, statements and invoice copies; return ``{action id: ids}``."""
        documents = defaultdict(list)
        letters = self.filtered(lambda action: action.channel == "letter")
        statements = self.filtered(lambda action: action.step_id.attach_statement)
        pdf = self.env["collection.pdf"]
        for name, report, actions in (
            (self.env._("Letter"), self._letter_report(), letters),
            (self.env._("Statement"), self._statement_report(), statements),
        ):
            for action_id, content in pdf._render(report, actions).items():
                action = self.browse(action_id)
                filename = f"{name} {action.partner_id.name} {action.date}.pdf"
                documents[action_id].append((filename.replace("/", "-"), content))
        for action in self.filtered(lambda action: action.step_id.attach_invoices):
            documents[action.id] += action._get_invoice_documents()
        return self._store_documents(documents)

    def _get_invoice_documents(self):
        """Return ``[(name, content)]`` of the invoices this action is about, only."""
        invoices = self.item_ids.move_id.filtered(lambda move: move.is_sale_document())
        documents = []
        # The collector reads invoices; core writes on them when it makes their PDF.
        for invoice in invoices.sudo():
            for document in invoice._get_invoice_legal_documents_all(
                allow_fallback=True
            ):
                documents.append((document["filename"], document["content"]))
        return documents

    def _store_documents(self, documents):
        values = [
            {
                "name": name,
                "raw": content,
                "res_model": self._name,
                "res_id": action_id,
            }
            for action_id, files in documents.items()
            for name, content in files
        ]
        ids_by_action = defaultdict(list)
        for attachment in self.env["ir.attachment"].create(values):
            ids_by_action[attachment.res_id].append(attachment.id)
        self.invalidate_recordset(["attachment_ids"])
        return ids_by_action

    def _get_letter_attachments(self):
        return self.filtered(
            lambda action: action.channel == "letter"
        ).attachment_ids.filtered(
            lambda attachment: attachment.mimetype == "application/pdf"
        )

    # === AUTOVACUUM === #

    @api.autovacuum
    def _gc_previews(self):
        """Delete the previews made by hand that nobody has sent or skipped."""
        limit = fields.Datetime.subtract(
            fields.Datetime.now(), days=PREVIEW_LIFETIME_DAYS
        )
        self.search(
            [
                ("state", "=", "preview"),
                ("run_id", "=", False),
                ("create_date", "<", limit),
            ]
        ).unlink()
