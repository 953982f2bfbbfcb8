"""No token in a log, and one line for one thing: whatever a logger of this process is told, a web server's too.

Tokens are struck of it, and signs by which a name could begin a line of its own or colour the screen are shown.
"""

from __future__ import annotations

import logging

from geodata.accounts.token_secret import strike_secrets
from geodata.signs.refused_signs import show_refused


class _TokenlessRecord(logging.LogRecord):
    """A line of a log without tokens and signs that make it two, also where an error quotes what it stumbled over."""

    def getMessage(self) -> str:  # noqa: N802  # logging's own name
        """The message with its values filled in, on one line."""
        return show_refused(strike_secrets(super().getMessage()), one_line=True)


def keep_tokens_out() -> None:
    """From now on every record of every logger is without tokens; asked again, it changes nothing."""
    logging.setLogRecordFactory(_record)


def _record(*said: object, **named: object) -> logging.LogRecord:
    made = _TokenlessRecord(*said, **named)  # type: ignore[arg-type]
    if made.exc_info and made.exc_info[0] is not None:
        told = logging.Formatter().formatException(made.exc_info)
        # what a formatter finds there it does not write anew; set in, no line of an error begins like one of the log
        made.exc_text = "\n".join(f"  {line}" for line in show_refused(strike_secrets(told)).splitlines())
    return made
