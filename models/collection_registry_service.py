import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models, modules, release
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_datetime

from ..tools.registries.ban import Ban
from ..tools.registries.bodacc import Bodacc
from ..tools.registries.errors import (
    MalformedError,
    NotFoundError,
    RefusedError,
    RegistryError,
    UnavailableError,
)
from ..tools.registries.insee import Insee
from ..tools.registries.recherche_entreprises import RechercheEntreprises
from ..tools.registries.rne import Rne
from ..tools.registries.vies import Vies

_logger = logging.getLogger(__name__)

ADMINISTRATOR = "base.group_system"
FAILURES_BEFORE_PAUSE = 3
PAUSE = timedelta(minutes=15)
PAUSE_WHEN_BANNED = timedelta(hours=1)
# Longest pause that a service's own Retry-After is followed for.
LONGEST_PAUSE = timedelta(days=1)
# A person who waits is told of a failure sooner than a job.
FOREGROUND_TIMEOUT = (3, 10)
CLIENTS = {
    client.service: client
    for client in (RechercheEntreprises, Insee, Vies, Ban, Rne, Bodacc)
}
# A harmless question per service, about the national post and the finance ministry.
PROBES = {
    "recherche_entreprises": ("company", "356000000"),
    "insee": ("company", "356000000"),
    "rne": ("company", "356000000"),
    "vies": ("check", "FR39356000000"),
    "ban": ("search", "139 rue de Bercy", "75012", "Paris"),
    "bodacc": ("last_processed",),
}


