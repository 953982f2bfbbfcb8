"""How a number is spelt: which sign stands before the decimals, what groups the thousands, and whether it is a percent.

The point is the decimal sign of this program. Text of other systems may use the comma, and one comma or point before
three figures (``1,250``) can be either; such a text is read only by what the rest of its sheet says
(``etl.load.decimal_signs``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from operator import eq, ge, gt, le, lt, ne
from typing import NamedTuple


class Sign(Enum):
    """What the spelling of one number says about the signs of the table it stands in."""

    NONE = "none"
    """No sign, or a space or an apostrophe between the thousands: read alike everywhere."""
    POINT = "point"
    """``12.5``: decimals behind a point; a typed number of a workbook looks the same."""
    COMMA_GROUPS = "comma_groups"
    """``1,250.5`` or ``1,250,000``: only a table with decimal points is written so."""
    COMMA = "comma"
    """``0,015``, ``12,5``, ``1.250,5`` or ``1.250.000``: only a table with decimal commas is written so."""
    EITHER_COMMA = "either_comma"
    """``1,250``: a thousand and a quarter, or one and a quarter."""
    EITHER_POINT = "either_point"
    """``1.250``: one and a quarter, unless the table has decimal commas."""


class Spelt(NamedTuple):
    """A number with its decimals behind a point, no groups, and the percent sign it had; and what its spelling says."""

    plain: str
    sign: Sign


is_plain = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,2}|\.[0-9]{4,15})?").fullmatch
"""Whether a text is a number that can be nothing else, as most are: what follows would leave it as it is."""
_PLAIN = re.compile(r"[+-]?(?:\d+|\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?")
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_COMMA_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_POINT_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+")
_OTHER_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(?:([ '’])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")


def spell_number(text: str, *, grouped: bool = True) -> Spelt | None:
    """The number a text spells; None where it is none. Full-width figures and signs count as their plain ones.

    Parameters
    ----------
    text
        A stripped cell, such as ``１，２５０．５`` or ``12.3 %``.
    grouped
        Whether the column may hold a thousand or more; where not, as with degrees, one sign never groups.

    Returns
    -------
    spelt
        The number as this program writes it, and what its spelling says of the table.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    number = plain.removesuffix("%").rstrip()
    percent = "%" if number != plain else ""
    found = _number(number, grouped=grouped)
    return found and Spelt(found.plain + percent, found.sign)


def _number(text: str, *, grouped: bool) -> Spelt | None:
    if _EITHER.fullmatch(text) and grouped:
        return Spelt(text.replace(",", ""), Sign.EITHER_COMMA if "," in text else Sign.EITHER_POINT)
    if _PLAIN.fullmatch(text):
        return Spelt(text, Sign.POINT if "." in text else Sign.NONE)
    if grouped and _COMMA_GROUPS.fullmatch(text):
        return Spelt(text.replace(",", ""), Sign.COMMA_GROUPS)
    if _DECIMAL_COMMA.fullmatch(text) or (grouped and _POINT_GROUPS.fullmatch(text)):
        return Spelt(text.replace(".", "").replace(",", "."), Sign.COMMA)
    if grouped and _OTHER_GROUPS.fullmatch(text):
        sign = Sign.COMMA if "," in text else Sign.POINT if "." in text else Sign.NONE
        return Spelt(re.sub(r"[ '’]", "", text).replace(",", "."), sign)
    return None


_UNSEEN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^]<>=]*\]')
"""What a number format says about other things than figures: words, widths, colours."""
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_HOLDS: dict[str, Callable[[float, float], bool]] = {
    "<": lt, "<=": le, ">": gt, ">=": ge, "=": eq, "<>": ne,
}  # fmt: skip


def shows_percent(number_format: str, value: float) -> bool:
    """Whether a spreadsheet shows ``value`` times a hundred with a percent sign; ``0.0%`` does, ``0.0"%"`` does not.

    Parameters
    ----------
    number_format
        As the workbook says it, such as ``0.0%`` or ``[<1]0%;0``; parts for other signs are parted by semicolons.
    value
        The number: its sign, or a condition, chooses the part of the format.

    Returns
    -------
    percent
        True for exactly one percent sign that is no literal.
    """
    parts = _UNSEEN.sub("", number_format).split(";")
    conditions = [_CONDITION.search(part) for part in parts]
    if any(conditions):
        met = (at for at, each in enumerate(conditions) if each is None or _HOLDS[each[1]](value, float(each[2])))
        place = next(met, 0)
    else:
        place = 1 if value < 0 and len(parts) > 1 else 2 if value == 0 and len(parts) > 2 else 0
    return parts[place].count("%") == 1


def percent_text(value: float) -> str:
    """A share as its cell shows it, with all its decimals: 0.123 is ``12.3%``.

    Parameters
    ----------
    value
        A finite number.

    Returns
    -------
    text
        Without zeros at the end, never in E notation.
    """
    shown = f"{Decimal(repr(value)) * 100:f}"
    return f"{shown.rstrip('0').rstrip('.') if '.' in shown else shown}%"
