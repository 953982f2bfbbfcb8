"""Texts as TOML writes them."""

from __future__ import annotations

import json
from collections.abc import Iterable


def toml_string(text: str) -> str:
    """A basic string.

    Parameters
    ----------
    text
        Any text without lone surrogates.

    Returns
    -------
    text
        In double quotes, on one line.
    """
    # JSON escapes alike, but lets one control character stand that TOML does not
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def toml_list(texts: Iterable[str]) -> str:
    """An array of basic strings.

    Parameters
    ----------
    texts
        Any texts without lone surrogates.

    Returns
    -------
    text
        On one line.
    """
    return f"[{', '.join(toml_string(each) for each in texts)}]"
