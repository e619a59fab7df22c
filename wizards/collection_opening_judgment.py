from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.identifiers import is_siren

LIQUIDATIONS = {"opening_liquidation", "conversion_liquidation"}


class CollectionOpeningJudgment(models.TransientModel):
    """Notes a judgment that a colleague has heard of before the watch has.

    A letter of the mandataire judiciaire often comes before the announcement is read.
    """

    _name = "collection.opening.judgment"
    _description = "Opening judgment known"

    case_id = fields.Many2one(
        "collection.case", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="case_id.partner_id")
    code = fields.Selection(
        [
            ("opening_safeguard", "Safeguard"),
            ("opening_receivership", "Receivership"),
            ("opening_liquidation", "Liquidation"),
            ("conversion_liquidation", "Conversion into liquidation"),
        ],
        string="Judgment",
        required=True,
        default="opening_liquidation",
    )
    date = fields.Date(
        string="Judgment of",
        required=True,
        help="The day of the judgment itself: what is due is counted up to it.",
    )
    court = fields.Char(
        required=True, help="Which court, such as: Tribunal de commerce de Lyon."
    )
    is_published = fields.Boolean(string="Published in the BODACC", default=True)
    date_published = fields.Date(
        string="Published on",
        help="The deadlines to declare and to claim goods run from this day.",
    )
    officer_id = fields.Many2one(
        "res.partner",
        string="Representative or liquidator",
        help="To whom claims are declared: the mandataire judiciaire, or the "
        "liquidator in a liquidation.",
    )
    siren = fields.Char(
        string="SIREN",
        compute="_compute_siren",
        help="The announcement will be recognised by it.",
    )
    note = fields.Text(help="Who told you, reference of the letter...")

    # === COMPUTE METHODS === #

    @api.depends("case_id")
    def _compute_siren(self):
        for wizard in self:
            siren = wizard.case_id.siren
            wizard.siren = siren if is_siren(siren or "") else False

    # === ACTION METHODS === #

    def action_save(self):
        """Keep the judgment; everything stops that has to stop."""
        self.ensure_one()
        self._check_dates()
        self._check_unknown()
        self.case_id.check_access("write")
        event = self.env["collection.registry.event"]._record_by_hand(
            [self._prepare_event()]
        )
        return event.case_id.get_formview_action()

    # === BUSINESS METHODS === #

    def _check_dates(self):
        self.ensure_one()
        today = self.case_id.company_id._get_collection_today()
        if self.date > today:
            raise UserError(
                self.env._(
                    "The judgment cannot be of %s, a day to come: correct its date.",
                    format_date(self.env, self.date),
                )
            )
        if not self.is_published:
            return
        if not self.date_published:
            raise UserError(
                self.env._(
                    "Say on which day it was published, or that it is not published "
                    "yet: the deadline to declare runs from that day."
                )
            )
        if not self.date <= self.date_published <= today + timedelta(days=1):
            raise UserError(
                self.env._(
                    "A judgment of %(judgment)s cannot have been published on "
                    "%(published)s: correct one of the dates.",
                    judgment=format_date(self.env, self.date),
                    published=format_date(self.env, self.date_published),
                )
            )

    def _check_unknown(self):
        """Raise if the same judgment is known already: its deadlines run."""
        self.ensure_one()
        known = self.case_id.event_ids.filtered(
            lambda event: (
                event.state != "cancelled"
                and event.code == self.code
                and event.judgment_date == self.date
            )
        )
        if known:
            raise UserError(
                self.env._(
                    "This judgment is known already: “%s”. Its deadlines are running.",
                    known[0].name,
                )
            )

    def _prepare_event(self):
        self.ensure_one()
        return {
            "case_id": self.case_id.id,
            "code": self.code,
            "judgment_date": self.date,
            "court": self.court,
            "published_on": self.is_published and self.date_published,
            "officer_id": self.officer_id.id,
            "representatives": self._describe_officer(),
            "summary": self.note,
        }

    def _describe_officer(self):
        self.ensure_one()
        if not self.officer_id:
            return False
        is_liquidation = self.code in LIQUIDATIONS
        return self.env._(
            "%(role)s: %(officer)s",
            role=self.env._("Liquidator")
            if is_liquidation
            else self.env._("Court-appointed representative"),
            officer=", ".join(self.officer_id._get_postal_lines()),
        )

    @api.model
    def _open(self, case):
        """Return the window that takes a judgment about the debtor of ``case``."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Opening judgment known"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": case.id},
        }
