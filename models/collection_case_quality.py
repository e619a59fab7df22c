from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..tools.data_quality import assess
from ..tools.identifiers import siren_of

BATCH = 1000
GOOD_QUALITY = 75
FAIR_QUALITY = 45
QUALITY_COLUMNS = {
    "siren": SQL("varchar"),
    "quality_score": SQL("int4"),
    "quality_level": SQL("varchar"),
    "reach_phone": SQL("bool"),
    "reach_mobile": SQL("bool"),
    "reach_email": SQL("bool"),
    "reach_post": SQL("bool"),
}


class CollectionCase(models.Model):
    """How well the debtor's data reach and identify him."""

    _inherit = "collection.case"

    quality_score = fields.Integer(
        string="Data quality",
        readonly=True,
        aggregator="avg",
        help="0 to 100, 100 is the best: what can be used to reach and identify this "
        "debtor. Businesses and consumers are weighed differently.",
    )
    quality_level = fields.Selection(
        [("good", "Good"), ("fair", "Fair"), ("poor", "Poor")],
        string="Level of data quality",
        readonly=True,
    )
    quality_date = fields.Datetime(
        string="Data assessed on", readonly=True, help="Empty: not yet assessed."
    )
    reach_phone = fields.Boolean(string="Reachable by phone", readonly=True)
    reach_mobile = fields.Boolean(string="Has a mobile", readonly=True)
    reach_email = fields.Boolean(string="Reachable by e-mail", readonly=True)
    reach_post = fields.Boolean(string="Reachable by post", readonly=True)
    issue_ids = fields.One2many(
        "collection.data.issue", "case_id", string="Issues", readonly=True
    )
    issue_count = fields.Integer(compute="_compute_issue_count")
    enrichment_date = fields.Date(related="partner_id.enrichment_date")

    # === COMPUTE METHODS === #

    @api.depends("issue_ids")
    def _compute_issue_count(self):
        counts = dict(
            self.env["collection.data.issue"]._read_group(
                [("case_id", "in", self.ids)], ["case_id"], ["__count"]
            )
        )
        for case in self:
            case.issue_count = counts.get(case, 0)

    # === ACTION METHODS === #

    def action_clean(self):
        """Preview what cleaning would change on these debtors and their contacts."""
        return self.env["collection.cleaning"]._open_for(self.partner_id)

    def action_mark_checked(self):
        """Note that a person has checked the data of these debtors today."""
        for company, cases in self.grouped("company_id").items():
            cases.partner_id.enrichment_date = company._get_collection_today()
        self._refresh_quality()
        return True

    def action_assess(self):
        """Assess the data of these debtors here and now."""
        self.check_access("write")
        self._refresh_quality()
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _get_new_case_columns(self):
        return super()._get_new_case_columns() | {
            "reach_phone": SQL("FALSE"),
            "reach_mobile": SQL("FALSE"),
            "reach_email": SQL("FALSE"),
            "reach_post": SQL("FALSE"),
            "quality_score": SQL("0"),
        }

    def _review(self):
        result = super()._review()
        self._refresh_quality()
        return result

    def _refresh_quality(self):
        """Assess the data of these cases and write what has changed.

        A fixed number of queries per thousand cases, whatever their contacts.
        """
        for batch in split_every(BATCH, self.ids):
            self.browse(batch)._refresh_quality_batch()

    def _refresh_quality_batch(self):
        # Collectors and accountants edit contacts, but nobody writes figures by hand.
        cases = self.sudo()._drop_absorbed()
        if not cases:
            return
        debtors = self.env["collection.quality"].sudo()._read_debtors(cases)
        weights = self.env["collection.quality.weight"]._get_weights()
        assessments = {
            debtor_id: assess(debtor, weights[debtor.is_business])
            for debtor_id, debtor in debtors.items()
        }
        moved = cases._write_quality(debtors, assessments)
        moved._link_registry_records()
        cases._write_enrichment_status(assessments)
        self.env["collection.data.issue"]._replace(cases, assessments)

    def _drop_absorbed(self):
        """Return the cases without those whose debtor now belongs to another one.

        Nothing is left to reach on them: their debt is the other's.
        """
        absorbed = self.filtered(
            lambda case: case.partner_id.commercial_partner_id != case.partner_id
        )
        absorbed.issue_ids.unlink()
        return self - absorbed

    def _write_quality(self, debtors, assessments):
        """Write figures that have changed; return the cases whose SIREN has."""
        rows = [
            (case.id, *case._get_quality_values(debtors, assessments)) for case in self
        ]
        columns = list(zip(*rows, strict=True))
        names = [SQL.identifier(name) for name in QUALITY_COLUMNS]
        changed = self.env.execute_query(
            SQL(
                """WITH fresh AS (SELECT * FROM unnest(%(values)s)
                                      AS fresh (id, %(names)s)),
                        old AS (SELECT id, siren FROM collection_case
                                 WHERE id = ANY(%(ids)s))
                   UPDATE collection_case c
                      SET (%(names)s) = (%(fresh_names)s),
                          quality_date = now() AT TIME ZONE 'UTC'
                     FROM fresh JOIN old USING (id)
                    WHERE c.id = fresh.id
                      AND (c.quality_date IS NULL
                           OR (%(own_names)s) IS DISTINCT FROM (%(fresh_names)s))
                RETURNING c.id, old.siren IS DISTINCT FROM c.siren""",
                values=SQL(", ").join(
                    SQL("%s::%s[]", list(values), kind)
                    for values, kind in zip(
                        columns, (SQL("int4"), *QUALITY_COLUMNS.values()), strict=True
                    )
                ),
                ids=list(self.ids),
                names=SQL(", ").join(names),
                fresh_names=SQL(", ").join(SQL("fresh.%s", name) for name in names),
                own_names=SQL(", ").join(SQL("c.%s", name) for name in names),
            )
        )
        self.invalidate_recordset([*QUALITY_COLUMNS, "quality_date"])
        return self.browse(case_id for case_id, has_moved in changed if has_moved)

    def _get_quality_values(self, debtors, assessments):
        """Return the values of ``QUALITY_COLUMNS``, in their order."""
        self.ensure_one()
        debtor = debtors[self.partner_id.id]
        found = assessments[self.partner_id.id]
        return (
            siren_of(debtor.registry, debtor.vat) or None,
            found.score,
            self._get_quality_level(found.score),
            found.reach_phone,
            found.has_mobile,
            found.reach_email,
            found.reach_post,
        )

    @api.model
    def _get_quality_level(self, score):
        if score >= GOOD_QUALITY:
            return "good"
        return "fair" if score >= FAIR_QUALITY else "poor"

    def _write_enrichment_status(self, assessments):
        self.env.cr.execute(
            SQL(
                """UPDATE res_partner partner SET enrichment_status = fresh.status
                     FROM unnest(%(ids)s, %(statuses)s) AS fresh (id, status)
                    WHERE partner.id = fresh.id
                      AND partner.enrichment_status IS DISTINCT FROM fresh.status""",
                ids=list(assessments),
                statuses=[found.status for found in assessments.values()],
            )
        )
        self.partner_id.invalidate_recordset(["enrichment_status"])
        self.invalidate_recordset(["enrichment_status"])
