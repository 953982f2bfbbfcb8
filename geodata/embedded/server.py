"""The server's processes: making a cluster, starting and stopping it, telling a living one from a dead one's traces."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

from geodata.embedded.account import Account
from geodata.embedded.binaries import Binaries
from geodata.embedded.place import SOCKET_NAME
from geodata.errors import SetupError, Unavailable

START_SECONDS = 120
LEFTOVER_SECONDS = 20
MB = 2**20
ROOM_MB = 32
"""What a server needs to begin on: two files of its log."""
NOTICE_SECONDS = 3
"""How long sessions of a killed server have to end by themselves, and then once they are told to."""
ADMIN = "postgres"
HBA = "# The socket's folder is private (0700): who reaches it is let in.\nlocal all all trust\n"


def major_version(data: Path) -> int | None:
    """The PostgreSQL version a cluster was made by; None where there is none.

    Parameters
    ----------
    data
        The data folder; need not exist.

    Returns
    -------
    major
        Such as 16; None also while a cluster is only being made.
    """
    try:
        return int((data / "PG_VERSION").read_text().strip())
    except FileNotFoundError:
        return None


def create_cluster(binaries: Binaries, account: Account, data: Path) -> None:
    """Make an empty cluster (UTF-8, checksums); it appears under its name only when it is whole.

    Parameters
    ----------
    binaries
        Programs of the version to make it with.
    account
        Owner of what is made.
    data
        The data folder, not there yet; its parent is. It is made as ``data.new`` beside it.

    Raises
    ------
    SetupError
        ``initdb`` failed with both locales; the last three lines it said are told.
    """
    unfinished = data.with_name("data.new")
    for locale in ("C.UTF-8", "C"):
        shutil.rmtree(unfinished, ignore_errors=True)
        account.own_folder(unfinished)
        done = account.run_command(
            [
                binaries["initdb"],
                "--data-checksums",
                "--encoding=UTF8",
                f"--locale={locale}",
                f"--username={ADMIN}",
                "--auth=trust",
                f"--pgdata={unfinished}",
            ]
        )
        if done.returncode == 0:
            break
    else:
        raise _failure("initdb", done.stderr, data.parent)
    account.write_file(unfinished / "pg_hba.conf", HBA)
    config = (unfinished / "postgresql.conf").read_text(encoding="utf-8")
    account.write_file(unfinished / "postgresql.conf", f"{config}\ninclude = 'grid.conf'\n")
    unfinished.rename(data)


def launch_server(binaries: Binaries, account: Account, data: Path, socket: Path, configuration: str) -> None:
    """Start the server and wait until it answers, replaying its log first if it was killed.

    Parameters
    ----------
    binaries
        Programs of the version the cluster was made by.
    account
        The cluster's owner.
    data
        The data folder; ``grid.conf`` in it is written anew.
    socket
        The folder of the unix socket, which exists.
    configuration
        Text of ``grid.conf``.

    Raises
    ------
    SetupError
        Sessions of a killed server did not end within ``LEFTOVER_SECONDS``, or the server did not answer within
        ``START_SECONDS``.
    Unavailable
        It did not begin, and there is no room on the disk.
    """
    _wait_for_leftovers(data)
    _forget_reused_id(data, socket)
    account.write_file(data / "grid.conf", configuration)
    # pg_ctl passes paths through a shell: from inside the folder there is nothing to quote
    command = [binaries["pg_ctl"], "start", "-w", "-s", "-t", str(START_SECONDS), "-D", ".", "-l", "start.log"]
    started = account.run_command(command, folder=data)
    if started.returncode:
        told = data / "start.log"
        raise _failure("pg_ctl", told.read_text(errors="replace") if told.exists() else started.stderr, data)


def shut_down(binaries: Binaries, account: Account, data: Path) -> None:
    """Stop the server cleanly; open sessions are cut, their transactions undone.

    Where that cannot be done (a full disk takes no last word), it is stopped at once and replays its log later.

    Parameters
    ----------
    binaries
        Programs of the version the cluster was made by.
    account
        The cluster's owner.
    data
        The data folder.

    Raises
    ------
    SetupError
        ``pg_ctl`` failed and the server lives.
    """
    for mode in ("fast", "immediate"):
        stopped = account.run_command([binaries["pg_ctl"], "stop", "-w", "-s", "-t", "30", "-m", mode, "-D", data])
        if not stopped.returncode or postmaster_pid(data) is None:
            return
    raise _failed("pg_ctl", stopped.stderr)


def postmaster_pid(data: Path) -> int | None:
    """The process id of the living server of this data folder; None for a dead one's stale ``postmaster.pid``.

    Parameters
    ----------
    data
        The data folder; need not exist.

    Returns
    -------
    pid
        A process counts only when it works in that folder.
    """
    recorded = _recorded_pid(data)
    return recorded if recorded in processes_in(data) else None


def processes_in(data: Path) -> set[int]:
    """Ids of the processes that work in ``data`` (every PostgreSQL process does, for as long as it lives).

    Parameters
    ----------
    data
        The data folder.

    Returns
    -------
    pids
        Of those processes this account may look at; empty when none.
    """
    folder, found = data.resolve(), set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == folder:
                found.add(int(entry.name))
        except OSError:  # it has ended meanwhile, or is somebody else's
            continue
    return found


def _recorded_pid(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def _wait_for_leftovers(data: Path) -> None:
    """After a kill of the server, wait for its sessions to notice and end; those that do not are ended.

    One in a long statement notices late, one that waits for a lock of shared memory whose holder is gone never does.
    None of them can commit any more: the server's log is replayed when it starts.
    """
    begun = time.monotonic()
    while left := processes_in(data):
        waited = time.monotonic() - begun
        if waited > LEFTOVER_SECONDS:
            raise SetupError("cluster.leftovers", data=data)
        if waited > NOTICE_SECONDS:
            for pid in left:
                _end_session(pid, signal.SIGQUIT if waited < 2 * NOTICE_SECONDS else signal.SIGKILL)
        time.sleep(0.05)


def _end_session(pid: int, sign: signal.Signals) -> None:
    """End a session of a server that is gone; a stranger who only stands in its folder is left alone."""
    try:
        if Path(f"/proc/{pid}/comm").read_text() == "postgres\n":
            os.kill(pid, sign)
    except OSError:  # it has ended meanwhile, or is somebody else's
        return


def _forget_reused_id(data: Path, socket: Path) -> None:
    """Remove a dead server's traces when a stranger has its process id by now; PostgreSQL would refuse to start."""
    recorded = _recorded_pid(data)
    if recorded is not None and Path(f"/proc/{recorded}").exists():
        (data / "postmaster.pid").unlink()
        (socket / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)


def _failure(program: str, told: str, folder: Path) -> SetupError | Unavailable:
    """Why a server was not made or begun: on a full disk it says nothing that anybody could act on."""
    free = shutil.disk_usage(folder).free // MB
    if free < ROOM_MB:
        return Unavailable("cluster.no_room", folder=folder, free=free, needed=ROOM_MB)
    return _failed(program, told)


def _failed(program: str, told: str) -> SetupError:
    last = " ".join(line.strip() for line in told.strip().splitlines()[-3:])
    return SetupError("cluster.failed", program=program, told=last)
