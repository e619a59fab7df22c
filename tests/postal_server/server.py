"""The server: HTTP in front of an :class:`~.maileva.MailevaAccount`."""

import json
import threading
import time
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .maileva import MailevaAccount


class PostalServer:
    """A provider under one address; use it as a context manager."""

    def __init__(self):
        self.account = MailevaAccount()
        self.calls = []
        self._faults = []
        self._http = None

    def __enter__(self):
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.postal_server = self
        serve = partial(self._http.serve_forever, poll_interval=0.01)
        threading.Thread(target=serve, daemon=True).start()
        return self

    def __exit__(self, *error):
        self._http.shutdown()
        self._http.server_close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._http.server_port}"

    def fail(self, call, *, status=503, body=None, times=1, after=False, delay=0):
        """Make the next calls go wrong whose “METHOD path” ends with ``call``.

        :param after: do what is asked for, and lose the answer
        :param delay: answer so many seconds late
        """
        self._faults.append(
            {
                "call": call,
                "status": status,
                "body": body or {},
                "times": times,
                "after": after,
                "delay": delay,
            }
        )

    def count(self, call):
        """Return how many calls have ended with ``call``."""
        return sum(made.endswith(call) for made in self.calls)

    def answer(self, method, path, headers, body):
        """Return ``(status, content)`` of the answer to one call."""
        self.calls.append(f"{method} {path}")
        fault = self._take_fault(f"{method} {path}")
        if fault and not fault["after"]:
            time.sleep(fault["delay"])
            return fault["status"], fault["body"]
        answer = self.account.answer(method, path, headers, body)
        if fault:
            time.sleep(fault["delay"])
            return fault["status"], fault["body"]
        return answer

    def _take_fault(self, call):
        for fault in self._faults:
            if call.endswith(fault["call"]) and fault["times"]:
                fault["times"] -= 1
                return fault
        return None


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        """Clients that hang up are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        size = int(self.headers.get("Content-Length") or 0)
        status, content = self.server.postal_server.answer(
            self.command, self.path, self.headers, self.rfile.read(size)
        )
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_DELETE = do_POST = do_GET

    def log_message(self, *args):
        """Say nothing."""
