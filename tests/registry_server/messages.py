"""What is asked of the server and what it answers."""

import email
import json
import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    """A call received: ``path`` and ``query`` are those of the service."""

    service: str
    method: str
    path: str
    query: dict = field(default_factory=dict)
    headers: dict = field(default_factory=dict)
    body: bytes = b""

    def get(self, name, default=""):
        return self.query.get(name, [default])[0]


@dataclass(frozen=True)
class Answer:
    status: int = 200
    headers: dict = field(default_factory=dict)
    body: bytes = b""


def split_words(text):
    return re.findall(r"\w+", text.lower())


def json_answer(payload):
    return Answer(200, {}, json.dumps(payload, ensure_ascii=False).encode())


def to_bytes(body):
    if isinstance(body, bytes):
        return body
    if body is None:
        return b""
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()


def uploaded(request, name):
    """Return the content of the file ``name`` of a form."""
    content_type = request.headers["Content-Type"]
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    for part in email.message_from_bytes(head + request.body).get_payload():
        if part.get_param("name", header="Content-Disposition") == name:
            return part.get_payload(decode=True)
    raise ValueError(f"no file {name}")
