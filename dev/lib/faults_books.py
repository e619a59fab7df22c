"""The books of the module compared with what the mail server has received."""

import dataclasses
from collections import Counter

BOOKS = """
SELECT json_agg(debtor) FROM (
    SELECT partner.email AS address,
           count(*) FILTER (WHERE action.state IN
                            ('to_validate', 'todo', 'sent', 'done')) AS actions,
           count(*) FILTER (WHERE action.state = 'failed') AS failed,
           count(*) FILTER (WHERE action.delivery_state = 'in_doubt') AS in_doubt,
           count(*) FILTER (WHERE mail.state = 'outgoing') AS waiting,
           count(*) FILTER (WHERE mail.state = 'sent') AS sent
      FROM res_partner partner
 LEFT JOIN collection_action action
        ON action.partner_id = partner.id
       AND action.state NOT IN ('preview', 'cancelled')
 LEFT JOIN mail_mail mail ON mail.id = action.mail_id
     WHERE partner.email LIKE 'debtor%@example.com'
     GROUP BY partner.email ORDER BY partner.email) debtor
"""
SAID = """
SELECT json_agg(said) FROM (
    SELECT left(message, 110) AS message, count(*) AS times
      FROM collection_run_log
     WHERE case_id IS NULL OR level <> 'info'
     GROUP BY 1
     UNION ALL
    SELECT left('[on the action] ' || failure_reason, 110), count(*)
      FROM collection_action
     WHERE failure_reason <> '' AND state <> 'cancelled'
     GROUP BY 1
     ORDER BY 2 DESC) said
"""


@dataclasses.dataclass
class Row:
    """What became of one fault, over all its runs."""

    fault: str
    runs: int = 0
    actions: int = 0
    mails: int = 0
    lost: int = 0
    doubled: int = 0
    in_doubt: int = 0
    says: list = dataclasses.field(default_factory=list)
    problems: list = dataclasses.field(default_factory=list)


def enter(row, world):
    """Add one run of a fault to its row."""
    received = Counter(world.received())
    row.runs += 1
    for debtor in world.read(BOOKS):
        _enter_debtor(row, debtor, received[debtor["address"]])
    for said in world.read(SAID) or []:
        if said["message"] not in row.says:
            row.says.append(said["message"])


def _enter_debtor(row, debtor, mails):
    """One action and one mail, or a mail in doubt that the books show as such."""
    row.actions += debtor["actions"]
    row.mails += mails
    row.in_doubt += debtor["in_doubt"]
    is_lost = not mails and not debtor["in_doubt"]
    row.lost += is_lost
    row.doubled += mails > 1
    where = f"run {row.runs}, {debtor['address']}"
    if is_lost or mails > 1:
        row.problems.append(f"{where}: {mails} mails ({debtor})")
    if debtor["actions"] != 1:
        row.problems.append(f"{where}: {debtor['actions']} actions")
    if debtor["waiting"]:
        row.problems.append(f"{where}: still in the outbox")
    if mails and not debtor["sent"] and not debtor["in_doubt"]:
        row.problems.append(f"{where}: received, and the books do not say so")
