"""What a delivery status notification (RFC 3464) says of a mail."""

# What "Action" says of a mail that did not arrive, once and for all.
FAILED = "failed"
REASON_LIMIT = 250


def status_fields(message):
    """Return the fields about the recipients, ``{lower-case name: value}`` each."""
    if not message:
        return []
    return [
        {name.lower(): " ".join(str(value).split()) for name, value in part.items()}
        for report in message.walk()
        if report.get_content_type() == "message/delivery-status"
        for part in (report.get_payload() if report.is_multipart() else ())
        if "final-recipient" in part or "action" in part
    ]


def is_failure(message):
    """Return whether the mail is lost; a report of a delay or an arrival is not one.

    A notification that does not say is taken for a failure.
    """
    actions = {
        fields["action"] for fields in status_fields(message) if "action" in fields
    }
    return not actions or any(action.lower() == FAILED for action in actions)


def reason(message):
    """Return what the server said, an empty string if it did not say."""
    for fields in status_fields(message):
        diagnostic = fields.get("diagnostic-code", "").partition(";")[2].strip()
        found = diagnostic or fields.get("status", "")
        if found:
            return found[:REASON_LIMIT]
    return ""
