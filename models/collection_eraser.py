from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

SHOWN_DOCUMENTS = 5
# What reaches or describes a person, and what says who he is.
CONTACT_VALUES = {
    "barcode": False,
    "category_id": [(5,)],
    "collection_role": False,
    "comment": False,
    "email": False,
    "function": False,
    "image_1920": False,
    "phone": False,
    "website": False,
}
IDENTITY_VALUES = {
    "city": False,
    "company_registry": False,
    "ref": False,
    "state_id": False,
    "street": False,
    "street2": False,
    "vat": False,
    "zip": False,
}
# Rows about a contact or a case that go as a whole: (model, field, part of the scope).
ROWS = (
    ("collection.enrichment.proposal", "partner_id", "persons"),
    ("collection.value.source", "partner_id", "persons"),
    ("collection.data.issue", "case_id", "cases"),
    ("collection.data.issue", "contact_id", "persons"),
)
# Texts about a case whose row stays: {model: field}.
TEXTS_OF_CASES = {
    "collection.hold": "name",
    "collection.run.log": "message",
    "collection.data.job.item": "message",
}


@dataclass(frozen=True)
class Scope:
    """What one erasure is about, all companies together."""

    debtors: models.BaseModel
    persons: models.BaseModel
    cases: models.BaseModel
    actions: models.BaseModel
    # {contact id: last day on which accounting documents need its name}
    kept_until: dict


