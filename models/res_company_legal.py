from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_amount

from ..tools.identifiers import siren_of
from ..tools.legal_forms import has_capital


class ResCompany(models.Model):
    """Who the company is in law, as letters and requests to a court have to say.

    Source: Code de commerce, R123-237 and R123-238.
    """

    _inherit = "res.company"

    collection_legal_form = fields.Char(
        string="Your legal form",
        help="As registered: SARL, SAS, association… An individual entrepreneur writes "
        "“entrepreneur individuel” or “EI”.",
    )
    collection_share_capital = fields.Monetary(
        string="Share capital",
        help="Companies with limited liability and joint stock companies print it on "
        "their letters.",
    )
    collection_rcs_town = fields.Char(
        string="Town of the register",
        help="Where you are in the trade register: “Lyon” for RCS Lyon. Empty if you "
        "are in none, such as an association.",
    )
    collection_legal_representative = fields.Char(
        string="Legal representative",
        help="First name, name and office: “Anne Perrin, gérante”.",
    )
    collection_legal_mention = fields.Char(
        string="Other mention",
        help="What the law has you add, for example “en liquidation” or "
        "“locataire-gérant”.",
    )

    @api.constrains("collection_share_capital")
    def _check_collection_share_capital(self):
        for company in self:
            if company.collection_share_capital < 0:
                raise ValidationError(
                    self.env._(
                        "The share capital of %s cannot be negative.",
                        company.display_name,
                    )
                )

    def _get_legal_identity(self):
        """Return what identifies the company in law, all of it text.

        :return: ``{name, form, capital, rcs_town, siren, seat, representative,
            mention}``; empty strings for what is not known
        """
        self.ensure_one()
        partner = self.partner_id
        capital = self.collection_share_capital
        return {
            "name": self.name,
            "form": self.collection_legal_form or "",
            "capital": format_amount(self.env, capital, self.currency_id)
            if capital
            else "",
            "rcs_town": self.collection_rcs_town or "",
            "siren": siren_of(self.company_registry, self.vat),
            "seat": partner._get_one_line_address(),
            "representative": self.collection_legal_representative or "",
            "mention": self.collection_legal_mention or "",
        }

    def _get_missing_legal_identity(self):
        """Return the names of what legal letters need and the company lacks."""
        self.ensure_one()
        identity = self._get_legal_identity()
        needed = ["siren", "form", "seat", "representative"]
        if has_capital(identity["form"]):
            needed.append("capital")
        if self.collection_is_trader:
            needed.append("rcs_town")
        labels = {
            "siren": self.env._("SIREN or SIRET number"),
            "form": self.env._("legal form"),
            "seat": self.env._("address of the registered office"),
            "representative": self.env._("legal representative"),
            "capital": self.env._("share capital"),
            "rcs_town": self.env._("town of the trade register"),
        }
        return [labels[name] for name in needed if not identity[name]]

    def _get_legal_mentions(self):
        """Return ``{form, rcs, other}``: what a legal block says, all of it text."""
        self.ensure_one()
        identity = self._get_legal_identity()
        form, register = identity["form"], identity["siren"]
        if form and identity["capital"]:
            form = self.env._(
                "%(form)s with a capital of %(capital)s",
                form=form,
                capital=identity["capital"],
            )
        if register and identity["rcs_town"]:
            register = self.env._(
                "%(siren)s RCS %(town)s",
                siren=register,
                town=identity["rcs_town"],
            )
        return {"form": form, "rcs": register, "other": identity["mention"]}
