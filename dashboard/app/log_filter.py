"""No token in a log: whatever a logger of this process is told, a web server's too, is struck of it first."""

from __future__ import annotations

import logging

from geodata.accounts.token_secret import strike_secrets


class _TokenlessRecord(logging.LogRecord):
    """A line of a log without tokens, also where an error quotes what it stumbled over."""

    def getMessage(self) -> str:  # noqa: N802  # logging's own name
        """The message with its values filled in."""
        return strike_secrets(super().getMessage())


def keep_tokens_out() -> None:
    """From now on every record of every logger is without tokens; asked again, it changes nothing."""
    logging.setLogRecordFactory(_record)


def _record(*said: object, **named: object) -> logging.LogRecord:
    made = _TokenlessRecord(*said, **named)  # type: ignore[arg-type]
    if made.exc_info and made.exc_info[0] is not None:
        told = logging.Formatter().formatException(made.exc_info)
        struck = strike_secrets(told)
        # what a formatter finds there it does not write anew
        made.exc_text = struck if struck != told else made.exc_text
    return made
