import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import provider_report
from ..tools.provider_file import ProviderFileError, read_table


class CollectionHandoverImport(models.TransientModel):
    """Reads the reports of a provider from its file: all lines or none.

    A line that has been read before, in this file or an earlier one, is passed over.
    """

    _name = "collection.handover.import"
    _description = "Import of a provider's reports"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    provider_id = fields.Many2one(
        "collection.handover.provider",
        required=True,
        domain="[('company_id', '=', company_id)]",
    )
    file = fields.Binary(string="CSV file", attachment=False)
    file_name = fields.Char()
    problems = fields.Text(string="What cannot be read", readonly=True)
    line_count = fields.Integer(string="Lines read", readonly=True)
    new_count = fields.Integer(string="New reports", readonly=True)
    is_checked = fields.Boolean(readonly=True)

    # === ONCHANGE METHODS === #

    @api.onchange("file", "provider_id")
    def _onchange_file(self):
        self.is_checked = False

    # === ACTION METHODS === #

    def action_check(self):
        """Show what the file would do, and what cannot be read."""
        self.ensure_one()
        values, problems, count = self._read()
        self.write(
            {
                "problems": "\n".join(problems),
                "line_count": count,
                "new_count": len(values),
                "is_checked": True,
            }
        )
        return self._reopen()

    def action_import(self):
        """Take the reports over; nothing if a line cannot be read."""
        self.ensure_one()
        values, problems, _count = self._read()
        if problems:
            raise UserError("\n".join(problems))
        reports = self.env["collection.handover.report"].create(values)
        # The file holds personal data, and has been read.
        self.write({"file": False, "is_checked": False})
        if not reports:
            raise UserError(
                self.env._("Every line of this file has been read before: nothing new.")
            )
        return reports._get_records_action(name=self.env._("Reports taken over"))

    # === BUSINESS METHODS === #

    def _read(self):
        """Return the values of the new reports, what is wrong, and the lines read."""
        lines = self._read_lines()
        handovers = self._find_handovers(lines)
        known = self._get_known_keys()
        values, problems = [], []
        for line in lines:
            handover = handovers.get(line.reference.casefold()) or handovers.get(
                line.provider_reference.casefold()
            )
            problem = self._find_problem(line, handover)
            if problem:
                problems.append(problem)
                continue
            report = self._prepare_report(line, handover)
            key = (handover.id, report["import_key"])
            if key not in known:
                known.add(key)
                values.append(report)
        return values, problems, len(lines)

    def _read_lines(self):
        if not self.file:
            raise UserError(self.env._("Choose the file of the provider."))
        try:
            table = read_table(base64.b64decode(self.file))
        except ProviderFileError as error:
            worker = self.env["collection.data.worker.import"]
            raise UserError(worker._explain(error)) from error
        roles = provider_report.guess_columns(table.header)
        missing = [role for role in ("date", "status") if role not in roles]
        if missing or not {"reference", "provider_reference"} & set(roles):
            raise UserError(
                self.env._(
                    "The file needs columns for the reference, the date and the "
                    "status. Found: %s. Name them so and try again.",
                    ", ".join(filter(None, table.header)),
                )
            )
        return provider_report.read_lines(table)

    def _find_handovers(self, lines):
        """Return ``{reference: handover}`` of the provider, by either reference."""
        references = {
            text
            for line in lines
            for text in (line.reference, line.provider_reference)
            if text
        }
        handovers = self.env["collection.handover"].search(
            [
                ("provider_id", "=", self.provider_id.id),
                ("state", "not in", ("draft", "cancelled")),
                "|",
                ("name", "in", list(references)),
                ("provider_reference", "in", list(references)),
            ]
        )
        found = {
            one.provider_reference.casefold(): one
            for one in handovers
            if one.provider_reference
        }
        return found | {one.name.casefold(): one for one in handovers}

    def _get_known_keys(self):
        known = self.env["collection.handover.report"].search_fetch(
            [
                ("provider_id", "=", self.provider_id.id),
                ("import_key", "!=", False),
            ],
            ["handover_id", "import_key"],
        )
        return {(report.handover_id.id, report.import_key) for report in known}

    def _find_problem(self, line, handover):
        """Return what is wrong with a line, or an empty string."""
        if line.problems:
            names = self._get_column_names()
            return self.env._(
                "Line %(line)s: cannot read %(columns)s.",
                line=line.number,
                columns=", ".join(names[role] for role in line.problems),
            )
        if not handover:
            return self.env._(
                "Line %(line)s: %(provider)s has no case with the reference "
                "%(reference)s.",
                line=line.number,
                provider=self.provider_id.display_name,
                reference=line.reference or line.provider_reference,
            )
        if line.day > self.company_id._get_collection_today():
            return self.env._("Line %s: the date is in the future.", line.number)
        return ""

    @api.model
    def _get_column_names(self):
        return {
            "reference": self.env._("the reference"),
            "date": self.env._("the date"),
            "next_date": self.env._("the next date"),
            "status": self.env._("the status"),
            "principal": self.env._("the amount received"),
            "extra": self.env._("interest and costs"),
            "fee": self.env._("the fee"),
        }

    def _prepare_report(self, line, handover):
        report = self.env["collection.handover.report"]
        return {
            "handover_id": handover.id,
            "date": line.day,
            "status": line.status,
            "amount_principal": float(line.principal),
            "amount_extra": float(line.extra),
            "fee": float(line.fee),
            "bill_reference": line.bill,
            "next_date": line.next_day,
            "note": line.note,
            "is_imported": True,
            "import_key": report._make_import_key(
                line.day, line.status, line.principal, line.extra, line.fee, line.bill
            ),
        }

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reports of a provider"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "new",
        }
