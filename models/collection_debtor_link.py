from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.misc import hmac

from ..tools import debtor_token
from ..tools.debtor_token import TokenError

SCOPE = "collection_debtor_link"
ADDRESS = "/c"


class CollectionDebtorLink(models.Model):
    """A contact's way to the page of one case, without a login, for some weeks.

    The token of its address is computed from number, case and last day with a key that
    stays on the server: it is stored nowhere, and no other link can be guessed from it.
    """

    _name = "collection.debtor.link"
    _description = "Link to the debtor's page"
    _inherit = ["collection.access.logged", "collection.case.part"]
    _order = "id desc"
    _check_company_auto = True

    case_id = fields.Many2one(ondelete="cascade")
    contact_id = fields.Many2one(
        "res.partner", required=True, readonly=True, index=True, ondelete="cascade"
    )
    action_id = fields.Many2one(
        "collection.action",
        string="First sent with",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    expires_on = fields.Date(string="Last day", required=True, readonly=True)
    revoked_on = fields.Datetime(string="Closed at", readonly=True)
    last_seen = fields.Datetime(string="Last opened", readonly=True)
    visit_count = fields.Integer(string="Times opened", readonly=True)
    state = fields.Selection(
        [("valid", "Valid"), ("expired", "Expired"), ("revoked", "Closed")],
        compute="_compute_state",
    )
    url = fields.Char(
        string="Address",
        compute="_compute_url",
        help="Whoever has it sees what is owed and answers as the contact: give it to "
        "nobody else.",
    )

    _case_contact_idx = models.Index(
        "(case_id, contact_id, expires_on) WHERE revoked_on IS NULL"
    )

    # === COMPUTE METHODS === #

    @api.depends("contact_id", "expires_on")
    def _compute_display_name(self):
        for link in self:
            link.display_name = self.env._(
                "%(contact)s, until %(date)s",
                contact=link.contact_id.display_name or "",
                date=format_date(self.env, link.expires_on),
            )

    @api.depends("expires_on", "revoked_on", "contact_id.active", "case_id.active")
    def _compute_state(self):
        for link in self:
            gone = not (link.contact_id.active and link.case_id.active)
            today = link.company_id._get_collection_today()
            link.state = (
                "revoked"
                if link.revoked_on or gone
                else "expired"
                if link.expires_on < today
                else "valid"
            )

    @api.depends("case_id", "expires_on")
    def _compute_url(self):
        for link in self:
            link.url = f"{link.get_base_url()}{ADDRESS}/{link._get_token()}"

    # === ACTION METHODS === #

    def action_open_page(self):
        """Show the page as the contact sees it."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.url, "target": "new"}

    def action_revoke(self):
        """Close these links: their addresses open nothing any more."""
        self.check_access("write")
        self._revoke()
        return True

    # === BUSINESS METHODS === #

    def _revoke(self):
        # Whoever archives a contact or merges cases closes links he may not see.
        self.sudo().filtered(lambda link: not link.revoked_on).write(
            {"revoked_on": fields.Datetime.now()}
        )

    @api.model
    def _make(self, case, contact=None, action=None):
        """Return a link to the page of ``case`` for ``contact``, the debtor if none.

        The valid one that has more than half of its days left is used again.
        """
        contact = contact or case.partner_id
        made = self._make_many([(case, contact, action)])
        return made[case, contact]

    @api.model
    def _make_many(self, wanted):
        """Return ``{(case, contact): link}``, by a fixed number of queries.

        :param wanted: ``[(case, contact, action or None)]``
        """
        first = {(case, contact): action for case, contact, action in reversed(wanted)}
        links = self._find_reusable(first)
        missing = [key for key in first if key not in links]
        # Previews and tests of texts come from users who may not write links.
        made = self.sudo().create(
            [self._prepare(*key, action=first[key]) for key in missing]
        )
        return links | dict(zip(missing, made.with_env(self.env), strict=True))

    @api.model
    def _find_reusable(self, keys):
        cases = self.env["collection.case"].union(*(case for case, _contact in keys))
        links = {}
        for company, group in cases.grouped("company_id").items():
            half = timedelta(days=company.collection_portal_days // 2)
            reusable = self.sudo().search(
                Domain("case_id", "in", group.ids)
                & Domain("revoked_on", "=", False)
                & Domain("expires_on", ">", company._get_collection_today() + half),
                order="expires_on",
            )
            for link in reusable.with_env(self.env):
                links[link.case_id, link.contact_id] = link
        return {key: link for key, link in links.items() if key in keys}

    @api.model
    def _prepare(self, case, contact, action=None):
        company = case.company_id
        days = timedelta(days=company.collection_portal_days)
        return {
            "case_id": case.id,
            "contact_id": contact.id,
            "action_id": action.id if action else False,
            "expires_on": company._get_collection_today() + days,
        }

    # === TOKENS === #

    def _get_token(self):
        self.ensure_one()
        message = (self.id, self.case_id.id, self.expires_on.isoformat())
        # The key is readable by the superuser only.
        digest = hmac(self.env(su=True), SCOPE, message)
        return debtor_token.make(self.id, digest)

    @api.model
    def _find(self, token):
        """Return the link that this token is of, valid or not; empty if forged."""
        try:
            number = debtor_token.number_of(token)
        except TokenError:
            return self.browse()
        # Ids are 32-bit integers: PostgreSQL refuses to look for others.
        link = self.browse(number if 0 < number < 2**31 else False).exists()
        if link and debtor_token.is_same(token, link._get_token()):
            return link
        return self.browse()

    def _is_usable(self):
        """Does the link open the page today?"""
        return (
            bool(self)
            and self.state == "valid"
            and self.company_id.collection_portal_enabled
        )

    def _note_visit(self):
        self.ensure_one()
        # One statement: visits of the same link at once each count.
        self.env.cr.execute(
            "UPDATE collection_debtor_link"
            "   SET visit_count = COALESCE(visit_count, 0) + 1,"
            "       last_seen = now() AT TIME ZONE 'UTC'"
            " WHERE id = %s",
            [self.id],
        )
        self.invalidate_recordset(["visit_count", "last_seen"], flush=False)

    # === RENEWAL === #

    def _renew(self):
        """Send a new link to the address known for the contact of an expired one."""
        self.ensure_one()
        is_over = self.state == "expired" and self.company_id.collection_portal_enabled
        if not is_over or not self.contact_id.email_normalized:
            return False
        link = self._make(self.case_id, self.contact_id)
        lang = self.contact_id.lang
        self.env.ref("l10n_fr_debt_collection.mail_template_debtor_link").with_context(
            lang=lang
        ).send_mail(link.id)
        self.case_id._message_log(
            body=self.env._(
                "A new link to the debtor's page was asked for and sent to %s.",
                self.contact_id.email_normalized,
            )
        )
        return link

    def _check_portal(self):
        """Raise if the debtor's page is switched off where these links lead."""
        closed = self.company_id.filtered(lambda c: not c.collection_portal_enabled)
        if closed:
            raise UserError(
                self.env._(
                    "The debtor's page of %s is switched off: switch it on in the "
                    "settings.",
                    closed[0].display_name,
                )
            )
