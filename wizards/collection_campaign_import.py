import base64

from odoo import fields, models
from odoo.exceptions import UserError

from ..models.collection_enrichment_file import Line
from ..tools.provider_file import (
    IDENTIFIERS,
    ProviderFileError,
    guess_columns,
    read_table,
)

SHOWN_PROBLEMS = 20


class CollectionCampaignImport(models.TransientModel):
    """Takes in a list of debtors as the selection of a campaign.

    Debtors are told by SIRET, SIREN, VAT number, reference or e-mail address.
    """

    _name = "collection.campaign.import"
    _description = "List of debtors of a campaign"

    campaign_id = fields.Many2one(
        "collection.campaign", required=True, ondelete="cascade"
    )
    file = fields.Binary(string="CSV file", attachment=False)
    file_name = fields.Char()
    found_count = fields.Integer(string="Debtors found", readonly=True)
    problems = fields.Text(string="Lines not understood", readonly=True)
    is_checked = fields.Boolean(readonly=True)
    case_ids = fields.Many2many("collection.case", readonly=True)

    # === ACTION METHODS === #

    def action_check(self):
        """Read the file and show what was found; nothing is selected yet."""
        self.ensure_one()
        lines = self._read_lines()
        partners = self.env["res.partner"].browse(
            line.partner.id for line in lines if line.partner
        )
        cases = self.env["collection.case"].search(
            [
                ("partner_id", "in", partners.commercial_partner_id.ids),
                ("company_id", "=", self.campaign_id.campaign_company_id.id),
            ]
        )
        self.write(
            {
                "case_ids": [fields.Command.set(cases.ids)],
                "found_count": len(cases),
                "problems": self._describe_problems(lines, cases),
                "is_checked": True,
            }
        )
        return self._reopen()

    def action_select(self):
        """Make the debtors that were found the selection of the campaign."""
        self.ensure_one()
        if not self.case_ids:
            raise UserError(
                self.env._("No debtor of the list is known: look at its identifiers.")
            )
        self.campaign_id.is_imported = True
        self.campaign_id._select(self.case_ids)
        return self.campaign_id.get_formview_action()

    # === BUSINESS METHODS === #

    def _read_lines(self):
        if not self.file:
            raise UserError(self.env._("Choose the file first."))
        try:
            table = read_table(base64.b64decode(self.file), fewest_columns=1)
        except ProviderFileError as error:
            worker = self.env["collection.data.worker.import"]
            raise UserError(worker._explain(error)) from error
        columns = guess_columns(table.header)
        if not set(columns) & set(IDENTIFIERS):
            raise UserError(
                self.env._(
                    "No column of the file tells the debtors: name one SIRET, SIREN, "
                    "VAT number, reference or e-mail."
                )
            )
        reader = self.env["collection.enrichment.file"]
        lines = [
            Line(number, reader._get_cells(cells, columns))
            for number, cells in table.rows
        ]
        reader._match(lines)
        return lines

    def _describe_problems(self, lines, cases):
        known = cases.partner_id
        problems = [
            (line.number, text) for line in lines for _code, text in line.problems
        ] + [
            (line.number, self.env._("This contact owes nothing."))
            for line in lines
            if line.partner and line.partner.commercial_partner_id not in known
        ]
        words = [
            self.env._("Line %(number)s: %(problem)s", number=number, problem=text)
            for number, text in sorted(problems)
        ]
        if len(words) > SHOWN_PROBLEMS:
            more = len(words) - SHOWN_PROBLEMS
            words = [*words[:SHOWN_PROBLEMS], self.env._("%s more", more)]
        return "\n".join(words)

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("List of debtors"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
