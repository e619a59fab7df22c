"""Running other programs, showing progress, and leaving nothing behind."""

import contextlib
import fcntl
import hashlib
import os
import shlex
import signal
import socket
import subprocess
import sys
import time

from . import paths

TAIL = 40
BRIEF_SECONDS = 1
ERASE_LINE = "\r\033[K"
STOP_SEQUENCE = ((signal.SIGINT, 10), (signal.SIGTERM, 5), (signal.SIGKILL, 5))


class DevError(Exception):
    """Something the user has to know about, said without a stack trace."""


# === RUNNING COMMANDS === #


@contextlib.contextmanager
def started(command, **options):
    """Run ``command`` in a process group of its own and leave none of it behind.

    Being in another group, it does not get the terminal's Ctrl-C by itself: it is
    stopped here, once, with all its children.
    """
    process = subprocess.Popen(
        [str(part) for part in command], start_new_session=True, **options
    )
    try:
        yield process
    finally:
        stop(process)


def stop(process):
    """Stop a process started by ``started`` and every process of its group."""
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        for number, patience in STOP_SEQUENCE:
            if not _signal_group(process, number) or _wait_for_group(process, patience):
                break
        process.wait()
    finally:
        signal.signal(signal.SIGINT, previous)


def _signal_group(process, number):
    """Send a signal to a process group; False when nobody is left in it."""
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _wait_for_group(process, patience):
    """Wait until the group of ``process`` is empty; False when it never is."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        process.poll()
        if not _signal_group(process, 0):
            return True
        time.sleep(0.05)
    return False


def run(command, check=True, text_input=None, **options):
    """Run ``command`` quietly and return its completed process.

    :raise DevError: with the end of its output, when it fails and ``check`` is set
    """
    source = subprocess.DEVNULL if text_input is None else subprocess.PIPE
    with started(
        command,
        stdin=source,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        **options,
    ) as process:
        output, _nothing = process.communicate(text_input)
    log_command(command, output)
    result = subprocess.CompletedProcess(command, process.returncode, output)
    if check and process.returncode:
        raise DevError(describe_failure(result))
    return result


def describe_failure(result):
    """The command that failed and the end of what it said."""
    command = shlex.join(str(part) for part in result.args)
    end = "\n".join(result.stdout.splitlines()[-TAIL:])
    return f"{command}\nfailed with exit code {result.returncode}:\n{end}"


def log_command(command, output):
    """Keep the whole output of a command in the log of the set-up."""
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    with open(paths.LOGS / "commands.log", "a", encoding="utf-8") as log:
        line = shlex.join(str(part) for part in command)
        log.write(f"\n$ {line}\n{output}")


def output_of(command, **options):
    """What ``command`` prints, without the white space around it."""
    return run(command, **options).stdout.strip()


# === PROGRESS === #


class Progress:
    """Numbered lines such as ``[3/7] Python packages ... 41 s``.

    :param brief: on a terminal, wipe the line of a step that had nothing to do
    """

    def __init__(self, total, brief=False):
        self.total = total
        self.number = 0
        self.brief = brief and sys.stdout.isatty()

    @contextlib.contextmanager
    def step(self, title):
        """Announce a step, then say how long it took."""
        self.number += 1
        print(f"[{self.number}/{self.total}] {title} ...", end="", flush=True)
        begin = time.monotonic()
        try:
            yield
        except BaseException:
            print(" failed", flush=True)
            raise
        duration = time.monotonic() - begin
        if self.brief and duration < BRIEF_SECONDS:
            print(ERASE_LINE, end="", flush=True)
        else:
            print(f" {format_duration(duration)}", flush=True)


def format_duration(seconds):
    """Seconds as a person says them."""
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"


# === LOCKS, HASHES, PORTS === #


@contextlib.contextmanager
def locked(name):
    """Hold the lock ``name`` of the cache, waiting for whoever has it."""
    lock = open_lock(name)
    try:
        if not try_lock(lock):
            print(f"Waiting for another command ({name}) ...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        lock.close()


def open_lock(name):
    """The file that carries the lock ``name``."""
    directory = paths.CACHE / "locks"
    directory.mkdir(parents=True, exist_ok=True)
    return open(directory / f"{name}.lock", "w", encoding="utf-8")


def try_lock(lock):
    """Take a lock if nobody has it; the kernel frees it when the process ends."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def digest(*parts):
    """A short key that changes when one of the parts changes."""
    key = hashlib.sha256()
    for part in parts:
        key.update(part if isinstance(part, bytes) else str(part).encode())
        key.update(b"\0")
    return key.hexdigest()[:12]


def find_free_port():
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# === ENTRY POINT === #


def main(command):
    """Run a command's main function and turn its end into an exit code."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _on_terminate)
    try:
        code = command(sys.argv[1:])
    except KeyboardInterrupt:
        print("\nInterrupted: everything it had started is stopped.", flush=True)
        code = 130
    except DevError as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        code = 1
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code or 0)


def _on_terminate(*_args):
    """Leave through the ``finally`` blocks, so that children are stopped too."""
    sys.exit(143)
