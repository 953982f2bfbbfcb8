"""The web server: the application, made once, behind one address; each of its processes is begun again when it ends."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Mapping
from functools import partial
from threading import Thread

from flask import Flask
from itsdangerous import BadData
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_cookie

from dashboard.app.create_app import GridDash, create_app
from dashboard.app.patient_server import BACKLOG, answer_requests
from dashboard.app.supervise import keep_running
from dashboard.app.warmup import ask_ahead
from geodata.database.engine import application_engine, door_engine
from geodata.database.upgrade import require_current_schema
from geodata.errors import SetupError
from geodata.rule_kinds import RULE_KINDS
from geodata.settings import Settings

UNSIGNED_BYTES = 64 * 2**10
"""What is kept of a body by nobody who is signed in: names and passwords."""
MOST_SECONDS = (RULE_KINDS["session_hours"].most or 0) * 3600
"""As long as a session may last at most: an older cookie brings no large files."""


def serve_pages(
    settings: Settings, address: socket.socket, ahead_for: str | None, say_ready: Callable[[str], None]
) -> None:
    """Serve until told to stop.

    Parameters
    ----------
    settings
        Of them how many processes and threads, and what the application reads.
    address
        As ``bind_address`` gave it.
    ahead_for
        A login; what the map of whoever sees as much asks for first is asked ahead. None: nothing is.
    say_ready
        Called with the address once it is open.

    Raises
    ------
    SetupError
        The database is not as this code expects it.
    """
    engine, door = application_engine(), door_engine()
    require_current_schema(engine)
    door.connect().close()  # a password that is none is told now, not to the first who signs in
    app = create_app(settings, engine, door)
    door.dispose()
    engine.dispose()  # a connection is no process's but that which opened it
    address.listen(BACKLOG)
    say_ready(f"http://{settings.host}:{settings.port}")
    one = partial(_answer, app, address, settings.threads_per_worker, ahead_for)
    keep_running([one] * settings.web_workers, lambda: None)


def bind_address(host: str, port: int) -> socket.socket:
    """The address as this program's own; whoever connects is refused until it is listened on.

    Parameters
    ----------
    host, port
        The address.

    Returns
    -------
    address
        A socket several processes may take connections from.

    Raises
    ------
    SetupError
        The address is taken, not this machine's, or needs rights this program does not have.
    """
    try:
        family, kind, proto, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        address = socket.socket(family, kind, proto)
        address.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        address.bind(where)
    except OSError as fault:
        taken = fault.errno == errno.EADDRINUSE
        key = "ui.serve.port_taken" if taken else "ui.serve.no_address"
        raise SetupError(key, host=host, port=port, why=fault.strerror or str(fault)) from fault
    return address


def _answer(app: GridDash, address: socket.socket, threads: int, ahead_for: str | None) -> None:
    """One process of the server."""
    for engine in (app.ctx.engine, app.ctx.door):
        engine.dispose(close=False)
    if ahead_for:
        Thread(target=ask_ahead, args=(app.ctx, ahead_for), daemon=True).start()
    answer_requests(app.server, address, threads, partial(_body_limit, app))


def _body_limit(app: GridDash, method: str, path: str, headers: Mapping[str, str]) -> int:
    """How many bytes of body are kept: what the address takes, and no more than a form's of who has not signed in.

    Thousands may send at once, and what is kept of each lies in memory.
    """
    if not _is_signed(app.server, headers.get("COOKIE", "")):
        return UNSIGNED_BYTES
    server = app.server
    try:
        endpoint, _ = server.url_map.bind("").match(path, method)
    except HTTPException:
        endpoint = ""
    most = int(server.config["MAX_CONTENT_LENGTH"])
    return max(most, app.guard.large.get(str(endpoint), most))


def _is_signed(server: Flask, cookies: str) -> bool:
    """Whether there is a session that this server began; whether it still holds is judged where it always is."""
    reader = server.session_interface.get_signing_serializer(server)  # type: ignore[attr-defined]
    kept = parse_cookie(cookies).get(server.config["SESSION_COOKIE_NAME"], "")
    try:
        return "_user_id" in reader.loads(kept, max_age=MOST_SECONDS)
    except BadData:
        return False
