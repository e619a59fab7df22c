"""A mail server that delivers nothing: it keeps each message as a file.

Run by the Python of the environment, which has aiosmtpd:
``smtp_sink.py PORT FOLDER NAME``
"""

import asyncio
import contextlib
import datetime
import itertools
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP

HOST = "127.0.0.1"


class Sink:
    """Writes what it is given."""

    def __init__(self, folder):
        self.folder = folder
        self.numbers = itertools.count(1)

    async def handle_DATA(self, _server, _session, envelope):
        """Keep one message, its recipients in front."""
        now = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
        path = self.folder / f"{now}-{next(self.numbers):04}.eml"
        recipients = ", ".join(envelope.rcpt_tos)
        path.write_bytes(f"X-Envelope-To: {recipients}\r\n".encode() + envelope.content)
        return "250 Message kept"


async def serve(port, folder, name):
    """Take messages until this process is stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    sink = Sink(folder)

    def protocol():
        return SMTP(sink, ident=name, hostname="localhost", enable_SMTPUTF8=True)

    server = await asyncio.get_running_loop().create_server(protocol, HOST, port)
    await server.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
