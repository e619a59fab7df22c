from odoo import fields, models
from odoo.tools import format_date

CEASED = "ceased"
ALIVE = ("active", "dormant")


class CollectionRegistryRecord(models.Model):
    """The company in the official announcements."""

    _inherit = "collection.registry.record"

    def _store_proceeding(self, proceeding):
        """Keep where the company stands, ``proceeding`` being what was derived."""
        self.ensure_one()
        values = {
            "proceeding": proceeding.status,
            "proceeding_since": proceeding.since,
            "proceeding_notice": proceeding.notice_id,
            "struck_off_on": proceeding.struck_off_on,
        }
        changed = {
            name: value
            for name, value in values.items()
            if (self[name] or None) != (value or None)
        }
        if changed:
            # Records are written by jobs and by questions to the registers only.
            self.sudo().write(changed)

    def _on_state_change(self, old, new):
        """Make an announcement of a company that has ceased or is active again."""
        result = super()._on_state_change(old, new)
        if new == CEASED:
            self._announce("register_ceased", self.ceased_on)
        elif old == CEASED and new in ALIVE:
            self._announce("register_reopened", None)
        return result

    def _announce(self, code, day):
        """Keep on the cases of this SIREN what a register has told, once a day."""
        today = fields.Date.context_today(self)
        # Announcements are kept for the debtors of all companies.
        events_sudo = self.env["collection.registry.event"].sudo()
        notice_id = f"{self.source or 'register'}:{self.siren}:{code}:{day or today}"
        known = events_sudo._get_known({notice_id})
        cases = events_sudo._get_cases({self.siren}).get(self.siren, ())
        events_sudo.create(
            [
                {
                    "case_id": case.id,
                    "siren": self.siren,
                    "notice_id": notice_id,
                    "source": "rne" if self.source == "rne" else "register",
                    "code": code,
                    "published_on": today,
                    "clock_date": today,
                    "summary": day
                    and self.env._("Ceased on %s.", format_date(self.env, day)),
                }
                for case in cases
                if (case.id, notice_id) not in known
            ]
        )._keep()
