"""What is known of a step once it is measured."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Row:
    """The figures of one step; None is not measured.

    ``cpu_seconds`` are those the step's process worked: what a busy machine does not
    change; on a ledger with those of its backend of PostgreSQL and of the converters of
    PDFs. With more than ``seconds``, several cores worked.
    ``floor_seconds`` is what the least work possible takes (one SQL query, plain
    writes), ``floor_cpu_seconds`` what is worked in it, ``rival_seconds`` what the
    nearest existing software takes for the same.
    """

    step: str
    items: int = 0
    seconds: float | None = None
    cpu_seconds: float | None = None
    floor_seconds: float | None = None
    floor_cpu_seconds: float | None = None
    rival_seconds: float | None = None
    queries: int | None = None
    peak_mib: float | None = None
