"""Which incoming mails a machine has written (RFC 3834 and what servers do instead)."""

import re

from .plain_text import bare

# What "Precedence" says of mail that nobody has written to us in person.
MASS_PRECEDENCES = frozenset({"auto_reply", "bulk", "junk", "list"})
AUTOMATIC_HEADERS = (
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponder",
    "X-Auto-Reply",
    "X-FC-MachineGenerated",
)
# Anchored: “Absence de bon de commande” is an answer.
AUTOMATIC_SUBJECT = re.compile(
    r"(?:(?:re|tr|fw|fwd|aw)\s*:\s*)*\[?(?:"
    r"reponse automatique|message automatique|accuse de reception automatique"
    r"|(?:message|notification|avis) d'absence|absence du bureau"
    r"|absente?(?:\(e\))? du bureau|en conges"
    r"|automatic reply|auto(?:matic)?[ -]?(?:reply|response)|autoreply"
    r"|out of (?:the )?office|vacation (?:reply|response)"
    r"|automatische antwort|abwesenheitsnotiz|respuesta automatica"
    r"|risposta automatica)\b"
)


def is_automatic(message):
    """Return whether ``message`` (``email.message.Message``) was written by a machine.

    Absences, acknowledgements of receipt and circulars are; a mail that does not say so
    is taken for one of a person.
    """
    submitted = _first_word(message.get("Auto-Submitted"))
    if submitted and submitted != "no":
        return True
    if _first_word(message.get("Precedence")) in MASS_PRECEDENCES:
        return True
    if any(name in message for name in AUTOMATIC_HEADERS):
        return True
    if message.get_content_type() == "multipart/report":
        return True
    return bool(AUTOMATIC_SUBJECT.match(bare(str(message.get("Subject", ""))).strip()))


def _first_word(value):
    return str(value or "").partition(";")[0].strip().lower()
