import base64
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ..tools.provider_file import (
    IDENTIFIERS,
    VALUES,
    ProviderFileError,
    guess_columns,
    read_table,
)

PREVIEW_LINES = 8
CHECK_BATCH = 5000


class CollectionEnrichmentImport(models.TransientModel):
    """Takes in what a supplier knows of debtors: nothing is written, all is proposed.

    The columns are guessed, the whole file is checked, then a job makes the proposals.
    """

    _name = "collection.enrichment.import"
    _description = "Import of a supplier's file"

    file = fields.Binary(string="CSV file", attachment=False)
    file_name = fields.Char()
    supplier = fields.Char(
        help="Who the data come from. Kept with every value: a debtor may ask for it."
    )
    date = fields.Date(
        string="Date of the data", default=fields.Date.context_today, required=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    delimiter = fields.Selection(
        [
            (";", "Semicolon"),
            (",", "Comma"),
            ("tab", "Tabulation"),
            ("|", "Bar"),
        ],
        help="What separates the columns. Found by itself; change it if it is wrong.",
    )
    confidence = fields.Integer(
        string="Trust in this supplier (%)",
        default=80,
        help="The enrichment rules accept by themselves from a confidence of 80 %.",
    )
    default_role = fields.Selection(
        selection=lambda self: (
            self.env["res.partner"]
            ._fields["collection_role"]
            ._description_selection(self.env)
        ),
        string="Role of the contacts",
        required=True,
        default="payables",
        help="Of the persons whose role or job position the file does not tell.",
    )
    encoding = fields.Char(readonly=True)
    column_ids = fields.One2many("collection.enrichment.import.column", "wizard_id")
    line_count = fields.Integer(string="Lines", readonly=True)
    matched_count = fields.Integer(string="With their contact", readonly=True)
    unmatched_count = fields.Integer(string="Without contact", readonly=True)
    ambiguous_count = fields.Integer(string="With several contacts", readonly=True)
    invalid_count = fields.Integer(string="Values not usable", readonly=True)
    preview = fields.Html(readonly=True, sanitize=False)
    is_checked = fields.Boolean(readonly=True)

    _confidence_is_percent = models.Constraint(
        "CHECK(confidence BETWEEN 0 AND 100)", "Confidence is a percentage."
    )

    # === ONCHANGE METHODS === #

    @api.onchange("file", "delimiter")
    def _onchange_file(self):
        """Read the file again and guess what its columns are."""
        self.is_checked = False
        self.column_ids = [fields.Command.clear()]
        if not self.file:
            return None
        try:
            table = self._read_table()
        except UserError as error:
            return {"warning": {"title": self.env._("File"), "message": str(error)}}
        self.encoding = table.encoding
        self.delimiter = "tab" if table.delimiter == "\t" else table.delimiter
        self.line_count = len(table.rows)
        self.column_ids = [
            fields.Command.create(values) for values in self._prepare_columns(table)
        ]
        return None

    @api.onchange("column_ids", "default_role", "company_id", "confidence")
    def _onchange_columns(self):
        self.is_checked = False

    # === ACTION METHODS === #

    def action_check(self):
        """Read the whole file as the import will, and show what it would do."""
        self.ensure_one()
        self._check_columns()
        table = self._read_table()
        counts, sample = self._check_lines(table)
        self.write(
            {
                "is_checked": True,
                "line_count": len(table.rows),
                "matched_count": counts["matched"],
                "unmatched_count": counts["unmatched"],
                "ambiguous_count": counts["ambiguous"],
                "invalid_count": counts["invalid"],
                "preview": self._render_preview(sample),
            }
        )
        return self._reopen()

    def action_import(self):
        """Start the job that makes the proposals and open it."""
        self.ensure_one()
        self._check_columns()
        self._read_table()
        job = self.env["collection.data.worker.import"]._start(
            self.company_id,
            base64.b64decode(self.file),
            self.file_name or self.supplier,
            self._get_options(),
        )
        # The file holds personal data: the job has its own copy, and deletes it.
        self.write({"file": False, "preview": False})
        return job._get_records_action()

    # === BUSINESS METHODS === #

    def _read_table(self):
        try:
            return read_table(base64.b64decode(self.file or b""), self._get_delimiter())
        except ProviderFileError as error:
            worker = self.env["collection.data.worker.import"]
            raise UserError(worker._explain(error)) from error

    def _get_delimiter(self):
        return "\t" if self.delimiter == "tab" else self.delimiter or ""

    @api.model
    def _prepare_columns(self, table):
        _line, cells = table.rows[0]
        cells += ("",) * (len(table.header) - len(cells))
        return [
            {"sequence": index, "name": name, "sample": cells[index], "role": role}
            for index, (name, role) in enumerate(
                zip(table.header, guess_columns(table.header), strict=True)
            )
        ]

    def _check_columns(self):
        """Raise when nobody could tell what the file means."""
        if not self.file:
            raise UserError(self.env._("Choose the file to import."))
        if not self.supplier:
            raise UserError(self.env._("Say who the data come from."))
        roles = [column.role for column in self.column_ids if column.role]
        labels = dict(self.column_ids._fields["role"]._description_selection(self.env))
        doubled = [role for role, count in Counter(roles).items() if count > 1]
        if doubled:
            raise UserError(
                self.env._("Two columns are “%s”: choose one.", labels[doubled[0]])
            )
        if not set(roles) & set(IDENTIFIERS):
            raise UserError(
                self.env._(
                    "Say which column identifies the customer: SIRET, SIREN, VAT "
                    "number, customer reference or e-mail."
                )
            )
        if not set(roles) & set(VALUES):
            raise UserError(self.env._("No column gives a value to propose."))

    def _get_options(self):
        return {
            "columns": [column.role or "" for column in self._get_columns()],
            "delimiter": self._get_delimiter(),
            "default_role": self.default_role,
            "confidence": self.confidence,
            "source_detail": " · ".join(filter(None, (self.supplier, self.file_name))),
            "date": fields.Date.to_string(self.date),
        }

    def _get_columns(self):
        return self.column_ids.sorted("sequence")

    def _check_lines(self, table):
        """Return the counts of what the lines are, and the first lines themselves."""
        reader = self.env["collection.enrichment.file"].with_company(self.company_id)
        options = self._get_options()
        counts, sample = Counter(), []
        for rows in split_every(CHECK_BATCH, table.rows):
            lines = reader._read(rows, options)
            counts["matched"] += sum(bool(line.partner) for line in lines)
            counts.update(code for line in lines for code, _reason in line.problems)
            sample += lines[: PREVIEW_LINES - len(sample)]
        return counts, sample

    @api.model
    def _render_preview(self, lines):
        proposals = self.env["collection.enrichment.proposal"]
        return self.env["ir.qweb"]._render(
            "l10n_fr_debt_collection.collection_enrichment_import_preview",
            {
                "lines": lines,
                "value": lambda vals: proposals._join(
                    vals["field_name"], vals["values"]
                ),
                "labels": dict(proposals._get_field_selection()),
                "roles": dict(
                    proposals._fields["contact_role"]._description_selection(self.env)
                ),
            },
        )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "name": self.env._("Import a supplier's file"),
        }
