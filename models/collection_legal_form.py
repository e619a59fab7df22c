import base64

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import cerfa
from .collection_court import COMMERCIAL_KINDS

# Parameter that says which revision of the form is in force.
REVISIONS = {
    "commercial": "form_payment_order_commercial",
    "civil": "form_payment_order_civil",
    "protection": "form_payment_order_protection",
}


class CollectionLegalForm(models.Model):
    """A blank official form, uploaded by an administrator, and what goes where.

    Requests on free paper are valid: without a form the request is printed instead.
    """

    _name = "collection.legal.form"
    _description = "Official form"
    _order = "kind, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("commercial", "Payment order, commercial court (12946)"),
            ("civil", "Payment order, judiciary court (12948)"),
            ("protection", "Payment order, judge of protection disputes (16040)"),
        ],
        required=True,
        default="commercial",
    )
    revision = fields.Char(
        required=True, help="As printed on the form, for example 12946*02."
    )
    revision_note = fields.Char(compute="_compute_revision_note")
    file = fields.Binary(string="Blank form", attachment=True, required=True)
    file_name = fields.Char()
    has_fields = fields.Boolean(
        readonly=True, help="The form has fields; others are written on by position."
    )
    line_ids = fields.One2many("collection.legal.form.line", "form_id", string="Fields")

    @api.depends("kind", "revision")
    def _compute_revision_note(self):
        today = fields.Date.context_today(self)
        parameters = self.env["collection.legal.parameter"]
        for form in self:
            known = parameters._get_text(REVISIONS[form.kind], today)
            form.revision_note = form.revision != known and self.env._(
                "The legal parameters name revision %s: check which one is in force.",
                known,
            )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        forms = super().create(vals_list)
        forms._read_fields()
        return forms

    def write(self, vals):
        result = super().write(vals)
        if "file" in vals:
            self._read_fields()
        return result

    # === ACTION METHODS === #

    def action_test(self):
        """Download the form with the name of each value where it would stand."""
        self.ensure_one()
        samples = {line.key: line.key for line in self.line_ids if line.key}
        download = self.env["collection.pdf"]._make_download(
            f"{self.name}.pdf", self._fill(samples)
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{download.id}?download=true",
            "target": "self",
        }

    # === BUSINESS METHODS === #

    @api.model
    def _find(self, proceeding):
        """Return the form for the court of ``proceeding``, empty if there is none."""
        kind = proceeding.court_id.kind
        wanted = "commercial" if kind in COMMERCIAL_KINDS else "civil"
        if kind == "protection":
            wanted = "protection"
        return self.search(
            [("kind", "=", wanted), ("line_ids.key", "!=", False)], limit=1
        )

    def _fill(self, values):
        """Return the form filled with ``{key: text}``.

        :raises UserError: when the form cannot be filled
        """
        self.ensure_one()
        content = base64.b64decode(self.file)
        lines = self.line_ids.filtered(lambda line: line.key and values.get(line.key))
        try:
            if self.has_fields:
                return cerfa.fill(
                    content, {line.name: values[line.key] for line in lines}
                )
            return cerfa.write_on(
                content, [line._to_place(values[line.key]) for line in lines]
            )
        except cerfa.FormError as error:
            raise UserError(self._explain(error.code)) from error

    def _read_fields(self):
        """List the fields of the form, with a guess of what goes into each."""
        for form in self:
            try:
                names = cerfa.list_fields(base64.b64decode(form.file))
            except cerfa.FormError as error:
                raise ValidationError(form._explain(error.code)) from error
            form.has_fields = bool(names)
            known = set(form.line_ids.mapped("name"))
            form.line_ids = [
                Command.create({"name": name}) for name in names if name not in known
            ]

    def _explain(self, code):
        sentences = {
            "broken": self.env._("Form “%s” is not a readable PDF: upload it again."),
            "encrypted": self.env._(
                "Form “%s” is protected by a password: upload a copy without one."
            ),
            "too_big": self.env._("Form “%s” is larger than 20 MB."),
        }
        return sentences[code] % self.name
