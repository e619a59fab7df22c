import email
import email.policy
import socket

from aiosmtpd.controller import Controller


class Sink:
    """An SMTP server's handler that keeps what it receives."""

    def __init__(self):
        self.messages = []

    async def handle_DATA(self, server, session, envelope):
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.messages.append((envelope.rcpt_tos, parsed))
        return "250 Accepted"


def start_sink(test_class, sink):
    """Have ``sink`` listen for the time of a test class; return its port."""
    controller = Controller(sink, hostname="127.0.0.1", port=0)
    # aiosmtpd connects to the port it was told: choose a free one.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        controller.port = probe.getsockname()[1]
    controller.start()
    test_class.addClassCleanup(controller.stop)
    return controller.port
