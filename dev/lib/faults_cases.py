"""The faults: what is broken, when, and how work goes on afterwards."""

import contextlib
import dataclasses
import os
import random
import signal
import socket
import threading
import time
from collections.abc import Callable

from . import faults_books, system

SEED = 20260101
ROUNDS = 6
PATIENCE = 240
CALM_SECONDS = 4.0
UNDONE = """
SELECT json_build_object(
    'runs', (SELECT count(*) FROM collection_run WHERE state = 'running' OR is_queued),
    'made', (SELECT count(*) FROM collection_run),
    'mails', (SELECT count(*) FROM mail_mail WHERE state = 'outgoing'))
"""


@dataclasses.dataclass(frozen=True)
class Fault:
    """One kind of mishap."""

    title: str
    act: Callable
    repeats: int | None = 1  # None: as often as the user says
    has_queue: bool = False


def happen(world, name, runs):
    """Have one fault happen; return its row."""
    fault = FAULTS[name]
    row = faults_books.Row(name)
    for number in range(fault.repeats or runs):
        (world.reset_with_queue if fault.has_queue else world.reset)()
        chance = random.Random(f"{SEED} {name} {number}")
        row.problems += fault.act(world, chance) or []
        faults_books.enter(row, world)
    return row


def finish(world):
    """Let the scheduler come back until nothing is left to do."""
    for _round in range(ROUNDS):
        world.do("schedule")
        undone = world.read(UNDONE)
        if undone["made"] and not undone["runs"] and not undone["mails"]:
            return
        world.do("next_hour")


# === NOTHING, PROCESSES === #


def nothing(world, _chance):
    """All is well: how long a pass takes is what later faults are timed by."""
    global CALM_SECONDS
    begin = time.monotonic()
    finish(world)
    CALM_SECONDS = time.monotonic() - begin


def kill(world, chance):
    """The worker dies at a random moment, once or several times.

    Every tenth time some mails carry PDF files.
    """
    if chance.random() < 0.1:
        world.do("attach_statements")
    world.set_mode("ok", seconds_after=0.03)
    for _time in range(chance.choice((1, 1, 2, 3))):
        pid = world.begin("schedule")
        time.sleep(chance.uniform(0, CALM_SECONDS))
        world.kill(pid)
        world.wait(pid)
    finish(world)


def kill_mails(world, chance):
    """The worker dies while mails are handed over."""
    world.set_mode("ok", seconds=0.03, seconds_after=0.03)
    pid = world.begin("schedule")
    begin = time.monotonic()
    while not world.received() and time.monotonic() - begin < 60:
        time.sleep(0.01)
    time.sleep(chance.uniform(0, 2))
    world.kill(pid)
    world.wait(pid)
    finish(world)


def overlap(world, chance):
    """Two schedulers, the same jobs without their lock, and two people, at once."""
    jobs = ("schedule", "schedule", "both_crons", "by_hand", "send_now", "queue")
    pids = []
    for job in jobs:
        pids.append(world.begin(job))
        time.sleep(chance.uniform(0, 0.5))
    for pid in pids:
        world.wait(pid)
    finish(world)


def duplicate_cron(world, _chance):
    """The same scheduled jobs twice at the same moment."""
    pids = [world.begin("both_crons") for _number in range(2)]
    for pid in pids:
        world.wait(pid)
    finish(world)


def job_queue(world, chance):
    """Batches are jobs of two workers, and a person executes the same run."""
    with world.server():
        _wait_for_jobs(world)
        time.sleep(chance.uniform(0, 1))
        world.do("by_hand")
        _wait_until_done(world)
    return _check_jobs(world)


def job_queue_kill(world, chance):
    """The whole server with its workers is killed in the middle of the jobs."""
    with world.server() as server:
        _wait_for_jobs(world)
        time.sleep(chance.uniform(0, 4))
        os.killpg(server.pid, signal.SIGKILL)
    with world.server():
        _wait_until_done(world)
    return _check_jobs(world)


def _wait_for_jobs(world):
    query = "SELECT count(*) FROM queue_job"
    deadline = time.monotonic() + PATIENCE
    while not world.read(query) and time.monotonic() < deadline:
        time.sleep(0.1)


def _wait_until_done(world):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        undone = world.read(UNDONE)
        if undone["made"] and not undone["runs"] and not undone["mails"]:
            return
        time.sleep(0.5)


def _check_jobs(world):
    """Were there jobs, and did they all end well?"""
    states = world.read(
        "SELECT json_object_agg(state, n) FROM ("
        "SELECT state, count(*) AS n FROM queue_job GROUP BY state) jobs"
    )
    return [] if states and set(states) == {"done"} else [f"jobs: {states}"]


# === DATABASE === #


def restart_database(world, chance):
    """PostgreSQL crashes and is started again in mid-run."""
    pid = world.begin("schedule")
    time.sleep(chance.uniform(0.1, 0.9) * CALM_SECONDS)
    world.cluster.crash()
    time.sleep(1)
    world.cluster.start()
    world.wait(pid)
    finish(world)


def deadlock(world, chance):
    """An accountant reconciles payments of the same debtors at the same time."""
    pids = [
        world.begin("accountant", rounds=12, seed=chance.random()),
        world.begin("schedule"),
        world.begin("accountant", rounds=12, seed=chance.random()),
    ]
    codes = [world.wait(pid) for pid in pids]
    finish(world)
    return [f"exit codes {codes}"] if any(codes) else []


