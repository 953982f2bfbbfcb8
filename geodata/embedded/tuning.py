"""The server's settings, from the memory at hand: one district, a few people, a machine shared with the web server."""

from __future__ import annotations

import os
from pathlib import Path

MB = 1024 * 1024
CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def machine_memory() -> int:
    """Bytes of memory this machine or container may use.

    Returns
    -------
    memory
        The least of the physical memory and the limits of the control group.
    """
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    told = [path.read_text().strip() for path in CGROUP_LIMITS if path.exists()]
    return min(limits + [int(limit) for limit in told if limit.isdigit()])


def server_configuration(socket: Path, memory: int, *, durable: bool = True) -> str:
    """The text of ``grid.conf``.

    Parameters
    ----------
    socket
        Folder of the unix socket; the only way in (no TCP port is opened).
    memory
        Bytes the machine has; an eighth is given to shared buffers, within 64 MB and 1 GB.
    durable
        False gives up safety against power loss for speed; only for databases that tests throw away.

    Returns
    -------
    text
        Lines ``key = 'value'``; memory is in whole MB, times are UTC.
    """
    quoted = str(socket).replace('"', '""')
    wanted = {
        "listen_addresses": "",
        "port": "5432",  # only a part of the socket's name
        "unix_socket_directories": f'"{quoted}"',
        "unix_socket_permissions": "0700",
        "shared_buffers": f"{_between(64, memory // 8 // MB, 1024)}MB",
        "effective_cache_size": f"{_between(128, memory // 2 // MB, 65536)}MB",
        "maintenance_work_mem": f"{_between(32, memory // 32 // MB, 512)}MB",
        "work_mem": f"{_between(4, memory // 512 // MB, 32)}MB",
        "max_connections": "100",
        "max_wal_size": "2GB",
        "wal_compression": "on",
        "random_page_cost": "1.1",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "logging_collector": "on",
        "log_directory": "log",
        "log_filename": "postgres-%a.log",  # a week of logs, each day written over
        "log_truncate_on_rotation": "on",
        "log_rotation_size": "0",
        "log_checkpoints": "off",
        "log_error_verbosity": "terse",  # details would repeat whole rows, with the names and numbers in them
        "fsync": "on" if durable else "off",
        "synchronous_commit": "on" if durable else "off",
        "full_page_writes": "on" if durable else "off",
    }
    lines = [f"{key} = '{value.replace(chr(39), chr(39) * 2)}'" for key, value in wanted.items()]
    return "\n".join(["# Written anew at every start; ALTER SYSTEM is the place for changes.", *lines, ""])


def _between(least: int, value: int, most: int) -> int:
    return max(least, min(value, most))
