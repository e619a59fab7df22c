import hashlib

from odoo import api, fields, models

from ..tools.case_package import safe_name


class CollectionHandoverPackage(models.Model):
    """The file of a case as it was made for a provider: kept as it was."""

    _name = "collection.handover.package"
    _description = "File for a recovery provider"
    _order = "id desc"
    _rec_name = "date"

    handover_id = fields.Many2one(
        "collection.handover",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="handover_id.company_id", store=True)
    date = fields.Datetime(
        string="Made on", required=True, readonly=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one(
        "res.users",
        string="Made by",
        readonly=True,
        default=lambda self: self.env.user,
        index="btree_not_null",
    )
    attachment_id = fields.Many2one(
        "ir.attachment", string="Archive", readonly=True, ondelete="set null"
    )
    size = fields.Integer(string="Bytes", readonly=True, aggregator=None)
    digest = fields.Char(
        string="SHA-256",
        readonly=True,
        help="Of the archive: proves that a file is the one that was made here.",
    )
    file_names = fields.Text(string="Contents", readonly=True)

    # === CRUD METHODS === #

    @api.model
    def _make(self, contents):
        """Return one file for each pair of values and content of its archive."""
        packages = self.create(
            [
                {
                    **values,
                    "size": len(content),
                    "digest": hashlib.sha256(content).hexdigest(),
                }
                for values, content in contents
            ]
        )
        archives = self.env["ir.attachment"].create(
            [
                {
                    "name": package._get_archive_name(),
                    "raw": content,
                    "mimetype": "application/zip",
                    "res_model": self._name,
                    "res_id": package.id,
                }
                for package, (_values, content) in zip(packages, contents, strict=True)
            ]
        )
        for package, archive in zip(packages, archives, strict=True):
            package.attachment_id = archive
        return packages

    # === ACTION METHODS === #

    def action_download(self):
        self.ensure_one()
        # What leaves the house is on record, whoever takes it out.
        self.env["collection.export.log"]._book(self.handover_id, ["package_ids"])
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            "target": "self",
        }

    # === BUSINESS METHODS === #

    def _get_archive_name(self):
        self.ensure_one()
        handover = self.handover_id
        return safe_name(f"{handover.name} {handover.partner_id.name}.zip")