# === MAIL === #


def smtp_refused(world, _chance):
    """Nobody listens where the mail server was; it comes back later."""
    world.stop_sink()
    world.do("schedule")
    world.start_sink()
    finish(world)


def smtp_busy(world, _chance):
    """The mail server says 451 to everything; it recovers later."""
    world.set_mode("refuse")
    world.do("schedule")
    world.set_mode("ok")
    finish(world)


def smtp_slow(world, _chance):
    """The mail server takes half a second for each mail."""
    world.set_mode("ok", seconds=0.5)
    finish(world)


def smtp_hangs_up(world, _chance):
    """The mail server hangs up before DATA, every fifth time."""
    world.set_mode("hang_up", every=5)
    finish(world)


def smtp_drops_kept(world, _chance):
    """The mail server takes the message and hangs up without a word."""
    world.set_mode("drop", every=5, kept=True)
    finish(world)
    world.set_mode("ok")
    finish(world)


def smtp_drops_lost(world, _chance):
    """The mail server hangs up while it gets the message, and throws it away."""
    world.set_mode("drop", every=5, kept=False)
    finish(world)
    world.set_mode("ok")
    finish(world)


def smtp_silent(world, _chance):
    """The mail server takes the message and is silent for longer than we wait."""
    world.set_mode("ok", seconds_after=5)
    pid = world.begin("schedule")
    time.sleep(15)
    world.set_mode("ok")
    world.wait(pid)
    finish(world)


# === SURROUNDINGS === #


def registry_down(world, _chance):
    """Nobody listens where the public registers were."""
    url = f"http://127.0.0.1:{system.find_free_port()}"
    pid = world.begin("registries", url=url)
    finish(world)
    code = world.wait(pid)
    return [f"exit code {code}"] if code else []


def registry_slow(world, _chance):
    """The public registers take the question and do not answer."""
    with _deaf_server() as url:
        pid = world.begin("registries", url=url)
        finish(world)
        world.wait(pid, seconds=90)


@contextlib.contextmanager
def _deaf_server():
    held = []

    def take(server):
        with contextlib.suppress(OSError):
            while True:
                held.append(server.accept())

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=take, args=(server,), daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    for connection, _address in held:
        connection.close()


def disk_full(world, _chance):
    """No file can be written whole; later there is room again."""
    world.do("attach_statements")
    world.do("small_files", bytes_=2000)
    finish(world)
    world.do("run_again")
    finish(world)


def broken_template(world, _chance):
    """The template of one step cannot be rendered; later it is mended."""
    world.do("set_template", body='<p t-out="1 / 0"/>')
    finish(world)
    world.do("set_template", body="<p>Mended</p>")
    world.do("run_again")
    finish(world)


# === CLOCK === #


def clock(world, _chance):
    """The clock is set back by a day after the run, and then right again."""
    today = time.time()
    for days in (0, -1, 0):
        moment = time.strftime("%Y-%m-%d %H:%M", time.gmtime(today + days * 86400))
        world.do("at", moment=moment)


def late_evening(world, _chance):
    """23:30 UTC is tomorrow in Paris: the jobs of both hours are one day's."""
    day = time.strftime("%Y-%m-%d", time.gmtime())
    next_day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 86400))
    for moment in (f"{day} 23:30", f"{next_day} 00:30", f"{next_day} 05:00"):
        world.do("at", moment=moment)


FAULTS = {
    "none": Fault("nothing happens", nothing),
    "sigkill": Fault("SIGKILL at random points", kill, None),
    "sigkill-mails": Fault("SIGKILL while mails are handed over", kill_mails, 10),
    "overlap": Fault(
        "two schedulers, unlocked jobs and two people at once", overlap, 3
    ),
    "duplicate-cron": Fault("the same scheduled jobs twice", duplicate_cron, 3),
    "job-queue": Fault("OCA queue_job, and a person beside", job_queue, 2, True),
    "job-queue-kill": Fault("OCA queue_job, server killed", job_queue_kill, 2, True),
    "postgres": Fault("PostgreSQL crashes in mid-run", restart_database, 5),
    "deadlock": Fault("an accountant reconciles at the same time", deadlock, 3),
    "smtp-refused": Fault("mail server away, then back", smtp_refused),
    "smtp-busy": Fault("mail server says 451, then recovers", smtp_busy),
    "smtp-slow": Fault("mail server slow", smtp_slow),
    "smtp-hangs-up": Fault("mail server hangs up before DATA", smtp_hangs_up),
    "smtp-drops-kept": Fault("mail server hangs up after DATA, kept", smtp_drops_kept),
    "smtp-drops-lost": Fault("mail server hangs up after DATA, lost", smtp_drops_lost),
    "smtp-silent": Fault("mail server silent after DATA", smtp_silent),
    "registry-down": Fault("public registers down", registry_down),
    "registry-slow": Fault("public registers silent", registry_slow),
    "disk-full": Fault("attachments cannot be written", disk_full),
    "template": Fault("one template cannot be rendered", broken_template),
    "clock": Fault("clock set back by a day", clock),
    "evening": Fault("23:30 UTC, tomorrow in Paris", late_evening),
}
