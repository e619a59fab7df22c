from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_doubtful_accounts = fields.Char(
        string="Accounts of doubtful debtors",
        default="416",
        help="How the codes of the receivable accounts of doubtful debtors begin, "
        "separated by commas: the ageing balance shows them apart.",
    )
    collection_bill_accounts = fields.Char(
        string="Accounts of bills receivable",
        default="413",
        help="How the codes of the receivable accounts of bills of exchange begin, "
        "separated by commas: the ageing balance shows them apart.",
    )

    def _get_account_prefixes(self, field_name):
        """Return the beginnings of account codes in ``field_name`` as a tuple."""
        self.ensure_one()
        codes = (self[field_name] or "").split(",")
        return tuple(code.strip() for code in codes if code.strip())
