from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import hmac

SCOPE = "collection_debtor_visit"
HOUR, DAY = 3600, 86400
# What is counted -> the seconds it is counted over, and how often it may happen.
LIMITS = {
    "link": (HOUR, 200),
    "address": (HOUR, 600),
    "failure": (HOUR, 20),
    "deed": (DAY, 20),
    "renewal": (DAY, 3),
}
PARAMETER = "l10n_fr_debt_collection.portal_limit_%s"
KEPT_DAYS = 2


class CollectionDebtorVisit(models.Model):
    """How often something happened on the debtor's page within an hour or a day.

    Counted per link or per network address, of which only a keyed hash is kept.
    """

    _name = "collection.debtor.visit"
    _description = "Visits of the debtor's page"
    _log_access = False

    kind = fields.Char(required=True)
    key = fields.Char(required=True)
    started_at = fields.Datetime(required=True, index=True)
    count = fields.Integer(required=True)

    _counter_unique = models.Constraint(
        "UNIQUE(key, kind, started_at)", "There is one counter per window."
    )

    @api.model
    def _count(self, kind, key):
        """Count one more of ``kind`` for ``key``; return whether it is still allowed.

        :param kind: one of :data:`LIMITS`
        :param key: a link's id or a network address
        """
        self.env.cr.execute(
            SQL(
                """INSERT INTO collection_debtor_visit (kind, key, started_at, count)
                   VALUES (%(kind)s, %(key)s, %(window)s, 1)
              ON CONFLICT (key, kind, started_at)
                DO UPDATE SET count = collection_debtor_visit.count + 1
                RETURNING count""",
                kind=kind,
                key=self._hide(kind, key),
                window=self._get_window(kind),
            )
        )
        return self.env.cr.fetchone()[0] <= self._get_limit(kind)

    @api.model
    def _is_exhausted(self, kind, key):
        """Has ``kind`` happened as often as it may for ``key``?"""
        self.env.cr.execute(
            SQL(
                """SELECT count FROM collection_debtor_visit
                    WHERE kind = %s AND key = %s AND started_at = %s""",
                kind,
                self._hide(kind, key),
                self._get_window(kind),
            )
        )
        found = self.env.cr.fetchone()
        return bool(found) and found[0] >= self._get_limit(kind)

    @api.model
    def _get_limit(self, kind):
        # Limits are the database's: a forged token belongs to no company.
        value = self.env["ir.config_parameter"].sudo().get_param(PARAMETER % kind)
        return int(value) if (value or "").isdigit() else LIMITS[kind][1]

    @api.model
    def _get_window(self, kind):
        seconds, _limit = LIMITS[kind]
        now = int(fields.Datetime.now().timestamp())
        return fields.Datetime.now() - timedelta(seconds=now % seconds)

    @api.model
    def _hide(self, kind, key):
        # The key is readable by the superuser only.
        return hmac(self.env(su=True), SCOPE, f"{kind}:{key}")

    @api.autovacuum
    def _gc_counters(self):
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        self.search([("started_at", "<", limit)]).unlink()
