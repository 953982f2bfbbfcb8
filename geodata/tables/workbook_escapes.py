"""Signs that XML cannot hold, as workbooks write them (ISO/IEC 29500, ST_Xstring): “_x000D_”."""

from __future__ import annotations

import re

_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_OF_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def escape_for_workbook(text: str) -> str:
    r"""A text as workbooks hold it (ISO/IEC 29500, ST_Xstring).

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    escaped
        What XML cannot hold, and a carriage return, as “_x000D_”; what only looks like such an escape as
        “_x005F_x000D_”.
    """
    plain = _ESCAPE_LIKE.sub("_x005F_", text) if "_x" in text else text
    return plain if plain.isprintable() else _NOT_OF_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", plain)


_ESCAPED = re.compile(r"(?:_x[0-9A-Fa-f]{4}_)+")


def read_workbook_escapes(text: str) -> str:
    """The text a workbook means.

    Parameters
    ----------
    text
        As the file has it.

    Returns
    -------
    text
        Escapes are the characters they stand for; half of one stays an escape.
    """
    return _ESCAPED.sub(_unescaped, text) if "_x" in text else text


def _unescaped(found: re.Match[str]) -> str:
    units = [int(each, 16) for each in re.findall(r"_x([0-9A-Fa-f]{4})_", found[0])]
    try:
        return b"".join(unit.to_bytes(2, "little") for unit in units).decode("utf-16-le")
    except UnicodeDecodeError:
        return found[0]
