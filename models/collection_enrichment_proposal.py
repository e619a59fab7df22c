from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.comparison import is_same
from .collection_value_source import SOURCES

ADDRESS = ("street", "street2", "zip", "city")


class CollectionEnrichmentProposal(models.Model):
    """A value some source offers for a field of a contact, to accept or refuse.

    Nothing overwrites a contact in silence: whatever a register, a file or the cleaning
    offers comes here, and rules or persons decide. An address is one value.
    """

    _name = "collection.enrichment.proposal"
    _description = "Enrichment proposal"
    _inherit = ["collection.access.logged"]
    _order = "case_id, id"
    _rec_name = "new_value"

    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    case_id = fields.Many2one(
        "collection.case", readonly=True, index="btree_not_null", ondelete="set null"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_overdue = fields.Monetary(related="case_id.amount_overdue")
    field_name = fields.Selection(
        selection="_get_field_selection", string="Field", required=True, readonly=True
    )
    contact_role = fields.Selection(
        selection=lambda self: (
            self.env["res.partner"]
            ._fields["collection_role"]
            ._description_selection(self.env)
        ),
        string="For the contact",
        readonly=True,
        help="The value is for the contact with this role, made if there is none.",
    )
    contact_name = fields.Char(readonly=True)
    target_label = fields.Char(
        string="What",
        compute="_compute_target_label",
        help="The field, and the contact it is for.",
    )
    old_value = fields.Char(string="Current value", readonly=True)
    new_value = fields.Char(string="Proposed value", required=True, readonly=True)
    values = fields.Json(
        readonly=True, help="What is written on the contact: {field: value}."
    )
    source = fields.Selection(SOURCES, required=True, readonly=True, index=True)
    source_detail = fields.Char(string="Detail", readonly=True)
    source_date = fields.Date(required=True, readonly=True)
    confidence = fields.Integer(
        string="Confidence (%)", readonly=True, default=100, aggregator="avg"
    )
    note = fields.Char(string="Why", readonly=True)
    state = fields.Selection(
        [
            ("pending", "To decide"),
            ("accepted", "Accepted"),
            ("refused", "Refused"),
            ("outdated", "Outdated"),
        ],
        default="pending",
        required=True,
        readonly=True,
        index=True,
    )
    is_automatic = fields.Boolean(string="By rule", readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    failure = fields.Char(
        readonly=True, help="Why the value could not be written on the contact."
    )
    job_id = fields.Many2one(
        "collection.data.job", readonly=True, index="btree_not_null"
    )

    _pending_uniq = models.UniqueIndex(
        "(partner_id, field_name, COALESCE(contact_role, ''), source)"
        " WHERE state = 'pending'",
        "This source has already proposed a value for this field.",
    )
    _refused_idx = models.Index(
        "(partner_id, field_name, new_value) WHERE state = 'refused'"
    )

    @api.model
    def _get_field_selection(self):
        labels = {
            "name": self.env._("Name"),
            "address": self.env._("Address"),
            "street": self.env._("Street"),
            "street2": self.env._("Street 2"),
            "zip": self.env._("Postcode"),
            "city": self.env._("Town"),
            "phone": self.env._("Phone"),
            "email": self.env._("E-mail"),
            "company_registry": self.env._("SIRET"),
            "vat": self.env._("VAT number"),
            "website": self.env._("Website"),
            "function": self.env._("Job position"),
        }
        return list(labels.items())

    # === COMPUTE METHODS === #

    @api.depends("field_name", "contact_role")
    @api.depends_context("lang")
    def _compute_target_label(self):
        names = dict(self._fields["field_name"]._description_selection(self.env))
        roles = dict(self._fields["contact_role"]._description_selection(self.env))
        for proposal in self:
            proposal.target_label = " · ".join(
                filter(
                    None,
                    (
                        names.get(proposal.field_name),
                        roles.get(proposal.contact_role),
                    ),
                )
            )

    # === ACTION METHODS === #

    def action_accept(self):
        """Write the proposed values on the contacts; tell what could not be written."""
        self._accept()
        failed = self.filtered("failure")
        if not failed:
            return True
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "message": self.env._(
                    "%(failed)s of %(total)s values could not be written. "
                    "%(contact)s: %(reason)s",
                    failed=len(failed),
                    total=len(self),
                    contact=failed[0].partner_id.display_name,
                    reason=failed[0].failure,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_refuse(self):
        """Refuse: the same value is not proposed again for this field."""
        self._decide("refused")
        return True

    # === BUSINESS METHODS: PROPOSE === #

    @api.model
    def _propose(self, vals_list, decide=True):
        """Make proposals of what differs from the contacts, and apply the rules.

        :param vals_list: dictionaries with ``partner_id``, ``field_name``, ``source``
            and ``new_value``, or ``values`` for an address; the other fields if known
        :param decide: whether the rules decide at once what they can decide
        :return: the proposals made, decided or not
        """
        prepared = self._prepare_fresh(vals_list)
        self._supersede(prepared)
        # Jobs and collectors make proposals; who reads them may not write them by hand.
        proposals = self.sudo().create(prepared).with_env(self.env)
        if decide:
            proposals._apply_rules()
        return proposals

    @api.model
    def _prepare_fresh(self, vals_list):
        """Return the values of what would be proposed: nothing known or refused."""
        return self._drop_refused(
            self._find_targets([self._prepare(vals) for vals in vals_list])
        )

    @api.model
    def _prepare(self, vals):
        values = vals.get("values") or {vals["field_name"]: vals["new_value"]}
        values = {name: " ".join((text or "").split()) for name, text in values.items()}
        return {
            "company_id": self.env.company.id,
            "source_date": fields.Date.context_today(self),
            "confidence": 100,
            "contact_role": False,
            **vals,
            "values": values,
            "new_value": self._join(vals["field_name"], values),
        }

    @api.model
    def _join(self, field_name, values):
        """Return ``values`` as one line."""
        if field_name != "address":
            return values.get(field_name) or ""
        town = " ".join(filter(None, (values.get("zip"), values.get("city"))))
        return ", ".join(
            filter(None, (values.get("street"), values.get("street2"), town))
        )

    @api.model
    def _find_targets(self, prepared):
        """Add contact, case and current value; leave out what the contact bears."""
        partners = self.env["res.partner"].browse(
            {vals["partner_id"] for vals in prepared}
        )
        contacts = self._find_role_contacts(partners, prepared)
        cases = self._find_cases(partners)
        fresh = []
        for vals in prepared:
            partner = partners.browse(vals["partner_id"])
            debtor = partner.commercial_partner_id
            role = vals["contact_role"]
            target = contacts.get((debtor.id, role)) if role else partner
            if target:
                vals.update(partner_id=target.id, contact_role=False)
            current = {name: (target and target[name]) or "" for name in vals["values"]}
            vals["old_value"] = self._join(vals["field_name"], current)
            vals["case_id"] = cases.get((debtor.id, vals["company_id"]))
            if vals["new_value"] and self._differs(vals, current):
                fresh.append(vals)
        return fresh

    @api.model
    def _find_role_contacts(self, partners, prepared):
        roles = {vals["contact_role"] for vals in prepared} - {False, None}
        if not roles:
            return {}
        contacts = self.env["res.partner"].search(
            Domain("commercial_partner_id", "in", partners.commercial_partner_id.ids)
            & Domain("collection_role", "in", list(roles)),
            order="id desc",
        )
        return {
            (contact.commercial_partner_id.id, contact.collection_role): contact
            for contact in contacts
        }

    @api.model
    def _find_cases(self, partners):
        cases = self.env["collection.case"].search_fetch(
            [("partner_id", "in", partners.commercial_partner_id.ids)],
            ["partner_id", "company_id"],
        )
        return {(case.partner_id.id, case.company_id.id): case.id for case in cases}

    @api.model
    def _drop_refused(self, prepared):
        """Leave out what was refused, and all but the last word of a source."""
        fresh = {self._get_key(vals): vals for vals in prepared}
        refused = self.search_fetch(
            [
                ("state", "=", "refused"),
                ("partner_id", "in", [vals["partner_id"] for vals in fresh.values()]),
            ],
            ["partner_id", "field_name", "contact_role", "new_value"],
        )
        refusals = {
            (*proposal._get_target(), proposal.new_value) for proposal in refused
        }
        return [
            vals
            for key, vals in fresh.items()
            if (*key[:3], vals["new_value"]) not in refusals
        ]

    @api.model
    def _differs(self, offer, current):
        """Does ``offer`` say something else than the ``current`` values of a contact?

        The writing, and which field holds what, is what cleaning is about.
        """
        if offer["source"] == "cleaning":
            return current != offer["values"]
        name = offer["field_name"]
        return not is_same(
            name, self._join(name, current), self._join(name, offer["values"])
        )

    @api.model
    def _get_key(self, vals):
        return (
            vals["partner_id"],
            vals["field_name"],
            vals["contact_role"],
            vals["source"],
        )

    def _get_target(self):
        self.ensure_one()
        return self.partner_id.id, self.field_name, self.contact_role

    @api.model
    def _supersede(self, prepared):
        """Retire what the same sources had proposed for the same fields."""
        keys = {self._get_key(vals) for vals in prepared}
        pending = self.search(
            [
                ("state", "=", "pending"),
                ("partner_id", "in", [vals["partner_id"] for vals in prepared]),
            ]
        )
        pending.filtered(
            lambda proposal: (*proposal._get_target(), proposal.source) in keys
        )._decide("outdated")
        self.flush_model(["state"])

    def _apply_rules(self):
        rules = self.env["collection.enrichment.rule"].search(Domain.TRUE)
        by_policy = self.grouped(rules._get_policy)
        for policy, decide in (
            ("accept", type(self)._accept),
            ("ignore", type(self).action_refuse),
        ):
            chosen = by_policy.get(policy, self.browse())
            # Proposals are decided by methods only: nobody writes them by hand.
            chosen.sudo().is_automatic = True
            decide(chosen)

    # === BUSINESS METHODS: DECIDE === #

    def _accept(self):
        """Write the pending values, all or each alone; keep why one cannot be written.

        A contact that refuses a value stops no other.
        """
        pending = self.filtered(lambda proposal: proposal.state == "pending")
        if pending:
            self.env["collection.batch"]._one_by_one_on_error(
                pending, type(self)._write_values, type(self)._give_up
            )

    def _write_values(self):
        self._make_contacts()
        values_by_partner = defaultdict(dict)
        for proposal in self:
            values_by_partner[proposal.partner_id].update(proposal.values)
        for partner, values in values_by_partner.items():
            partner.write(values)
        self._book_sources()
        # The contacts have been written as the user: what follows is bookkeeping.
        self.sudo().failure = False
        self._decide("accepted")
        self._retire_rivals()

    def _make_contacts(self):
        """Make the contacts whose role nobody holds yet and aim the values at them."""
        orphans = self.filtered("contact_role")
        groups = orphans.grouped(
            lambda proposal: (
                proposal.partner_id.commercial_partner_id,
                proposal.contact_role,
            )
        )
        contacts = self.env["res.partner"].create(
            [
                {
                    "parent_id": debtor.id,
                    "type": "contact",
                    "collection_role": role,
                    "name": proposals._get_contact_name(),
                }
                for (debtor, role), proposals in groups.items()
            ]
        )
        for contact, proposals in zip(contacts, groups.values(), strict=True):
            # The contact has been made as the user: what follows is bookkeeping.
            proposals.sudo().write({"partner_id": contact.id, "contact_role": False})

    def _get_contact_name(self):
        names = [
            proposal.values.get("name") or proposal.contact_name for proposal in self
        ]
        role = dict(self._fields["contact_role"]._description_selection(self.env))
        return next(filter(None, names), role[self[:1].contact_role])

    def _book_sources(self):
        self.env["collection.value.source"]._book(
            [
                {
                    "partner_id": proposal.partner_id.id,
                    "field_name": name,
                    "value": value,
                    "source": proposal.source,
                    "source_detail": proposal.source_detail,
                    "date": proposal.source_date,
                }
                for proposal in self
                for name, value in proposal.values.items()
                if value
            ]
        )

    def _retire_rivals(self):
        """Retire what others propose for the same fields when they say the same."""
        rivals = self.search(
            [("state", "=", "pending"), ("partner_id", "in", self.partner_id.ids)]
        )
        rivals.filtered(
            lambda rival: (
                not self._differs(
                    rival,
                    {name: rival.partner_id[name] or "" for name in rival.values},
                )
            )
        )._decide("outdated")

    def _give_up(self, reason):
        # Rights were checked by the write that failed.
        self.sudo().failure = reason

    def _decide(self, state):
        """Move to ``state`` what is still to decide; the one way the state changes."""
        # Access rights let collectors decide by these methods only.
        self.filtered(lambda proposal: proposal.state == "pending").sudo().write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )
        self.case_id._request_review()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        if any(proposal.state == "accepted" for proposal in self):
            raise UserError(
                self.env._("An accepted proposal is the proof of a value: it is kept.")
            )
