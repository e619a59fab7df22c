"""What Maileva's API registered_mail 4.9 answers, as far as letters need it."""

import json
import re
from itertools import count

API = "/registered_mail/v4"
TOKEN = "/auth/realms/services/protocol/openid-connect/token"
MOMENT = "2026-11-23T08:00:00.000Z"
PDF = b"%PDF-1.4 proof"
_SENDING = re.compile(rf"{API}/sendings/([^/]+)(/.*)?")


class MailevaAccount:
    """One account and its sendings."""

    def __init__(self):
        self.password = "secret"
        self.sendings = {}
        self.submissions = []
        self.last_login = ""
        self.token = "token-1"
        self._numbers = count(1)

    # === WHAT TESTS SAY === #

    def move(self, number, category, **recipient):
        """Have the post do something with the letter of sending ``number``.

        :param category: FIRST_PRESENTATION, DELIVERED...
        :param recipient: what the recipient's answer has in addition
        """
        sending = self.sendings[number]
        sending["status"] = "PROCESSED"
        event = {"date": MOMENT, "category": category, "label": category.title()}
        sending["recipient"].setdefault("main_delivery_statuses", []).append(event)
        sending["recipient"].update(
            {
                "status": "PROCESSED",
                "registered_number": f"1A{int(number[1:]):011d}",
                "deposit_proof_date": "2026-11-20T08:00:00.000Z",
                "last_main_delivery_status": event,
                **recipient,
            }
        )

    def reject(self, number, reason):
        self.sendings[number].update(status="REJECTED", status_detail=reason)

    # === WHAT IT ANSWERS === #

    def answer(self, method, path, headers, body):
        if path == TOKEN:
            return self._log_in(body)
        if headers.get("Authorization") != f"Bearer {self.token}":
            return 401, {"code": "UNAUTHORIZED", "message": "no token"}
        if (method, path) == ("POST", f"{API}/sendings"):
            return self._create(json.loads(body))
        found = _SENDING.fullmatch(path)
        sending = found and self.sendings.get(found[1])
        if not sending:
            return 404, {"errors": [{"code": "SENDING_NOT_FOUND", "message": "?"}]}
        return self._on_sending(method, found[2] or "", sending, body)

    def _log_in(self, body):
        self.last_login = body.decode()
        if f"password={self.password}" not in self.last_login:
            return 401, {"error": "invalid_grant"}
        return 200, {"access_token": self.token, "expires_in": 300}

    def _create(self, description):
        number = f"S{next(self._numbers)}"
        self.sendings[number] = {
            "id": number,
            "status": "DRAFT",
            "description": description,
            "documents": [],
            "recipient": None,
        }
        return 201, {"id": number, "status": "DRAFT"}

    def _on_sending(self, method, part, sending, body):
        if method == "GET":
            return self._read(part, sending)
        if sending["status"] != "DRAFT":
            code = "SENDING_STATUS_IS_NOT_DRAFT"
            return 400, {"errors": [{"code": code, "message": "not a draft"}]}
        if method == "DELETE":
            del self.sendings[sending["id"]]
            return 204, b""
        if part == "/documents":
            sending["documents"].append(body)
            return 201, {"id": f"D{len(sending['documents'])}"}
        if part == "/recipients":
            sending["recipient"] = {"id": "R1", **json.loads(body)}
            return 201, {"id": "R1"}
        self.submissions.append(sending["id"])
        sending["status"] = "PENDING"
        sending["recipient"]["status"] = "PENDING"
        return 200, b""

    def _read(self, part, sending):
        if part == "":
            names = ("id", "status", "status_detail")
            return 200, {name: sending.get(name) for name in names}
        if part == "/recipients":
            recipients = [sending["recipient"]] if sending["recipient"] else []
            return 200, {"recipients": recipients, "paging": {}}
        return 200, PDF
