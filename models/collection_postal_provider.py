from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.registries.errors import (
    MalformedError,
    NotFoundError,
    RefusedError,
    RegistryError,
    UnavailableError,
)

ADMINISTRATOR = "base.group_system"
MANUAL = "manual"


class CollectionPostalProvider(models.Model):
    """Who puts registered letters in the post: a person, or a service of the web.

    A kind of provider is a value of ``kind`` and the methods ``_<kind>_send``,
    ``_<kind>_has_taken``, ``_<kind>_follow``, ``_<kind>_get_proof`` and
    ``_<kind>_try``, called by those of the same names; ``_<kind>_find_problem`` is
    optional. ``manual`` has none: a person prints, posts and notes.
    """

    _name = "collection.postal.provider"
    _description = "Postal provider"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for every company."
    )
    kind = fields.Selection(
        [(MANUAL, "By hand")], string="Sent", required=True, default=MANUAL
    )
    is_sandbox = fields.Boolean(
        string="Test account",
        help="Letters go to the provider's test platform: nothing is posted.",
    )
    login = fields.Char(groups=ADMINISTRATOR, copy=False)
    password = fields.Char(groups=ADMINISTRATOR, copy=False)
    client_id = fields.Char(string="Client ID", groups=ADMINISTRATOR, copy=False)
    client_secret = fields.Char(
        string="Client secret", groups=ADMINISTRATOR, copy=False
    )
    in_colour = fields.Boolean(string="Print in colour")
    on_both_sides = fields.Boolean(string="Print on both sides", default=True)
    with_address_sheet = fields.Boolean(
        string="Address sheet",
        default=True,
        help="A sheet with the address in front of the letter: it is in the window, "
        "whatever the layout.",
    )
    letter_ids = fields.One2many("collection.registered.letter", "provider_id")

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self.filtered("letter_ids")
        if used:
            raise UserError(
                self.env._(
                    "“%s” has sent letters: archive it instead of deleting it.",
                    used[0].name,
                )
            )

    # === ACTION METHODS === #

    def action_try(self):
        """Log in at the provider and tell whether that works."""
        self.ensure_one()
        self.check_access("write")
        try:
            # Who tries the account need not be able to read its password.
            self.sudo()._try()
        except RegistryError as error:
            return self._notify(self._explain_error(error), "danger")
        return self._notify(self.env._("%s knows this account.", self.name), "success")

    @api.model
    def _notify(self, message, kind):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": kind, "message": message},
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_by_hand(self):
        """Return the provider that is nobody but oneself."""
        return self.env.ref("l10n_fr_debt_collection.postal_provider_by_hand")

    def _send(self, letter):
        """Have ``letter`` printed and posted; return whether it has been handed over.

        To be called alone in its transaction: what the provider calls the letter is
        committed, by ``_note_draft``, before the call that cannot be undone.

        :raise RegistryError: the provider did not take it, or nobody knows
        """
        self.ensure_one()
        return getattr(self, f"_{self.kind}_send")(letter)

    def _has_taken(self, letter):
        """Return whether the provider will post ``letter``, of which it knows.

        :raise RegistryError: the provider did not say
        """
        self.ensure_one()
        return getattr(self, f"_{self.kind}_has_taken")(letter)

    def _follow(self, letter):
        """Return the ``Progress`` of a letter that the provider has.

        :raise RegistryError: the provider did not say
        """
        self.ensure_one()
        return getattr(self, f"_{self.kind}_follow")(letter)

    def _get_proof(self, place):
        """Return the content of a proof that a ``Progress`` names.

        :raise RegistryError: it could not be fetched
        """
        self.ensure_one()
        return getattr(self, f"_{self.kind}_get_proof")(place)

    def _try(self):
        """Log in.

        :raise RegistryError: the provider refuses the account, or does not answer
        """
        self.ensure_one()
        return getattr(self, f"_{self.kind}_try")()

    def _find_problem(self, action):
        """Return why the letter of ``action`` cannot be sent, or an empty string."""
        self.ensure_one()
        check = getattr(self, f"_{self.kind}_find_problem", None)
        return check(action) if check else ""

    # === WHAT WENT WRONG === #

    def _explain_error(self, error):
        """Return what a failure means and what to do, for a person."""
        self.ensure_one()
        if isinstance(error, RefusedError) and error.status in (400, 401, 403):
            return self._explain_refusal(error)
        for kind, sentence in (
            (
                UnavailableError,
                self.env._("%s does not answer. It is tried again later.", self.name),
            ),
            (NotFoundError, self.env._("%s does not know this letter.", self.name)),
            (
                MalformedError,
                self.env._("%s gave an answer that makes no sense.", self.name),
            ),
        ):
            if isinstance(error, kind):
                return sentence
        return self.env._(
            "%(provider)s refuses: %(reason)s", provider=self.name, reason=error
        )

    def _explain_refusal(self, error):
        if error.status in (401, 403):
            return self.env._(
                "%s refuses the account: check its login, password and client.",
                self.name,
            )
        words = self._get_refusals()
        code = next((code for code in words if code in str(error)), None)
        return self.env._(
            "%(provider)s refuses the letter: %(reason)s",
            provider=self.name,
            reason=words.get(code, str(error)),
        )

    def _get_refusals(self):
        """Return ``{code of the provider: sentence}`` of why it refuses letters."""
        return {}
