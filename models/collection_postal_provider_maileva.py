from odoo import fields, models

from ..tools.postal import maileva
from ..tools.postal.results import Letter
from ..tools.registries.errors import NotFoundError

CREDENTIALS = ("login", "password", "client_id", "client_secret")
MEGABYTE = 1024 * 1024
LARGEST_LETTER = 20


class CollectionPostalProvider(models.Model):
    """Maileva: prints, posts and follows registered letters."""

    _inherit = "collection.postal.provider"

    kind = fields.Selection(
        selection_add=[("maileva", "By Maileva")],
        ondelete={"maileva": "set default"},
    )

    # === THE PROVIDER'S METHODS === #

    def _maileva_send(self, letter):
        """Make a draft, commit its number, fill it and submit it.

        A draft costs nothing. If an attempt dies, its draft tells what has happened.
        """
        client = self._get_maileva_client()
        content = letter._prepare_postal_letter()
        number = client.create_draft(content)
        if not letter._note_draft(number):
            client.delete_draft(number)
            return False
        client.fill_draft(number, content)
        client.submit(number)
        return True

    def _maileva_has_taken(self, letter):
        """Return whether the letter's draft was submitted; delete it if it was not."""
        client = self._get_maileva_client()
        number = letter.provider_reference
        try:
            status = client.get_status(number)
        except NotFoundError:
            return False
        if status == "draft":
            client.delete_draft(number)
        return status == "submitted"

    def _maileva_follow(self, letter):
        return self._get_maileva_client().get_progress(letter.provider_reference)

    def _maileva_get_proof(self, place):
        return self._get_maileva_client().get_proof(place)

    def _maileva_try(self):
        self._get_maileva_client().try_login()

    def _maileva_find_problem(self, action):
        # Only the administrator reads the password; a letter is anybody's to send.
        provider_sudo = self.sudo()
        if not all(provider_sudo[name] for name in CREDENTIALS):
            return self.env._(
                "The account at %s is not complete: an administrator enters its login, "
                "password and client.",
                self.name,
            )
        country = action.recipient_id.country_id
        if country and country.code not in maileva.COUNTRIES:
            return self.env._(
                "%(provider)s sends no registered letters to %(country)s: send this "
                "one by hand.",
                provider=self.name,
                country=country.name,
            )
        weight = sum(action.attachment_ids.mapped("file_size"))
        if weight > LARGEST_LETTER * MEGABYTE:
            return self.env._(
                "%(provider)s takes no letters of more than %(limit)s MB: attach fewer "
                "documents.",
                provider=self.name,
                limit=LARGEST_LETTER,
            )
        return ""

    # === CLIENT === #

    def _get_maileva_client(self):
        # Used, not shown: who sends letters need not be able to read the password.
        provider = self.sudo()
        api_host, login_host = self._get_maileva_hosts()
        return maileva.Maileva(
            api_host,
            login=maileva.MailevaLogin(login_host),
            credentials={
                "username": provider.login,
                "password": provider.password,
                "client_id": provider.client_id,
                "client_secret": provider.client_secret,
            },
        )

    def _get_maileva_hosts(self):
        """Return the addresses of its API and of its login.

        They are no settings: the password is sent there.
        """
        if self.is_sandbox:
            return maileva.SANDBOX_API_HOST, maileva.SANDBOX_LOGIN_HOST
        return maileva.API_HOST, maileva.LOGIN_HOST

    def _get_refusals(self):
        return super()._get_refusals() | {
            "ADDRESS_LINE_6": self.env._(
                "the postcode or the town of an address is missing or wrong."
            ),
            "ADDRESS_LINE_1": self.env._("an address has no name, or too long a one."),
            "COUNTRY_CODE": self.env._("it does not deliver to this country."),
            "DOCUMENT_SIZE": self.env._("the documents are too big."),
            "TOTAL_SENDING_SIZE": self.env._("the documents are too big."),
            "SHEET_NUMBER": self.env._("it has too many sheets."),
        }

    def _make_postal_letter(self, letter, sender, recipient, documents):
        """Return what the provider is given for ``letter``."""
        return Letter(
            key=letter.provider_key,
            name=letter.display_name,
            sender=tuple(sender),
            recipient=tuple(recipient),
            country_code=letter.action_id.recipient_id.country_id.code or "FR",
            documents=tuple(documents),
            in_colour=self.in_colour,
            on_both_sides=self.on_both_sides,
            with_address_sheet=self.with_address_sheet,
        )
