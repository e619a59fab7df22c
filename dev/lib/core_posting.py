"""What posting and reconciling invoices costs without and with the module.

Both databases are worked on side by side, part after part: what else the machine does
weighs on both alike. Processor time is compared, of Odoo and of its backend.
"""

import dataclasses
import json

from . import core_databases, database
from .odoo_script import read_side_by_side

LIMIT_PERCENT = 3.0
KINDS = {
    "batch_create": "drafts created",
    "batch_post": "posted, 100 at a time",
    "batch_reconcile": "paid and reconciled, 100 at a time",
    "single_create": "draft created",
    "single_post": "posted, one at a time",
    "single_reconcile": "paid and reconciled, one at a time",
}
JUDGED = ("batch_post", "batch_reconcile")
COLUMNS = ("work", "CPU without", "CPU with", "slower", "queries without", "with")


@dataclasses.dataclass(frozen=True)
class Plan:
    """How much is posted: ``parts`` turns of ``batches`` of ``size`` invoices."""

    parts: int = 10
    batches: int = 10
    size: int = 100
    singles: int = 30

    @property
    def invoices(self):
        """How many invoices each database posts by batches."""
        return self.parts * self.batches * self.size


def measure(ready, plan):
    """Post in copies of both databases; return the parts: kinds of work by side.

    :return: ``[{side: {kind: {"cpu_seconds": ..., "queries": ...}}}]``
    """
    names = core_databases.ensure(ready, is_french=True)
    copies = {side: f"{name}_run" for side, name in names.items()}
    for side, name in copies.items():
        database.copy(names[side], name)
    parts = []
    for number in range(plan.parts):
        parts.append(_post(ready, copies, number, plan))
        said = f"part {number + 1} of {plan.parts}: {_say(parts[-1])}"
        print(said, flush=True)
    return parts


def _post(ready, copies, number, plan):
    """Post a part in both databases at once."""
    parameters = {
        "part": number,
        "batches": plan.batches,
        "size": plan.size,
        "singles": plan.singles,
    }
    outputs = read_side_by_side(
        ready.tools, copies.values(), "post_invoices", parameters
    )
    return {
        side: json.loads(lines[-1]) for side, lines in zip(copies, outputs, strict=True)
    }


def _say(part):
    figures = (f"{kind} {slower(part, [kind]):+.1f} %" for kind in JUDGED)
    return f"with the module {', '.join(figures)}"


def slower(part, kinds):
    """By how many per cent these kinds of work take more with the module."""
    totals = {
        side: sum(part[side][kind]["cpu_seconds"] for kind in kinds) for side in part
    }
    return 100 * (totals["with"] / totals["without"] - 1)


def add_up(parts):
    """The sum of all parts, in the form of one."""
    return {
        side: {
            kind: {
                name: sum(part[side][kind][name] for part in parts)
                for name in parts[0][side][kind]
            }
            for kind in parts[0][side]
        }
        for side in parts[0]
    }


def describe(parts):
    """The lines of the table, as cells, and by how many per cent it is slower."""
    total = add_up(parts)
    rows = [_row(total, name, [kind]) for kind, name in KINDS.items()]
    rows.append(_row(total, "posted and reconciled by batches", JUDGED))
    return [COLUMNS, *rows], slower(total, JUDGED)


def _row(total, name, kinds):
    def add(side, figure):
        return sum(total[side][kind][figure] for kind in kinds)

    cpu = [f"{add(side, 'cpu_seconds'):.1f}" for side in core_databases.SIDES]
    queries = [f"{add(side, 'queries'):,}" for side in core_databases.SIDES]
    return (name, *cpu, f"{slower(total, kinds):+.1f} %", *queries)
