"""The server itself: HTTP, faults, and the calls it received."""

import os
import socket
import threading
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from .added import NEW_COMPANY
from .messages import Answer, Request, to_bytes
from .services import Ban, Bodacc, Insee, Recherche, Rne, Vies

RECORDED = Path(__file__).parents[1] / "recorded"
HOST = "127.0.0.1"
# The hosts that the module may ask though they are private, see `own_network`.
ALLOWED_HOSTS = "COLLECTION_PRIVATE_REGISTERS"
JSON = {"Content-Type": "application/json"}


@dataclass
class Fault:
    """What goes wrong for ``times`` calls (``None``: until told otherwise).

    Without ``answer`` the true answer comes, late or cut.
    """

    answer: Answer | None
    times: int | None
    delay: float
    truncate: int | None
    stall: float


class RegistryServer:
    """The six services under one address; see the module.

    Without ``port`` it takes a free one.
    """

    def __init__(self, recorded=RECORDED, port=0):
        self._port = port
        self.requests = []
        self._faults = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._services = {
            service.code: service(Path(recorded) / service.code)
            for service in (Recherche, Insee, Rne, Ban, Vies, Bodacc)
        }
        self._http = None
        self._allowed_before = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *error):
        self.stop()

    def start(self):
        self._stopping.clear()
        self._http = _Http((HOST, self._port), _Handler)
        self._http.registry_server = self
        serve = partial(self._http.serve_forever, poll_interval=0.01)
        threading.Thread(target=serve, daemon=True).start()
        self._allowed_before = os.environ.get(ALLOWED_HOSTS)
        os.environ[ALLOWED_HOSTS] = HOST
        return self

    def stop(self):
        self._stopping.set()
        self._http.shutdown()
        self._http.server_close()
        if self._allowed_before is None:
            os.environ.pop(ALLOWED_HOSTS, None)
        else:
            os.environ[ALLOWED_HOSTS] = self._allowed_before

    def url(self, service):
        """Return the address to give to the client of ``service``."""
        root = self._services[self._known(service)].root
        return f"http://{HOST}:{self._http.server_port}/{service}{root}"

    @staticmethod
    def refused_url():
        """Return an address where nobody listens."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            return f"http://127.0.0.1:{free.getsockname()[1]}"

    def calls(self, service):
        """Return the calls that ``service`` received."""
        return [request for request in self.requests if request.service == service]

    def fail(
        self,
        service,
        *,
        status=None,
        times=1,
        headers=None,
        body=None,
        recorded="",
        delay=0,
        truncate=None,
        stall=0,
    ):
        """Make the next ``times`` calls fail; faults of a service come in turn.

        ``body`` is bytes, text, or anything JSON can say. ``recorded`` is the name of a
        recorded answer. ``delay`` is in seconds, ``truncate`` the number of bytes after
        which the connection breaks, once it has stood still for ``stall`` seconds. With
        ``times=None`` it fails until `recover`.
        """
        answer = None
        if recorded:
            answer = self._services[self._known(service)].load(recorded)
        elif status is not None or body is not None:
            answer = Answer(status or 200, headers or {}, to_bytes(body))
        fault = Fault(answer, times, delay, truncate, stall)
        self._faults.setdefault(self._known(service), []).append(fault)

    def recover(self):
        """Forget the faults still to come."""
        self._faults.clear()

    def add_company(self, company):
        """Make a company known to all the services.

        ``company`` needs ``siren`` and ``name``, and takes ``nic``, ``is_active``,
        ``is_diffusible``, ``created_on``, ``ceased_on``, ``legal_form``, ``activity``,
        ``vat``, ``open_establishments``, ``street``, ``complement``, ``postcode``,
        ``town``, ``town_code``, ``directors`` (``name``, ``role``, ``siren``) and
        ``observations``. Days are texts, as in 2026-11-22.
        """
        company = {**NEW_COMPANY, **company}
        for service in self._services.values():
            service.add_company(company)

    def add_notice(self, record):
        """Publish a notice; what ``record`` lacks is empty.

        Its inner parts may be dicts.
        """
        self._services["bodacc"].add_notice(record)

    def expire_sessions(self):
        """Make the tokens of the RNE worthless."""
        self._services["rne"].token += "X"

    def get_answer(self, request):
        """Return the answer to ``request`` and the fault that strikes it, if any."""
        with self._lock:
            self.requests.append(request)
            fault = self._next_fault(request.service)
            if fault and fault.answer:
                return fault.answer, fault
            return self._services[request.service].answer(request), fault

    def wait(self, seconds):
        self._stopping.wait(seconds)

    def _next_fault(self, service):
        faults = self._faults.get(service)
        if not faults:
            return None
        fault = faults[0]
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                faults.pop(0)
        return fault

    def _known(self, service):
        if service not in self._services:
            raise ValueError(f"no service {service}")
        return service


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        """Clients that hang up are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        server = self.server.registry_server
        request = self._get_request()
        try:
            answer, fault = server.get_answer(request)
        except Exception as error:  # a hole in this server, to be seen in the test
            answer, fault = Answer(599, {}, repr(error).encode()), None
        if not fault:
            self._send(answer)
            return
        server.wait(fault.delay)
        self._send(answer, fault.truncate)
        if fault.truncate is not None:
            server.wait(fault.stall)
            self.close_connection = True

    do_POST = do_GET

    def _get_request(self):
        url = urlsplit(self.path)
        service, _slash, path = url.path.strip("/").partition("/")
        size = int(self.headers.get("Content-Length") or 0)
        return Request(
            service=service,
            method=self.command,
            path=f"/{path}",
            query=parse_qs(url.query, keep_blank_values=True),
            headers=dict(self.headers),
            body=self.rfile.read(size),
        )

    def _send(self, answer, truncate=None):
        self.send_response(answer.status)
        for name, value in {**JSON, **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body[:truncate])

    def log_message(self, *args):
        """Say nothing."""
