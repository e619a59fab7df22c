from odoo import api, fields, models
from odoo.exceptions import ValidationError

TEMPLATE = "l10n_fr_debt_collection.mail_template_formal_notice"
DAYS_CODE = "formal_notice_days"


class ResCompany(models.Model):
    """What formal notices say, what they enclose and what follows one left unpaid."""

    _inherit = "res.company"

    collection_notice_days = fields.Integer(
        string="Days to pay",
        help="From the date of a formal notice to its pay-by date. 0: the usual number "
        "in the legal parameters.",
    )
    collection_notice_default_from = fields.Selection(
        [
            ("presented", "First presentation, else posting"),
            ("posted", "Posting"),
        ],
        string="In default from",
        default="presented",
        required=True,
        help="The day from which the debtor of a formal notice is in default.",
    )
    collection_notice_template_id = fields.Many2one(
        "mail.template",
        string="Words of the notice",
        domain="[('model', '=', 'collection.action')]",
        help="Subject and first paragraphs of notices made by hand. Title, demand, "
        "figures and articles of law are added below. Empty: the words of the module.",
    )
    collection_notice_signatory = fields.Char(
        string="Notices are signed by",
        help="Name and office. Empty: the collector of the case.",
    )
    collection_notice_encloses_statement = fields.Boolean(
        string="Enclose the detailed statement of claim", default=True
    )
    collection_notice_encloses_invoices = fields.Boolean(
        string="Enclose copies of the invoices", default=True
    )
    collection_notice_quotes_costs = fields.Boolean(
        string="Quote the text on recovery costs",
        help="Second and third paragraphs of article L111-8 of the Code des procédures "
        "civiles d'exécution. Always quoted on behalf of others.",
    )
    collection_for_others = fields.Boolean(
        string="Collects for others",
        help="Collection on behalf of others is regulated: articles L124-1 and R124-1 "
        "and following of the Code des procédures civiles d'exécution.",
    )
    collection_activity = fields.Char(
        string="Your activity",
        help="As notices on behalf of others have to name it (article R124-4).",
    )
    collection_notice_follow_up = fields.Selection(
        [
            ("activity", "A task: decide what follows"),
            ("step", "A step of the scenario"),
            ("none", "Nothing"),
        ],
        string="When it stays unpaid",
        default="activity",
        required=True,
    )
    collection_notice_step_id = fields.Many2one(
        "collection.step",
        string="Step that follows",
        check_company=True,
        help="Requested on the case the day after the pay-by date.",
    )

    collection_cost_formal_notice = fields.Monetary(
        string="Cost of a formal notice", default=8.0
    )

    @api.constrains("collection_notice_days")
    def _check_collection_notice_days(self):
        for company in self:
            if company.collection_notice_days < 0:
                raise ValidationError(
                    self.env._(
                        "Formal notices of %s: the days to pay cannot be negative.",
                        company.display_name,
                    )
                )

    @api.constrains("collection_notice_follow_up", "collection_notice_step_id")
    def _check_collection_notice_step(self):
        for company in self:
            if (
                company.collection_notice_follow_up == "step"
                and not company.collection_notice_step_id
            ):
                raise ValidationError(
                    self.env._(
                        "Choose the step that follows an unpaid formal notice of %s.",
                        company.display_name,
                    )
                )

    def _get_notice_days(self, day):
        """Return the days a debtor gets to pay by a notice of ``day``."""
        self.ensure_one()
        parameters = self.env["collection.legal.parameter"]
        return self.collection_notice_days or int(parameters._get_value(DAYS_CODE, day))

    def _get_notice_template(self):
        """Return the words of notices made by hand: of the company, else shipped."""
        self.ensure_one()
        return self.collection_notice_template_id or self.env.ref(TEMPLATE)
