from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .collection_proceeding import Missing

# The package of a case holds these by itself.
ENCLOSED_ANYWAY = ("invoice", "statement")
INSTRUCTION_REPORT = "l10n_fr_debt_collection.collection_commissaire_letter_report"


class CollectionProceeding(models.Model):
    """What the proceedings that a commissaire de justice leads have in common.

    He gets a file: a letter of instruction, the statement of claim, the exhibits and
    the same data as a table. Each file that was made is kept, under its number.
    """

    _inherit = "collection.proceeding"

    commissaire_hint = fields.Char(
        string="Area", compute="_compute_commissaire_hint", help="Of the debtor's seat."
    )
    instruction_note = fields.Text(
        string="Instructions",
        help="Printed in the letter to the commissaire, after what it says anyway.",
    )
    file_version = fields.Integer(string="Files made", readonly=True, copy=False)
    date_invited = fields.Date(
        string="Invitation sent on", readonly=True, copy=False, tracking=True
    )
    date_demand_served = fields.Date(
        string="Demand served on", readonly=True, copy=False, tracking=True
    )
    debtor_answer = fields.Selection(
        [
            ("agreed", "Agreed"),
            ("refused", "Refused"),
            ("silent", "No answer"),
            ("contested", "Claim disputed"),
        ],
        string="Answer of the debtor",
        readonly=True,
        copy=False,
        tracking=True,
    )
    date_answered_by_debtor = fields.Date(
        string="Answer received on", readonly=True, copy=False
    )
    deed_ids = fields.Many2many(
        "ir.attachment",
        "collection_proceeding_deed_rel",
        "proceeding_id",
        "attachment_id",
        string="Deeds of the commissaire",
        readonly=True,
        copy=False,
    )

    # === COMPUTE METHODS === #

    def _compute_commissaire_hint(self):
        for proceeding in self:
            proceeding.commissaire_hint = proceeding.case_id._get_debtor_department()

    # === ACTION METHODS === #

    def action_take_new_statement(self):
        """Calculate anew what is claimed, as of today."""
        self.ensure_one()
        self._check_prepared()
        self._take_new_statement()
        return True

    def action_make_commissaire_file(self):
        """Make the file for the commissaire and download it."""
        self.ensure_one()
        self._check_complete()
        self._update_state("ready")
        attachment = self._attach_commissaire_file()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "self",
        }

    def action_note_step(self):
        """Ask for the day and the deed of the step named in the context."""
        self.ensure_one()
        return self.env["collection.commissaire.step"]._open(
            self, self.env.context["commissaire_step"]
        )

    def action_choose_other_way(self):
        """Show the ways there are for this debtor."""
        self.ensure_one()
        return self.case_id.action_choose_legal_path()

    # === WHAT IS CLAIMED === #

    def _take_new_statement(self):
        """Make a statement of claim of today and claim what it says."""
        self.ensure_one()
        statement = self.case_id._make_claim_statement(
            lines=self.line_ids, purpose=self._get_statement_purpose()
        )
        self._take_statement(statement)

    def _get_statement_purpose(self):
        self.ensure_one()
        purposes = self.env["collection.claim.statement"]._fields["purpose"]
        known = purposes.get_values(self.env)
        return self.kind if self.kind in known else "statement"

    # === WHAT IS MISSING === #

    def _missing_for_commissaire(self):
        """Return what the file for any commissaire lacks: list of Missing."""
        self.ensure_one()
        missing = []
        if not self.line_ids:
            missing.append(
                Missing("items", self.env._("No items: choose what is claimed."))
            )
        if not self.commissaire_id:
            missing.append(
                Missing(
                    "commissaire",
                    self.env._("No commissaire de justice: choose the contact."),
                )
            )
        debtor = self.partner_id
        if not (debtor.street and debtor.zip and debtor.city):
            missing.append(
                Missing(
                    "address",
                    self.env._("Postal address of %s: not complete.", debtor.name),
                    "action_open_debtor",
                )
            )
        return missing

    def _missing_statement(self):
        self.ensure_one()
        if self.statement_id:
            return []
        return [
            Missing(
                "statement",
                self.env._("No statement of claim: calculate what is claimed."),
                "action_take_new_statement",
            )
        ]

    def _get_remedy_labels(self):
        return super()._get_remedy_labels() | {
            "action_take_new_statement": self.env._("Calculate the claim"),
            "action_choose_other_way": self.env._("Choose another way"),
            "action_open_plan": self.env._("Open the plan"),
        }

    # === FILE FOR THE COMMISSAIRE === #

    def _attach_commissaire_file(self):
        """Return the file for the commissaire, as a new version that is kept."""
        self.ensure_one()
        self.file_version += 1
        attachment = self.env["ir.attachment"].create(
            {
                "name": self._get_commissaire_file_name(),
                "raw": self.case_id._build_package(self._get_commissaire_files()),
                "mimetype": "application/zip",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        self.attachment_ids += attachment
        return attachment

    def _get_commissaire_files(self):
        """Return what is in the file: list of (path, bytes)."""
        self.ensure_one()
        letter = self.env["collection.pdf"]._render(INSTRUCTION_REPORT, self)[self.id]
        package = self.with_context(lang=self._get_commissaire_lang())
        name = package.env._("Letter of instruction.pdf")
        return [(name, letter), *package._dispatch("files")]

    def _get_claim_files(self):
        """Return the file of what is claimed by a statement: list of (path, bytes)."""
        self.ensure_one()
        self._collect_exhibits()
        return self.case_id._get_package_files(
            self.statement_id,
            self.line_ids,
            exhibits=[
                (exhibit.attachment_id.name, exhibit.attachment_id.raw)
                for exhibit in self.exhibit_ids
                if exhibit.attachment_id and exhibit.kind not in ENCLOSED_ANYWAY
            ],
        )

    def _get_commissaire_file_name(self):
        self.ensure_one()
        reference = self.name.replace("/", "-")
        return self.env._(
            "%(reference)s file %(version)s.zip",
            reference=reference,
            version=self.file_version,
        )

    def _get_commissaire_lang(self):
        """Return the language of courts and their officers."""
        self.ensure_one()
        return self.company_id._get_collection_legal_lang()

    def _get_instruction(self):
        """Return what the commissaire is asked for: (subject, paragraphs)."""
        self.ensure_one()
        return self._dispatch("instruction")

    # === STEPS === #

    def _get_steps(self):
        """Return the steps that may be noted: ``{code: what it asks for}``."""
        self.ensure_one()
        return self._dispatch("steps", {})

    def _note_step(self, step, day, deeds=None):
        """Note a step of the commissaire: its day, its deed and what follows.

        :param str step: a code of :meth:`_get_steps`
        :param date day: the day it took place
        :param deeds: attachments that prove it
        """
        self.ensure_one()
        if step not in self._get_steps():
            raise UserError(
                self.env._(
                    "%s is not at this step (any more): look at it again.",
                    self.display_name,
                )
            )
        if deeds:
            # The deeds were put in by the window; they belong to the proceeding.
            deeds.write({"res_model": self._name, "res_id": self.id})
            self.deed_ids += deeds
        getattr(self, f"_commissaire_{step}")(day)

    def _note_limitation(self, kind, day):
        """Propose an event of limitation; a person confirms it."""
        self.ensure_one()
        self.case_id._note_limitation_event(
            kind,
            day,
            lines=self.line_ids,
            proof=self.deed_ids[-1:] or None,
            record=self,
        )

    def _open_deadline(self, code, start):
        self.ensure_one()
        return self.env["collection.deadline"]._open_by_rule(
            code, self, start, amount=self.amount_total, user=self.user_id
        )

    def _meet_deadline(self, code, day=None):
        self.ensure_one()
        self.env["collection.deadline"]._meet_by_rule(code, self, day)

    def _get_deadline(self, code):
        """Return the deadline of this rule for this proceeding, if it has one."""
        self.ensure_one()
        return self.deadline_ids.filtered(lambda one: one.rule_id.code == code)[:1]

    # === COSTS === #

    def _add_parameter_cost(self, code, day, *, kind="commissaire"):
        """Book a fee that the law or practice fixes, with VAT."""
        self.ensure_one()
        parameter = self.env["collection.legal.parameter"]._get(code, day)
        rate = self._get_parameter("vat_rate", day)
        return self._add_cost(
            kind,
            parameter.value,
            name=parameter.name,
            date=day,
            vat=parameter.value * rate / 100,
        )

    def _add_service_cost(self, day):
        """Book the service of a deed on the debtor, by the tariff of ``day``."""
        self.ensure_one()
        net, vat = self._get_service_fee(day)
        return self._add_cost(
            "service", net, name=self.env._("Service of the deed"), date=day, vat=vat
        )

    # === WORDS === #

    def _format_day(self, day):
        return format_date(self.env, day)
