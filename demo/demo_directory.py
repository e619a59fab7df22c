from odoo import Command, models

from .addresses import ADDRESSES
from .catalogue import PRODUCTS
from .collection_demo import MODULE
from .references import DOMAIN, PAYMENT_TERMS, TAGS, USERS
from .stories import STORIES


class CollectionDemoDirectory(models.AbstractModel):
    """People, products, payment terms and debtors."""

    _inherit = "collection.demo"

    def _load_directory(self, company):
        self._create_users(company)
        self._create_products()
        self._create_payment_terms(company)
        self._create_named(
            "res.partner.category", "tag", {k: {"name": v} for k, v in TAGS.items()}
        )
        self._create_debtors()
        self._create_contacts()

    def _close_directory(self):
        """Do at last what would stand in the way of invoicing."""
        for story in STORIES:
            partner = self._get_named("partner", story.key)
            if story.blacklisted:
                self.env["mail.blacklist"]._add(partner.email)
            if story.archived:
                partner.action_archive()

    # === THE HOUSE === #

    def _create_users(self, company):
        self._create_named(
            "res.users",
            "user",
            {key: self._prepare_user(key, company) for key in USERS},
        )

    def _prepare_user(self, key, company):
        user = USERS[key]
        first, last = user.name.lower().split()
        return {
            "name": user.name,
            "login": key,
            "password": f"{key}-demo",
            "email": f"{first}.{last}@{DOMAIN}",
            "function": user.function,
            "phone": company.phone,
            "lang": "fr_FR",
            "tz": "Europe/Paris",
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
            "group_ids": [Command.set([self.env.ref(g).id for g in user.groups])],
            "notification_type": "inbox",
        }

    def _create_products(self):
        self._create_named(
            "product.product",
            "product",
            {
                key: {
                    "name": product.label,
                    "type": product.unit,
                    "list_price": product.price,
                    "purchase_ok": False,
                    "taxes_id": [Command.set(self.env.company.account_sale_tax_id.ids)],
                }
                for key, product in PRODUCTS.items()
            },
        )

    def _create_payment_terms(self, company):
        self._create_named(
            "account.payment.term",
            "term",
            {
                key: {
                    "name": name,
                    "company_id": company.id,
                    "line_ids": self._prepare_instalments(instalments),
                }
                for key, (name, instalments) in PAYMENT_TERMS.items()
            },
        )

    def _prepare_instalments(self, instalments):
        lines = [
            Command.create(
                {
                    "value": "percent",
                    "value_amount": line.percent,
                    "nb_days": line.days,
                    "delay_type": line.delay_type,
                }
            )
            for line in instalments
        ]
        return [Command.clear(), *lines]

    # === THE DEBTORS === #

    def _create_debtors(self):
        self._create_named(
            "res.partner",
            "partner",
            {story.key: self._prepare_debtor(story) for story in STORIES},
        )

    def _prepare_debtor(self, story):
        return {
            "name": story.name,
            "is_company": story.is_company,
            "comment": f"<p>{story.comment}</p>",
            "email": story.email_address,
            "phone": story.phone_number,
            "company_registry": story.company_registry,
            "vat": story.vat_number,
            "lang": self._get_language(story.lang),
            "message_bounce": story.bounces,
            "credit_limit": story.credit_limit,
            "user_id": self._get_named("user", story.salesperson).id,
            "property_payment_term_id": self._get_named("term", story.terms).id,
            "category_id": [Command.set([self._get_tag(tag).id for tag in story.tags])],
            **self._prepare_industry(story.industry),
            **self._prepare_address(story.town, story.missing),
        }

    def _get_tag(self, key):
        if key in TAGS:
            return self._get_named("tag", key)
        return self.env.ref(f"{MODULE}.partner_category_{key}")

    def _prepare_industry(self, letter):
        if not letter:
            return {}
        industry = self.env.ref(f"base.res_partner_industry_{letter}")
        return {"industry_id": industry.id}

    def _prepare_address(self, town, missing=()):
        address = ADDRESSES[town]
        values = {
            "street": address.street,
            "zip": address.zip,
            "city": address.city,
            "country_id": self.env.ref(f"base.{address.country}").id,
        }
        if address.state:
            values["state_id"] = self.env.ref(f"base.{address.state}").id
        return values | dict.fromkeys(missing, False)

    def _get_language(self, code):
        installed = dict(self.env["res.lang"].get_installed())
        return code if code in installed else "en_US"

    def _create_contacts(self):
        self._create_named(
            "res.partner",
            "contact",
            {
                f"{story.key}_{contact.key}": self._prepare_contact(story, contact)
                for story in STORIES
                for contact in story.contacts
            },
        )

    def _prepare_contact(self, story, contact):
        address = self._prepare_address(contact.address) if contact.address else {}
        return {
            "name": contact.name,
            "parent_id": self._get_named("partner", story.key).id,
            "type": contact.type,
            "function": contact.function,
            "collection_role": contact.role or False,
            "email": f"{contact.mailbox}@{story.domain}",
            "lang": self._get_language(story.lang),
            **address,
        }
