from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.provider_file import ProviderFileError, read_table

BATCH = 500
# A file that waits for so long will not be gone on with: it holds personal data.
FILE_DAYS = 30


class CollectionDataWorkerImport(models.AbstractModel):
    """Make proposals of a supplier's file: phones, e-mails, contacts, addresses.

    The lines done are counted on the job: a file that was interrupted goes on after the
    last batch. The file itself is deleted at the end.
    """

    _name = "collection.data.worker.import"
    _description = "Import of a supplier's file"
    _inherit = ["collection.data.worker"]

    _rank = 30

    @api.model
    def _get_label(self):
        return self.env._("Import of a file")

    @api.model
    def _get_codes(self):
        return {
            "unmatched": self.env._("Lines without contact"),
            "ambiguous": self.env._("Lines with several contacts"),
            "invalid": self.env._("Values not usable"),
            "repeated": self.env._("Values given twice"),
            "empty": self.env._("Lines that propose nothing"),
        }

    @api.model
    def _get_subject(self, job):
        return (job.params or {}).get("source_detail", "")

    @api.model
    def _start(self, company, content, file_name, options):
        """Queue and return the job that imports the file ``content``, in bytes."""
        # Files of jobs are made and deleted by jobs only.
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": file_name,
                    "raw": content,
                    "res_model": "collection.data.job",
                    "mimetype": "text/csv",
                }
            )
        )
        job = self.env["collection.data.job"]._start(
            "import", company, attachment_id=attachment.id, **options
        )
        attachment.res_id = job.id
        return job

    @api.model
    def _fill(self, job):
        """The lines are read from the file: only what fails becomes an item."""

    @api.model
    def _run(self, job):
        rows = self._get_rows(job)
        total = len(rows)
        reader = self.env["collection.enrichment.file"]
        yield job.processed, total
        while job.processed < total:
            batch = rows[job.processed : job.processed + BATCH]
            lines = reader._read(batch, job.params)
            self._propose(job, lines)
            self._report(job, lines)
            yield job.processed + len(batch), total
        self._get_attachment(job).unlink()

    @api.model
    def _get_attachment(self, job):
        return (
            self.env["ir.attachment"].browse(job.params.get("attachment_id")).exists()
        )

    @api.model
    def _get_rows(self, job):
        attachment = self._get_attachment(job)
        if not attachment:
            raise UserError(
                self.env._("The file of this import has been deleted: import it again.")
            )
        try:
            return read_table(attachment.raw, job.params["delimiter"]).rows
        except ProviderFileError as error:
            raise UserError(self._explain(error)) from error

    @api.model
    def _explain(self, error):
        """Return why a file cannot be read."""
        return {
            "empty": self.env._("The file has no line under its header."),
            "too_big": self.env._("The file is larger than 20 MB: cut it in two."),
            "spreadsheet": self.env._(
                "This is a workbook (Excel, LibreOffice): save it as CSV first."
            ),
            "binary": self.env._("This is not a text file: save it as CSV first."),
            "no_columns": self.env._(
                "One column only: choose the delimiter that separates the columns."
            ),
        }.get(
            error.code,
            self.env._("The file cannot be read as CSV: a quotation mark is missing?"),
        )

    @api.model
    def _propose(self, job, lines):
        """Make the proposals; a value that an earlier line has given is reported."""
        given = self._get_given(job, lines)
        fresh = []
        for line in lines:
            for vals in line.proposals:
                key = (vals["partner_id"], vals["field_name"], vals["contact_role"])
                if key in given:
                    line.problems.append(self._describe_repeated(vals))
                else:
                    given.add(key)
                    fresh.append({**vals, "job_id": job.id})
        self.env["collection.enrichment.proposal"]._propose(fresh)

    @api.model
    def _get_given(self, job, lines):
        """Return what this job has proposed before for the contacts of ``lines``."""
        partners = [line.partner.id for line in lines if line.partner]
        proposals = self.env["collection.enrichment.proposal"].search(
            [("job_id", "=", job.id), ("partner_id", "child_of", partners)]
        )
        given = set()
        for proposal in proposals:
            partner, field_name = proposal.partner_id, proposal.field_name
            debtor = partner.commercial_partner_id
            given.add((partner.id, field_name, proposal.contact_role))
            # An accepted one has found, or made, the contact of its role.
            given.add((debtor.id, field_name, partner.collection_role))
        return given

    @api.model
    def _describe_repeated(self, vals):
        proposals = self.env["collection.enrichment.proposal"]
        value = proposals._join(vals["field_name"], vals["values"])
        return (
            "repeated",
            self.env._("“%s”: an earlier line gives another value.", value),
        )

    @api.model
    def _report(self, job, lines):
        """Keep one failed item per problem, with its line number and reason."""
        cases = self._find_cases(job, lines)
        self.env["collection.data.job.item"].create(
            [
                {
                    "job_id": job.id,
                    "company_id": job.company_id.id,
                    "case_id": line.partner
                    and cases.get(line.partner.commercial_partner_id.id),
                    "sequence": line.number,
                    "state": "failed",
                    "code": code,
                    "message": self.env._(
                        "Line %(number)s: %(reason)s", number=line.number, reason=reason
                    ),
                }
                for line in lines
                for code, reason in line.problems
            ]
        )

    @api.model
    def _find_cases(self, job, lines):
        partners = self.env["res.partner"].browse(
            {line.partner.id for line in lines if line.partner}
        )
        cases = self.env["collection.case"]._get_for_partners(partners, job.company_id)
        return {case.partner_id.id: case.id for case in cases}

    @api.autovacuum
    def _gc_files(self):
        """Delete the files of imports that nobody has gone on with."""
        self.env["ir.attachment"].search(
            [
                ("res_model", "=", "collection.data.job"),
                ("create_date", "<", fields.Datetime.now() - timedelta(days=FILE_DAYS)),
            ]
        ).unlink()
