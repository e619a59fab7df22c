from odoo import Command
from odoo.tests import HttpCase

from .common import CollectionCommon


class DebtorPageCommon(CollectionCommon, HttpCase):
    """A company with a bank account and a provider that takes payments on line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank = cls.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": cls.company.partner_id.id,
            }
        )
        cls.provider = cls._make_provider()

    @classmethod
    def _make_provider(cls):
        redirect_form = cls.env["ir.ui.view"].create(
            {
                "name": "Dummy redirect form",
                "type": "qweb",
                "arch": '<form action="dummy" method="post"/>',
            }
        )
        method = cls.env.ref("payment.payment_method_unknown").sudo()
        provider = (
            cls.env["payment.provider"]
            .sudo()
            .create(
                {
                    "name": "Dummy",
                    "code": "none",
                    "state": "test",
                    "is_published": True,
                    "company_id": cls.company.id,
                    "payment_method_ids": [Command.set(method.ids)],
                    "redirect_form_view_id": redirect_form.id,
                }
            )
        )
        method.active = True
        cls._create_dummy_payment_method_for_provider(
            provider=provider, journal=cls.company_data["default_journal_bank"]
        )
        provider.journal_id.inbound_payment_method_line_ids.filtered(
            lambda line: line.payment_provider_id == provider
        ).payment_account_id = cls.inbound_payment_method_line.payment_account_id
        return provider