class CollectionRegistryService(models.Model):
    """A public service asked about debtors: address, credentials, pace and health.

    Calls are spaced for the whole database, whatever the number of workers. After
    three failures in a row a service is left alone for a quarter of an hour, and for
    an hour when it refuses connections.
    """

    _name = "collection.registry.service"
    _description = "Public service"
    _order = "sequence, id"

    name = fields.Char(required=True)
    code = fields.Selection(
        [(code, code) for code in CLIENTS],
        string="Technical name",
        required=True,
        readonly=True,
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    purpose = fields.Char(translate=True, readonly=True)
    url = fields.Char(
        string="Address",
        required=True,
        help="Where the service answers. Change it only when the service moves.",
    )
    needs_key = fields.Boolean(readonly=True)
    needs_login = fields.Boolean(readonly=True)
    key = fields.Char(string="API key", groups=ADMINISTRATOR, copy=False)
    login = fields.Char(groups=ADMINISTRATOR, copy=False)
    password = fields.Char(groups=ADMINISTRATOR, copy=False)
    calls_per_minute = fields.Integer(
        string="Calls a minute",
        required=True,
        default=60,
        help="Most calls a minute, all users and jobs together. Keep it under the "
        "limit the service publishes.",
    )
    next_call_at = fields.Float(
        readonly=True,
        default=0.0,
        help="Moment of the next free call, in seconds of the epoch.",
    )
    paused_until = fields.Datetime(
        string="Paused until",
        readonly=True,
        help="Asked nothing until then, after failures in a row or at its own wish.",
    )
    failure_count = fields.Integer(string="Failures in a row", readonly=True)
    last_success_at = fields.Datetime(string="Last answer", readonly=True)
    last_error = fields.Char(string="Last failure", readonly=True)
    last_error_at = fields.Datetime(string="Failed on", readonly=True)
    state = fields.Selection(
        [
            ("ready", "Ready"),
            ("no_key", "Credentials missing"),
            ("paused", "Paused"),
            ("off", "Off"),
        ],
        compute="_compute_state",
    )

    _code_uniq = models.Constraint("UNIQUE(code)", "There is one entry per service.")
    _pace_positive = models.Constraint(
        "CHECK(calls_per_minute > 0)", "Allow at least one call a minute."
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "active",
        "paused_until",
        "needs_key",
        "needs_login",
        "key",
        "login",
        "password",
    )
    def _compute_state(self):
        now = fields.Datetime.now()
        for service in self:
            if not service.active:
                service.state = "off"
            elif not service._has_credentials():
                service.state = "no_key"
            elif service.paused_until and service.paused_until > now:
                service.state = "paused"
            else:
                service.state = "ready"

    def _has_credentials(self):
        # Who asks a question need not be able to read the key.
        service_sudo = self.sudo()
        return not (
            (service_sudo.needs_key and not service_sudo.key)
            or (
                service_sudo.needs_login
                and not (service_sudo.login and service_sudo.password)
            )
        )

    # === CRUD METHODS === #

    def write(self, vals):
        self._check_address_access(vals)
        return super().write(vals)

    @api.model
    def _check_address_access(self, vals):
        """Who must not read the key must not have it sent to an address of his own."""
        if "url" in vals and not (
            self.env.su or self.env.user.has_group(ADMINISTRATOR)
        ):
            raise AccessError(
                self.env._(
                    "Only an administrator of the database changes the address of a "
                    "public service: its key is sent there."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A public service is switched off by archiving it, not deleted.")
        )

    # === ACTION METHODS === #

    def action_try(self):
        """Ask this service something harmless and tell what it answers.

        It is asked even when it is off or paused: that is how one learns whether it is
        back.
        """
        self.ensure_one()
        # The key is used, not shown: who tries a service need not be able to read it.
        service = self.sudo().with_context(collection_foreground=True)
        if self.state == "no_key":
            return self._notify(self._explain(), "warning")
        method, *question = PROBES[self.code]
        try:
            with service._booked():
                answer = getattr(service._client(), method)(*question)
        except RegistryError as error:
            return self._notify(self._explain_error(error), "danger")
        return self._notify(
            self.env._(
                "%(service)s answers: %(answer)s",
                service=self.name,
                answer=self._describe_answer(answer),
            ),
            "success",
        )

    @api.model
    def _describe_answer(self, answer):
        if isinstance(answer, list):
            return answer[0].label if answer else "–"
        return getattr(answer, "name", "") or str(getattr(answer, "vat", answer))

    @api.model
    def _notify(self, message, kind):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_resume(self):
        """End the pause of these services: the next question is asked at once."""
        self.write({"paused_until": False, "failure_count": 0})
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _get(self, code):
        """Return the entry of service ``code``, switched off or not."""
        # Collectors ask questions, only administrators read the settings.
        services = self.sudo().with_context(active_test=False)
        return services.search([("code", "=", code)], limit=1)

    @api.model
    def _is_ready(self, code):
        return self._get(code).state == "ready"

    @api.model
    def _call(self, code, method, *args, **kwargs):
        """Ask service ``code`` and return its answer.

        :raises RegistryError: the client's errors, and ``UnavailableError`` or
            ``RefusedError`` when the service is paused or switched off
        """
        service = self._get(code)
        service._raise_if_not_ready()
        with service._booked():
            answer = getattr(service._client(), method)(*args, **kwargs)
        return service._follow(answer) if isinstance(answer, Iterator) else answer

    def _follow(self, answers):
        """Yield answers that come one by one, booking a failure among them."""
        with self._booked():
            yield from answers

    @contextmanager
    def _booked(self):
        try:
            yield
        except RegistryError as error:
            self._book_failure(error)
            raise
        self._book_success()

    def _client(self):
        """Return the client of this service, spaced with all others of the database."""
        self.ensure_one()
        options = self._get_patience()
        if self.needs_key:
            options["key"] = self.key
        if self.needs_login:
            options.update(login=self.login, password=self.password)
        return self._get_client_class()(
            self.url,
            throttle=self._wait_for_turn,
            user_agent=self._get_user_agent(),
            **options,
        )

    def _get_patience(self):
        """Return the client's options for how long to insist."""
        if self.env.context.get("collection_foreground"):
            return {"retries": 0, "timeout": FOREGROUND_TIMEOUT}
        return {}

    def _get_client_class(self):
        self.ensure_one()
        return CLIENTS[self.code]

    @api.model
    def _get_user_agent(self):
        version = modules.Manifest.for_addon("l10n_fr_debt_collection")["version"]
        return f"l10n_fr_debt_collection/{version} (Odoo {release.version})"

    def _wait_for_turn(self):
        """Take the next free moment for a call and sleep until then."""
        [[delay]] = self._execute_at_once(
            SQL(
                """UPDATE collection_registry_service
                      SET next_call_at = GREATEST(next_call_at, clock.now) + %(gap)s
                     FROM (SELECT EXTRACT(EPOCH FROM clock_timestamp()) AS now) clock
                    WHERE id = %(id)s
                RETURNING next_call_at - %(gap)s - clock.now""",
                gap=60.0 / self.calls_per_minute,
                id=self.id,
            )
        )
        time.sleep(max(0, delay))

    def _book_success(self):
        self._execute_at_once(
            SQL(
                """UPDATE collection_registry_service
                      SET failure_count = 0, paused_until = NULL,
                          last_success_at = %(now)s
                    WHERE id = %(id)s AND (failure_count > 0
                          OR last_success_at IS NULL
                          OR last_success_at < %(now)s - INTERVAL '1 minute')
                RETURNING id""",
                now=fields.Datetime.now(),
                id=self.id,
            )
        )

    def _book_failure(self, error):
        """Note a failure; leave the service alone when it fails again and again."""
        if isinstance(error, NotFoundError):
            # That is an answer.
            self._book_success()
            return
        _logger.warning("Service %s: %s", self.code, error)
        # A page of maintenance is no answer either. A refusal is about one question.
        is_down = isinstance(error, UnavailableError | MalformedError)
        now = fields.Datetime.now()
        self._execute_at_once(
            SQL(
                """UPDATE collection_registry_service
                      SET last_error = %(error)s, last_error_at = %(now)s,
                          failure_count = failure_count + %(failures)s,
                          paused_until = CASE
                              WHEN failure_count + %(failures)s >= %(patience)s
                              THEN GREATEST(%(until)s, %(pause)s)
                              ELSE COALESCE(%(until)s, paused_until) END
                    WHERE id = %(id)s
                RETURNING id""",
                error=str(error)[:500],
                now=now,
                failures=int(is_down),
                patience=FAILURES_BEFORE_PAUSE if is_down else None,
                until=self._get_pause_end(error, now),
                pause=now + PAUSE,
                id=self.id,
            )
        )

    @api.model
    def _get_pause_end(self, error, now):
        """Return until when the service asks to be left alone, None if it does not."""
        if not isinstance(error, UnavailableError):
            return None
        if error.connection_refused:
            return now + PAUSE_WHEN_BANNED
        if not error.retry_after:
            return None
        return now + min(timedelta(seconds=error.retry_after), LONGEST_PAUSE)

    def _execute_at_once(self, query):
        """Execute ``query`` and commit it, apart from the current transaction.

        The workers of the whole database share pace and health of a service: they see
        them at once, even when the transaction that asked is rolled back.
        """
        if modules.module.current_test:
            self.env.flush_all()
            self.env.cr.execute(query)
            rows = self.env.cr.fetchall()
        else:
            with self.env.registry.cursor() as cr:
                cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
                cr.execute(query)
                rows = cr.fetchall()
        self.invalidate_recordset()
        return rows

    def _raise_if_not_ready(self):
        self.ensure_one()
        if self.state in ("off", "no_key"):
            raise RefusedError(self._explain())
        if paused_until := self._read_pause():
            raise UnavailableError(self._explain_pause(paused_until))

    def _read_pause(self):
        """Return the end of the pause, as other workers see it now, or None."""
        [[paused_until]] = self._execute_at_once(
            SQL(
                "SELECT paused_until FROM collection_registry_service WHERE id = %s",
                self.id,
            )
        )
        is_paused = paused_until and paused_until > fields.Datetime.now()
        return paused_until if is_paused else None

    def _explain(self):
        """Return why this service is not asked now, or an empty string."""
        self.ensure_one()
        if self.state == "off":
            return self.env._(
                "%s is switched off: an administrator can switch it on under "
                "Configuration > Public services.",
                self.name,
            )
        if self.state == "no_key":
            return self.env._(
                "%s needs credentials: an administrator can enter them under "
                "Configuration > Public services.",
                self.name,
            )
        return self._explain_pause(self.paused_until) if self.state == "paused" else ""

    def _explain_pause(self, paused_until):
        return self.env._(
            "%(service)s does not answer and is left alone until %(time)s. What it "
            "said before is kept.",
            service=self.name,
            time=format_datetime(self.env, paused_until, dt_format="short"),
        )

    @api.model
    def _explain_error(self, error):
        """Return what ``error``, a ``RegistryError``, means to a user."""
        service = self._get(error.service) if error.service else self.browse()
        if not service:
            # Raised here, in the words of `_explain`.
            return str(error)
        return f"{service._explain_kind(error)} ({error.args[0]})"

    def _explain_kind(self, error):
        if isinstance(error, NotFoundError):
            return self.env._("%s does not know what it was asked about.", self.name)
        if isinstance(error, RefusedError):
            return self.env._("%s refuses the question, or the credentials.", self.name)
        if isinstance(error, MalformedError):
            return self.env._("%s gave an answer that cannot be read.", self.name)
        return self.env._(
            "%s does not answer now. Nothing is lost: try again later.", self.name
        )

    @api.model
    def _get_banner(self):
        """Return the sentences about the services in use that do not answer."""
        # Everybody may know that a service does not answer.
        services = self.sudo().search([("paused_until", ">", fields.Datetime.now())])
        return [service._explain() for service in services]

    @api.model
    def get_banner(self):
        """Return the banner's sentences to the screens of those who may see them."""
        self.check_access("read")
        return self._get_banner()
