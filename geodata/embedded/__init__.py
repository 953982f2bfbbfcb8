"""A private PostGIS under the home folder, run with the machine's own PostgreSQL programs.

It listens on a unix socket in a private folder and nowhere else, knows nothing of the machine's own clusters, and is
shared by every process of this installation: whoever starts first starts it, the others use it.

For others: ``binaries``.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from geodata.embedded import contents, server
from geodata.embedded.account import Account, account_for
from geodata.embedded.binaries import find_binaries
from geodata.embedded.place import Place
from geodata.embedded.tuning import machine_memory, server_configuration
from geodata.errors import SetupError

__all__ = ["ClusterStatus", "cluster_status", "start_cluster", "stop_cluster"]


@dataclass(frozen=True)
class ClusterStatus:
    """What is known of the private cluster without touching it."""

    exists: bool
    running: bool
    data: Path
    socket: Path
    pid: int | None
    postgres_version: int | None

    @property
    def url(self) -> str | None:
        """The SQLAlchemy URL; None while it is not running."""
        return contents.database_url(self.socket) if self.running else None


def start_cluster(home: Path, *, durable: bool = True) -> str:
    """Make the cluster on first use, start it unless it runs, and wait until it answers.

    Safe to call from several processes at once, and after the server was killed.

    Parameters
    ----------
    home
        The folder that holds everything the program writes; the cluster lives in ``home/postgres``.
    durable
        False turns safety against power loss off, for test clusters only; ignored when it is running already.

    Returns
    -------
    str
        SQLAlchemy URL of database ``grid``, which has PostGIS and is owned by the role that connects.

    Raises
    ------
    SetupError
        PostgreSQL or PostGIS is missing, or the cluster is another account's or another version's.
    """
    place = Place.below_home(home)
    with place.hold_lock():
        account = _account(place.data)
        data = place.prepare_data(account)
        if server.postmaster_pid(data) is None:
            binaries = find_binaries(server.major_version(data))
            if not data.exists():
                server.create_cluster(binaries, account, data)
            socket = place.prepare_socket(account)
            server.launch_server(
                binaries, account, data, socket, server_configuration(socket, machine_memory(), durable=durable)
            )
        contents.ensure_database(place.socket)
        return contents.database_url(place.socket)


def stop_cluster(home: Path) -> None:
    """Stop the cluster if it runs; open transactions are undone. Nothing is deleted.

    Parameters
    ----------
    home
        The folder given to ``start_cluster``; one in which no cluster was ever made is left as it is.

    Raises
    ------
    SetupError
        The cluster is another account's, its version's programs are not installed, or it did not stop.
    """
    place = Place.below_home(home)
    if not place.folder.exists():
        return
    with place.hold_lock():
        if server.postmaster_pid(place.data) is not None:
            account = _account(place.data)
            server.shut_down(find_binaries(server.major_version(place.data)), account, place.data)
        place.forget_socket()


def cluster_status(home: Path) -> ClusterStatus:
    """Whether the cluster exists and runs, and where.

    Parameters
    ----------
    home
        The folder given to ``start_cluster``; need not exist.

    Returns
    -------
    status
        Read from files and processes; no connection is made and no lock waited for.
    """
    place = Place.below_home(home)
    pid = server.postmaster_pid(place.data)
    version = server.major_version(place.data)
    return ClusterStatus(version is not None, pid is not None, place.data, place.socket, pid, version)


def _account(data: Path) -> Account:
    if os.geteuid() != 0 and data.exists() and data.stat().st_uid != os.geteuid():
        raise SetupError("cluster.not_ours", folder=data, owner=data.owner())
    return account_for(data)
