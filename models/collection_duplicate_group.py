from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount, split_every

from ..tools.comparison import is_same

MANAGER = "l10n_fr_debt_collection.group_collection_manager"
# Odoo merges at most three contacts at once, the one that is kept included.
MERGE_BATCH = 2
# From this confidence on, contacts with one SIREN are merged from the list.
SURE_FROM = 90
COMPARED_FIELDS = (
    "name",
    "company_registry",
    "vat",
    "street",
    "street2",
    "zip",
    "city",
    "phone",
    "email",
    "website",
)
# What another contact says is proposed for the one kept. Names of duplicates and parts
# of addresses would be noise: the note of the merge has them.
PROPOSED_FIELDS = ("phone", "email", "website", "company_registry", "vat")
ADDRESS_FIELDS = ("street", "street2", "zip", "city")


class CollectionDuplicateGroup(models.Model):
    """Contacts that seem to be one debtor: a person merges them or says they are not.

    Found by jobs of kind ``match``. What was dismissed is remembered pair by pair and
    not proposed again.
    """

    _name = "collection.duplicate.group"
    _description = "Duplicates"
    _order = "amount_due desc, confidence desc, id"

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [("new", "To decide"), ("merged", "Merged"), ("dismissed", "Not duplicates")],
        default="new",
        required=True,
        readonly=True,
        index=True,
    )
    code = fields.Selection(
        [
            ("siren", "Same SIREN"),
            ("vat", "Same VAT number"),
            ("email", "Same e-mail"),
            ("phone", "Same phone"),
            ("name", "Near name, same postcode"),
        ],
        string="Main reason",
        readonly=True,
    )
    confidence = fields.Integer(
        string="Confidence (%)", readonly=True, aggregator="avg"
    )
    facts = fields.Json(
        readonly=True, help="List of contact, contact, reason code, detail."
    )
    reason = fields.Char(compute="_compute_reason")
    member_ids = fields.One2many(
        "collection.duplicate.member", "group_id", readonly=True
    )
    partner_ids = fields.Many2many("res.partner", compute="_compute_partner_ids")
    member_count = fields.Integer(string="Contacts", readonly=True)
    survivor_id = fields.Many2one(
        "res.partner",
        string="Contact to keep",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    survivor_note = fields.Char(
        string="Why this one",
        compute="_compute_survivor_note",
        help="The contact with most receivables ever is kept, then the most complete, "
        "then the oldest.",
    )
    amount_due = fields.Monetary(
        string="Balance", readonly=True, help="Of all these contacts, when found."
    )
    amount_overdue = fields.Monetary(
        string="Overdue", readonly=True, help="Of all these contacts, when found."
    )
    comparison = fields.Html(compute="_compute_comparison", sanitize=False)
    blocker = fields.Char(string="Why it cannot be merged", compute="_compute_blocker")
    failure = fields.Char(readonly=True)
    merge_note = fields.Html(readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_at = fields.Datetime(readonly=True)

    _open_idx = models.Index("(company_id, amount_due) WHERE state = 'new'")

    # === COMPUTE METHODS === #

    @api.depends("member_ids.name")
    def _compute_name(self):
        for group in self:
            group.name = " / ".join(
                dict.fromkeys(filter(None, group.member_ids.mapped("name")))
            )

    @api.depends("member_ids.partner_id")
    def _compute_partner_ids(self):
        for group in self:
            group.partner_ids = group.member_ids.partner_id

    @api.depends("facts")
    @api.depends_context("lang")
    def _compute_reason(self):
        for group in self:
            group.reason = group._describe_facts()

    @api.depends("survivor_id", "member_ids.receivable_count")
    @api.depends_context("lang")
    def _compute_survivor_note(self):
        for group in self:
            group.survivor_note = group._explain_survivor()

    @api.depends("survivor_id", "member_ids.partner_id", "state")
    @api.depends_context("lang")
    def _compute_comparison(self):
        for group in self:
            group.comparison = group.state != "merged" and self.env["ir.qweb"]._render(
                "l10n_fr_debt_collection.collection_duplicate_comparison",
                {"group": group, "rows": group._get_comparison_rows()},
            )

    @api.depends("member_ids.partner_id", "survivor_id", "state")
    @api.depends_context("uid", "lang")
    def _compute_blocker(self):
        for group in self:
            group.blocker = group.state == "new" and group._get_blocker()

    # === ACTION METHODS === #

    def action_look(self):
        """Start the job that looks for duplicates among the debtors and customers."""
        job = self.env["collection.data.job"]._start("match", self.env.company)
        return job._get_records_action()

    def action_merge(self):
        """Merge each of these groups into the contact to keep; there is no way back."""
        self._check_may_merge()
        self._check_open()
        if len(self) == 1 and self.blocker:
            raise UserError(self.blocker)
        mergeable = self.filtered(lambda group: not group.blocker)
        for group in self - mergeable:
            group._give_up(group.blocker)
        batch = self.env["collection.batch"]
        for group in mergeable:
            # Odoo merges one group after the other; one that fails stops no other.
            batch._one_by_one_on_error(group, type(self)._merge, type(self)._give_up)
        if len(self) == 1 and self.failure:
            raise UserError(self.failure)
        return self._tell_result()

    def action_merge_sure(self):
        """Merge, of these groups, those whose contacts bear one SIREN for sure."""
        sure = self.filtered(lambda group: group._is_sure())
        if not sure:
            raise UserError(
                self.env._(
                    "None of these groups is sure enough to be merged from the list: "
                    "only contacts with the same SIREN are. Open them one by one."
                )
            )
        return sure.action_merge()

    def action_dismiss(self):
        """These contacts are not duplicates: do not bring them together again."""
        self._check_open()
        self._decide("dismissed")
        return True

    def action_reopen(self):
        """Take a dismissal back."""
        self.filtered(lambda group: group.state == "dismissed")._decide("new")
        return True

    def action_open_partners(self):
        self.ensure_one()
        return self.partner_ids._get_records_action(name=self.name)

    # === BUSINESS METHODS: WHAT IS SHOWN === #

    def _describe_facts(self, partner_id=None):
        """Return why the contacts, or one of them, are thought to be the same."""
        labels = dict(self._fields["code"]._description_selection(self.env))
        sentences = {
            self._describe_fact(labels.get(code, code), detail): None
            for one, other, code, detail in self.facts or []
            if partner_id in (None, one, other)
        }
        return " · ".join(sentences)

    @api.model
    def _describe_fact(self, label, detail):
        return f"{label} ({detail})" if detail else label

    def _explain_survivor(self):
        self.ensure_one()
        kept = self.member_ids.filtered("is_survivor")[:1]
        others = self.member_ids - kept
        if not kept or not others:
            return False
        if kept.receivable_count > max(others.mapped("receivable_count")):
            return self.env._(
                "%(count)s receivables, the others have %(others)s",
                count=kept.receivable_count,
                others=", ".join(map(str, others.mapped("receivable_count"))),
            )
        if kept.completeness > max(others.mapped("completeness")):
            return self.env._(
                "complete at %(share)s %%, the others at %(others)s",
                share=kept.completeness,
                others=", ".join(f"{member.completeness}" for member in others),
            )
        if kept.former_id < min(others.mapped("former_id")):
            return self.env._("the oldest contact")
        return self.env._("chosen by hand")

    def _get_comparison_rows(self):
        """Return the lines of the comparison: label, and one cell per contact.

        A cell is (text, style): ``kept``, ``taken`` where the contact to keep has
        nothing, ``lost`` where it says something else.
        """
        self.ensure_one()
        members = self.member_ids
        labels = self._get_field_labels()
        rows = [
            (labels[name], self._compare(name, members))
            for name in COMPARED_FIELDS
            if any(member.partner_id[name] for member in members)
        ]
        return rows + self._get_figure_rows(members)

    @api.model
    def _get_field_labels(self):
        return dict(self.env["collection.enrichment.proposal"]._get_field_selection())

    def _compare(self, name, members):
        own = self.survivor_id[name] or ""
        cells = []
        for member in members:
            value = member.partner_id[name] or ""
            if member.is_survivor:
                style = "kept"
            elif not value or is_same(name, own, value):
                style = ""
            else:
                style = "lost" if own else "taken"
            cells.append((value, style))
        return cells

    def _get_figure_rows(self, members):
        member_fields = members.fields_get(
            [
                "amount_due",
                "amount_overdue",
                "open_item_count",
                "receivable_count",
                "action_count",
                "last_contact_date",
                "completeness",
            ],
            ["string", "type"],
        )
        return [
            (
                field["string"],
                [(self._format_figure(member, name), "") for member in members],
            )
            for name, field in member_fields.items()
        ]

    @api.model
    def _format_figure(self, member, name):
        value = member[name]
        if member._fields[name].type == "monetary":
            return format_amount(self.env, value, member.currency_id)
        if member._fields[name].type == "date":
            return self.env["ir.qweb.field.date"].value_to_html(value, {}) or ""
        return str(value)

    # === BUSINESS METHODS: MAY IT BE MERGED === #

    def _is_sure(self):
        self.ensure_one()
        return (
            self.state == "new"
            and self.code == "siren"
            and self.confidence >= SURE_FROM
            and self._is_identified()
        )

    def _is_identified(self):
        """Do all these contacts bear one and the same SIREN?"""
        member_model = self.env["collection.duplicate.member"]
        sirens = {member_model._get_siren(partner) for partner in self.partner_ids}
        return len(sirens) == 1 and "" not in sirens

    def _get_sirens(self):
        member_model = self.env["collection.duplicate.member"]
        return {member_model._get_siren(partner) for partner in self.partner_ids} - {""}

    def _get_blocker(self):
        """Return why these contacts cannot be merged by this user now, or ``False``."""
        self.ensure_one()
        partners = self.partner_ids
        if len(partners) < 2 or self.survivor_id not in partners:
            return self.env._("There is nothing left to merge: look again.")
        sirens = self._get_sirens()
        if len(sirens) > 1:
            return self.env._(
                "These contacts bear different SIRENs (%s): they are different "
                "companies.",
                ", ".join(sorted(sirens)),
            )
        # A collector may not read users, and only their number counts.
        users = partners.sudo().with_context(active_test=False).user_ids
        if len(users) > 1:
            return self.env._(
                "Several of these contacts have a user account: keep one account first."
            )
        if partners & partners.parent_id:
            return self.env._("One of these contacts belongs to another of them.")
        if self._needs_same_email() and not self.env.is_admin():
            return self.env._(
                "These contacts have different e-mails and no SIREN in common: only "
                "the administrator may merge them."
            )
        return False

    def _needs_same_email(self):
        """Does Odoo's check of e-mails hold here?

        It keeps strangers from being merged into each other: one SIREN, or e-mails
        that do not contradict each other, tell as much.
        """
        emails = {
            email.strip().lower() for email in self.partner_ids.mapped("email") if email
        }
        return len(emails) > 1 and not self._is_identified()

    def _check_may_merge(self):
        if not (self.env.su or self.env.user.has_group(MANAGER)):
            raise AccessError(
                self.env._(
                    "Merging contacts cannot be undone: only collection managers may. "
                    "Ask one of them."
                )
            )

    def _check_open(self):
        decided = self.filtered(lambda group: group.state != "new")
        if decided:
            raise UserError(
                self.env._(
                    "“%s” has already been decided: reload the list.", decided[0].name
                )
            )

    # === BUSINESS METHODS: MERGE === #

    def _merge(self):
        """Merge by Odoo's own means; tell on the contact kept what came from where."""
        self.ensure_one()
        survivor = self.survivor_id
        sources = self.partner_ids - survivor
        note = self._prepare_merge_note(sources)
        leftovers = self._prepare_leftovers(sources)
        self._share(sources | survivor)
        # Before: the merge tidies the groups that are still open.
        self._decide("merged", merge_note=note)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        for batch in split_every(MERGE_BATCH, sources.ids):
            # What the e-mails are checked for has been checked, see _get_blocker.
            wizard._merge([survivor.id, *batch], survivor, extra_checks=False)
        survivor._message_log(body=note)
        self.env["collection.enrichment.proposal"]._propose(leftovers)

    def _give_up(self, reason):
        # Groups are decided by methods only: nobody writes them by hand.
        self.sudo().failure = reason

    def _keep(self, partner):
        """Make ``partner`` the one that is kept."""
        self._check_open()
        # Access rights let users decide by methods only.
        self.sudo().survivor_id = partner

    @api.model
    def _share(self, partners):
        """Open to all companies what was partly so: receivables are everywhere."""
        if len({partner.company_id for partner in partners}) > 1:
            partners.filtered("company_id").company_id = False

    def _prepare_merge_note(self, sources):
        """Return the words of the merge: what, why, and each value not kept."""
        lines = Markup().join(
            Markup("<li>%s</li>") % self._describe_source(source) for source in sources
        )
        return Markup("<p>%s</p><ul>%s</ul>") % (
            self.env._(
                "%(user)s merged duplicates into this contact. Why: %(reason)s.",
                user=self.env.user.name,
                reason=self.reason,
            ),
            lines,
        )

    def _describe_source(self, source):
        labels = self._get_field_labels()
        lost = [
            f"{labels[name]}: {source[name]}"
            for name in COMPARED_FIELDS
            if self._is_lost(source, name)
        ]
        title = f"{source.display_name} (#{source.id})"
        if not lost:
            return title
        return self.env._(
            "%(contact)s, not kept: %(values)s", contact=title, values="; ".join(lost)
        )

    def _is_lost(self, source, name):
        own, other = self.survivor_id[name] or "", source[name] or ""
        return bool(own and other) and not is_same(name, own, other)

    def _prepare_leftovers(self, sources):
        """Return proposals of what the others say and the contact kept does not."""
        vals_list = []
        for source in sources:
            vals_list += [
                self._prepare_leftover(source, name, {name: source[name]})
                for name in PROPOSED_FIELDS
                if self._is_lost(source, name)
            ]
            if any(self._is_lost(source, name) for name in ADDRESS_FIELDS):
                address = {name: source[name] or "" for name in ADDRESS_FIELDS}
                vals_list.append(self._prepare_leftover(source, "address", address))
        return vals_list

    def _prepare_leftover(self, source, field_name, values):
        return {
            "partner_id": self.survivor_id.id,
            "company_id": self.company_id.id,
            "field_name": field_name,
            "values": values,
            "source": "merge",
            "source_detail": self.env._("Merged contact: %s", source.display_name),
            "confidence": 50,
        }

    def _decide(self, state, **values):
        """Move to ``state``; the one way the state changes."""
        # Access rights let users decide by methods only.
        self.sudo().write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
                "failure": False,
                **values,
            }
        )

    def _tell_result(self):
        failed = self.filtered("failure")
        merged = self.filtered(lambda group: group.state == "merged")
        message = self.env._("Groups merged: %s.", len(merged))
        if failed:
            message += " " + self.env._(
                "%(count)s left as they are. %(group)s: %(reason)s",
                count=len(failed),
                group=failed[0].name,
                reason=failed[0].failure,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if failed else "success",
                "sticky": bool(failed),
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _tidy(self, partner):
        """Make regular the open groups that a merge into ``partner`` has touched."""
        self.env.invalidate_all()
        groups = self.search(
            [("member_ids.partner_id", "in", partner.ids), ("state", "=", "new")]
        )
        for group in groups:
            first = group.member_ids.filtered(
                lambda member: member.partner_id == partner
            )[:1]
            doubles = group.member_ids.filtered(
                lambda member, first=first: member.partner_id == first.partner_id
            )
            (doubles - first).unlink()
            group.member_count = len(group.member_ids)
        groups.filtered(lambda group: group.member_count < 2).unlink()
