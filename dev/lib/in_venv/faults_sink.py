"""A mail server that misbehaves when told to, and notes what it was given.

``faults_sink.py PORT FOLDER``: the file ``mode`` of the folder holds a JSON object,
``received`` gets one JSON object a line for each message.
"""

import asyncio
import contextlib
import email
import itertools
import json
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP

HOST = "127.0.0.1"


class Sink:
    """Takes messages, or not."""

    def __init__(self, folder):
        self.folder = folder
        self.numbers = itertools.count(1)

    async def handle_RCPT(self, server, _session, envelope, address, _options):
        """Refuse, or hang up, when told to."""
        mode = self._read_mode()
        if mode["name"] == "refuse":
            return "451 Try again later"
        if mode["name"] == "hang_up" and next(self.numbers) % mode["every"] == 0:
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):
        """Keep one message; answer late, or never, when told to."""
        mode = self._read_mode()
        await asyncio.sleep(mode.get("seconds", 0))
        is_hit = next(self.numbers) % mode.get("every", 1) == 0
        if mode["name"] == "drop" and is_hit and not mode["kept"]:
            server.transport.abort()
            return "250 Never heard"
        self._keep(envelope)
        if mode["name"] == "drop" and is_hit:
            server.transport.abort()
        await asyncio.sleep(mode.get("seconds_after", 0))
        return "250 Message kept"

    def _read_mode(self):
        return json.loads((self.folder / "mode").read_text())

    def _keep(self, envelope):
        message_id = email.message_from_bytes(envelope.content)["Message-Id"]
        row = {"id": message_id, "to": envelope.rcpt_tos}
        with open(self.folder / "received", "a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


async def serve(port, folder):
    """Take messages until this process is stopped."""
    sink = Sink(folder)

    def protocol():
        return SMTP(sink, hostname="localhost", enable_SMTPUTF8=True)

    server = await asyncio.get_running_loop().create_server(protocol, HOST, port)
    await server.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