class CollectionEraser(models.AbstractModel):
    """Erases what collection holds on persons; figures stay, and accounting's names.

    A debtor who is a natural person goes with his contacts. Of one that is a company
    the contacts go: what is known of a company is no personal data.
    """

    _name = "collection.eraser"
    _description = "Erasure of personal data"

    # === WHAT IT IS ABOUT === #

    @api.model
    def _get_scope(self, partners):
        """Return the :class:`Scope` of an erasure of these contacts."""
        # A person is the same one in every company, whoever may see which.
        partners = partners.sudo().with_context(active_test=False)
        debtors = partners.filtered(lambda p: p == p.commercial_partner_id)
        family = partners.search([("commercial_partner_id", "in", debtors.ids)])
        persons = (partners - debtors) | family.filtered(self._is_person)
        cases = self._sudo("collection.case").search(
            [("partner_id", "in", debtors.ids)]
        )
        actions = self._sudo("collection.action").search(
            [
                "|",
                ("case_id", "in", cases.ids),
                ("recipient_id", "in", persons.ids),
            ]
        )
        return Scope(debtors, persons, cases, actions, self._get_kept_until(persons))

    @api.model
    def _sudo(self, model):
        # The manager erases everywhere: in other companies, in colleagues' messages.
        return self.env[model].sudo().with_context(active_test=False)

    @api.model
    def _is_person(self, partner):
        """Return whether a contact is a natural person, or belongs to one."""
        if partner.commercial_partner_id._is_natural_person():
            return True
        return not partner.is_company and partner.type == "contact"

    @api.model
    def _get_kept_until(self, persons):
        """Return until when accounting documents keep the names they bear."""
        groups = self._sudo("account.move.line")._read_group(
            [("partner_id", "in", persons.ids), ("parent_state", "=", "posted")],
            ["partner_id", "company_id"],
            ["date:max"],
        )
        for name in ("partner_id", "partner_shipping_id"):
            groups += self._sudo("account.move")._read_group(
                [(name, "in", persons.ids), ("state", "=", "posted")],
                [name, "company_id"],
                ["date:max"],
            )
        kept = {}
        for person, company, day in groups:
            end = company._get_accounting_end(day)
            if end >= company._get_collection_today():
                kept[person.id] = max(end, kept.get(person.id, end))
        return kept

    # === WHAT IS IN THE WAY === #

    @api.model
    def _find_blockers(self, scope):
        """Return ``{contact: sentence}`` of those that may not be erased yet."""
        return {
            **self._find_open_debts(scope),
            **self._find_people_of_the_house(scope),
        }

    @api.model
    def _find_open_debts(self, scope):
        lines = self._sudo("account.move.line").search(
            [
                ("partner_id.commercial_partner_id", "in", scope.debtors.ids),
                ("account_type", "in", ("asset_receivable", "liability_payable")),
                ("parent_state", "in", ("draft", "posted")),
                ("reconciled", "=", False),
                "|",
                ("amount_residual", "!=", 0),
                ("parent_state", "=", "draft"),
            ],
            order="date, id",
        )
        by_debtor = lines.grouped(lambda line: line.partner_id.commercial_partner_id)
        return {
            debtor: self.env._(
                "%(debtor)s has open items: %(documents)s. They have to be paid, "
                "written off or cancelled first.",
                debtor=debtor.display_name,
                documents=self._name_documents(own.move_id),
            )
            for debtor, own in by_debtor.items()
        }

    @api.model
    def _name_documents(self, moves):
        """Name documents; those of companies the user is not in are only counted."""
        mine = moves.filtered(lambda move: move.company_id in self.env.companies)
        names = mine[:SHOWN_DOCUMENTS].mapped("display_name")
        others = len(moves) - len(names)
        if others:
            names.append(self.env._("%s more", others))
        return ", ".join(names)

    @api.model
    def _find_people_of_the_house(self, scope):
        users = self._sudo("res.users").search(
            [("partner_id", "in", scope.persons.ids), ("active", "=", True)]
        )
        companies = self._sudo("res.company").search(
            [("partner_id", "in", (scope.persons | scope.debtors).ids)]
        )
        return {
            user.partner_id: self.env._(
                "%s can log in: archive the user first.", user.name
            )
            for user in users
        } | {
            company.partner_id: self.env._("%s is one of your companies.", company.name)
            for company in companies
        }

    # === WHAT GOES === #

    @api.model
    def _get_rows(self, scope):
        """Return ``{label: records}`` of what is deleted."""
        rows = {
            self.env._("messages"): self._get_messages(scope),
            self.env._("activities"): self._get_activities(scope),
            self.env._("files"): self._get_files(scope),
            self.env._("registry data"): self._get_registry_rows(scope),
            self.env._("comparisons"): self._sudo("collection.duplicate.member")
            .search([("partner_id", "in", scope.persons.ids)])
            .group_id,
        }
        labels = {
            "collection.enrichment.proposal": self.env._("proposals"),
            "collection.value.source": self.env._("sources of values"),
            "collection.data.issue": self.env._("data issues"),
        }
        for model, field, part in ROWS:
            label = labels[model]
            found = self._sudo(model).search([(field, "in", getattr(scope, part).ids)])
            rows[label] = rows.get(label, found) | found
        return rows

    @api.model
    def _get_messages(self, scope):
        exchanges = Domain("author_id", "in", scope.persons.ids) | Domain(
            "partner_ids", "in", scope.persons.ids
        )
        return self._sudo("mail.message").search(
            self._get_thread_domain("model", scope)
            | (Domain("model", "=", "collection.case") & exchanges)
        )

    @api.model
    def _get_activities(self, scope):
        return self._sudo("mail.activity").search(
            self._get_thread_domain("res_model", scope)
        )

    @api.model
    def _get_files(self, scope):
        """Return letters, enclosures and the merged letters of whole runs.

        The letters of the others can be merged again from their actions.
        """
        files = self._sudo("ir.attachment").search(
            self._get_thread_domain("res_model", scope)
            | Domain("res_model", "=", "collection.action")
            & Domain("res_id", "in", scope.actions.ids)
        )
        return files | scope.actions.run_id.letter_attachment_id

    @api.model
    def _get_thread_domain(self, model_field, scope):
        return (
            Domain(model_field, "=", "collection.case")
            & Domain("res_id", "in", scope.cases.ids)
        ) | (
            Domain(model_field, "=", "res.partner")
            & Domain("res_id", "in", scope.persons.ids)
        )

    @api.model
    def _get_registry_rows(self, scope):
        """Return what registers say of debtors who are natural persons."""
        personal = scope.cases.filtered(
            lambda case: case.partner_id._is_natural_person()
        )
        records = personal.registry_record_id
        shared = self._sudo("collection.case").search(
            [
                ("registry_record_id", "in", records.ids),
                ("id", "not in", personal.ids),
            ]
        )
        return records - shared.registry_record_id

    @api.model
    def _count(self, scope):
        """Return ``[(what, how many)]`` of what an erasure takes away."""
        counts = [
            (self.env._("contacts"), len(scope.persons)),
            (self.env._("texts of actions"), len(scope.actions)),
            *((label, len(rows)) for label, rows in self._get_rows(scope).items()),
        ]
        return [(label, count) for label, count in counts if count]

    # === ERASE === #

    @api.model
    def _erase(self, partners, ground):
        """Erase what is held on these contacts, in this transaction, and log it.

        :param ground: why, one of the log's grounds
        :raise UserError: one of them may not be erased; the message says why
        """
        scope = self._get_scope(partners)
        blockers = self._find_blockers(scope)
        if blockers:
            raise UserError("\n".join(blockers.values()))
        counts = self._count(scope)
        self._erase_bank_accounts(scope)
        self._erase_contacts(scope)
        scope.actions._erase_words()
        scope.cases.note = False
        for model, field in TEXTS_OF_CASES.items():
            texts = self._sudo(model).search([("case_id", "in", scope.cases.ids)])
            texts[field] = self.env._("Erased")
        self._delete_rows(scope)
        self._log(partners, scope, ground, counts)

    @api.model
    def _delete_rows(self, scope):
        for rows in self._get_rows(scope).values():
            if "event_ids" in rows._fields:
                rows.event_ids.unlink()
            # Deleting a message deletes its files.
            rows.exists().unlink()
        self._sudo("mail.followers").search(
            [("partner_id", "in", scope.persons.ids)]
        ).unlink()

    @api.model
    def _erase_contacts(self, scope):
        today = fields.Date.context_today(self)
        # No trace of the old values: neither tracking nor checks of what is empty.
        persons = scope.persons.with_context(
            tracking_disable=True, no_vat_validation=True
        )
        named = persons.filtered(lambda person: person.id in scope.kept_until)
        persons.write(CONTACT_VALUES | {"active": False})
        (persons - named).write(IDENTITY_VALUES)
        for person in persons - named:
            person.name = self.env._("Anonymised debtor #%s", person.id)
        persons.write({"collection_anonymised_on": today, "lang": persons.env.lang})
        for day, group in named.grouped(
            lambda person: scope.kept_until[person.id]
        ).items():
            group.collection_name_kept_until = day
        (persons - named).collection_name_kept_until = False

    @api.model
    def _erase_bank_accounts(self, scope):
        nameless = scope.persons.filtered(lambda p: p.id not in scope.kept_until)
        for bank in nameless.bank_ids.with_context(tracking_disable=True):
            bank.write({"acc_number": f"ERASED-{bank.id}", "acc_holder_name": False})

    @api.model
    def _log(self, partners, scope, ground, counts):
        summary = ", ".join(f"{count} {label}" for label, count in counts)
        self._sudo("collection.erasure.log").create(
            [
                {
                    "user_id": self.env.uid,
                    "partner_number": partner.id,
                    "ground": ground,
                    "name_kept_until": scope.kept_until.get(partner.id),
                    "summary": summary,
                }
                for partner in partners
            ]
        )
