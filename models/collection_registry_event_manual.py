from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from ..tools.notices import Notice
from ..tools.proceedings import OPENINGS

# How a court clerk names these judgments: read like those of the bulletin.
NATURES = {
    "opening_safeguard": "Jugement d'ouverture d'une procédure de sauvegarde",
    "opening_receivership": (
        "Jugement d'ouverture d'une procédure de redressement judiciaire"
    ),
    "opening_liquidation": "Jugement d'ouverture de liquidation judiciaire",
    "conversion_liquidation": (
        "Jugement de conversion en liquidation judiciaire de la procédure"
    ),
}
# The bulletin and a letter may be a day apart on the date of one judgment.
SAME_JUDGMENT = timedelta(days=3)


class CollectionRegistryEvent(models.Model):
    """A judgment that a colleague has heard of before the bulletin was read.

    It takes the road of the announcements: stop, freeze, deadlines, tasks. Once the
    announcement itself is read, it takes over.
    """

    _inherit = "collection.registry.event"

    siren = fields.Char(required=False)
    source = fields.Selection(
        selection_add=[("manual", "Entered by hand")],
        ondelete={"manual": "cascade"},
    )
    is_unpublished = fields.Boolean(
        string="Not published yet",
        readonly=True,
        help="The day of publication is not known: deadlines are counted from the "
        "judgment, which is earlier.",
    )
    officer_id = fields.Many2one(
        "res.partner",
        string="Court-appointed representative",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _record_by_hand(self, vals_list):
        """Keep judgments entered by hand, and do what each sets off.

        :param vals_list: values of events: ``case_id``, ``code``, ``judgment_date``,
            ``court``, ``published_on`` (False: not published yet), ``officer_id``,
            ``representatives``, ``summary``
        :return: the events, in the same order
        """
        # What is read from the bulletin is written by jobs only: collectors have no
        # right to create, and the wizard has checked that they see the case.
        events = self.sudo().create(
            [self._prepare_by_hand(values) for values in vals_list]
        )
        for event in events:
            event.notice_id = f"manual-{event.id}"
        events._keep()
        return events

    @api.model
    def _prepare_by_hand(self, values):
        case = self.env["collection.case"].browse(values["case_id"])
        published_on = values.get("published_on") or values["judgment_date"]
        return {
            **values,
            "siren": case.siren,
            "source": "manual",
            # Its own number comes with its id.
            "notice_id": f"manual-{case.id}-{fields.Datetime.now().timestamp()}",
            "is_unpublished": not values.get("published_on"),
            "published_on": published_on,
            "clock_date": published_on,
        }

    def _is_notice(self):
        if self.source == "manual":
            return self.state != "cancelled"
        return super()._is_notice()

    def _get_notice(self):
        if self.source != "manual":
            return super()._get_notice()
        return Notice(
            id=self.notice_id,
            published_on=self.published_on,
            family="collective",
            court=self.court or "",
            sirens=(self.siren,),
            judgment_nature=NATURES[self.code],
            judgment_date=self.judgment_date,
        )

    def _keep(self):
        self._take_over_manual()
        return super()._keep()

    def _take_over_manual(self):
        """Have announcements replace what was entered by hand on the same judgment."""
        published = self.filtered(
            lambda event: event.source != "manual" and event.code in OPENINGS
        )
        manual = self.search(
            [
                ("source", "=", "manual"),
                ("case_id", "in", published.case_id.ids),
                ("state", "!=", "cancelled"),
            ]
        )
        for event in published:
            twin = manual.filtered(
                lambda other, event=event: event._is_same_judgment(other)
            )[:1]
            if twin:
                event._replace_manual(twin)

    def _is_same_judgment(self, other):
        self.ensure_one()
        if self.case_id != other.case_id or self.code != other.code:
            return False
        day = self.judgment_date or self.published_on
        return abs(day - other.judgment_date) <= SAME_JUDGMENT

    def _replace_manual(self, manual):
        """Take the deadlines of a judgment entered by hand, with its publication.

        A day of publication that was only supposed is corrected.
        """
        self.ensure_one()
        self.hold_id = manual.hold_id
        self.officer_id = manual.officer_id
        manual.deadline_ids.event_id = self
        self._take_over_declarations(manual)
        if manual.is_unpublished:
            self._count_from_publication()
        else:
            self.clock_date = min(self.clock_date, manual.clock_date)
        manual._cancel_effects(self._describe_cancellation(), by=self)

    def _replace(self, earlier):
        self._take_over_declarations(earlier)
        return super()._replace(earlier)

    def _take_over_declarations(self, earlier):
        """Have the declarations of a judgment refer to what says it better."""
        self.ensure_one()
        declarations = self.env["collection.proceeding"].search(
            [("event_id", "=", earlier.id)]
        )
        declarations.event_id = self

    def _count_from_publication(self):
        """Count again the open deadlines whose publication had been supposed."""
        self.ensure_one()
        for deadline in self.deadline_ids:
            rule = deadline.rule_id
            if deadline.state == "open" and rule.starts_from == "publication":
                deadline.write(
                    {
                        "date_from": self.clock_date,
                        "date": rule._get_date(self.clock_date, self.company_id),
                    }
                )

    def _settle_proceedings(self, kept):
        # Debtors without a SIREN are in no register.
        return super()._settle_proceedings(kept.filtered("siren"))

    def _stops_reminders(self):
        if self.source == "manual" and not self.siren:
            return self.code in NATURES
        return super()._stops_reminders()

    def _get_facts(self):
        facts = super()._get_facts()
        if not self.is_unpublished:
            return facts
        published = self.env._(
            "Published on %s.", format_date(self.env, self.published_on)
        )
        return [
            self.env._(
                "Not published yet: deadlines are counted from the judgment, and moved "
                "when the announcement is read."
            )
            if fact == published
            else fact
            for fact in facts
        ]
