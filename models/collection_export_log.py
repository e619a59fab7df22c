import json

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.http import request

EXPORT_PATH = "/web/export/"
TEXT_TYPES = ("char", "text", "html", "many2one", "one2many", "many2many", "json")


class CollectionExportLog(models.Model):
    """Who has taken which data out of the system, when: kept without the data.

    A condition of the search is kept with its field; what a text was compared with is
    left out, for it may be the name of a person.
    """

    _name = "collection.export.log"
    _description = "Export log"
    _order = "id desc"
    _rec_name = "res_model"

    date = fields.Datetime(
        required=True, readonly=True, index=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    res_model = fields.Char(string="Model", required=True, readonly=True, index=True)
    model_name = fields.Char(string="Data", compute="_compute_model_name")
    field_names = fields.Text(string="Fields", readonly=True)
    record_count = fields.Integer(string="Records", readonly=True)
    origin = fields.Selection(
        [("xlsx", "XLSX"), ("csv", "CSV"), ("api", "Program")],
        string="Format",
        required=True,
        readonly=True,
    )
    domain = fields.Char(string="Search", readonly=True)

    # === COMPUTE METHODS === #

    @api.depends("res_model")
    @api.depends_context("lang")
    def _compute_model_name(self):
        for log in self:
            name = self.env["ir.model"]._get(log.res_model).name
            log.model_name = name or log.res_model

    # === BUSINESS METHODS === #

    @api.model
    def _book(self, records, field_names, origin="api"):
        """Keep that the current user has exported these fields of these records."""
        params = self._get_request_params()
        # Users only read the log, and only administrators do.
        self.sudo().create(
            {
                "res_model": records._name,
                "record_count": len(records),
                "field_names": ", ".join(field_names),
                "origin": params.get("origin", origin),
                "domain": self._describe_domain(records, params.get("domain")),
            }
        )

    @api.model
    def _get_request_params(self):
        """Return format and domain of the export that is being requested, if any."""
        if not request or not request.httprequest.path.startswith(EXPORT_PATH):
            return {}
        origin = request.httprequest.path.removeprefix(EXPORT_PATH)
        if origin not in ("xlsx", "csv"):
            return {}
        params = json.loads(request.params.get("data") or "{}")
        if params.get("ids"):
            return {"origin": origin}
        return {"origin": origin, "domain": params.get("domain")}

    @api.model
    def _describe_domain(self, model, domain):
        return " ".join(
            f"{condition.field_expr} {condition.operator} "
            f"{self._describe_value(model, condition)};"
            for condition in Domain(domain or Domain.TRUE).iter_conditions()
        )

    @api.model
    def _describe_value(self, model, condition):
        """Return a value of a domain, but no text: anybody may have typed it."""
        field = model._fields.get(condition.field_expr)
        is_plain = field and field.type not in TEXT_TYPES
        return condition.value if is_plain else "…"
