"""What one cell may hold: parsers from text to a value, one ``Cell`` for each type of column.

A parser takes stripped, non-blank text and returns a value, or raises ``CellFault`` with the catalogue key of its
sentence (``etl.fault.<key>``). It never raises anything else, whatever the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from etl.kinds import clock_text
from etl.kinds.cell_text import clean_text, whole_text
from etl.kinds.identity_hash import keyed_hash
from etl.readers.numerals import Sign, is_plain, spell_number
from geodata.settings import settings
from geodata.signs.refused_signs import refused_sign

LONGEST_TEXT = 4000
LONGEST_CODE = 120


class CellFault(Exception):
    """What is wrong with a cell: ``key`` names the sentence, ``detail`` fills its place."""

    def __init__(self, key: str, detail: str = "") -> None:
        super().__init__(key)
        self.key = key
        self.detail = detail


@dataclass(frozen=True)
class Cell:
    """A type of column: its parser, its SQL type in staging, and how a template offers it."""

    name: str
    sql: str
    parse: Callable[[str], Any]
    choices: type[StrEnum] | None = None
    as_text: bool = False
    """The template formats the column as text, so that a spreadsheet does not turn codes into numbers."""
    numeric: bool = False
    """A number, whose decimal sign may depend on the other numbers of its sheet (``etl.load.decimal_signs``)."""
    grouped: bool = True
    """Of a number: whether it may reach a thousand, so that a sign may part the thousands."""
    percent_beside: str = ""
    """Of a number: the field of its unit, which must be % where the number is a percent."""
    verbatim: bool = False
    """Kept sign by sign, also those nobody sees; of any other cell only what is seen is read."""

    def clean_cell(self, raw: str) -> str:
        """What of a cell is parsed.

        Parameters
        ----------
        raw
            As the file has it.

        Returns
        -------
        text
            Maybe empty: a blank cell.
        """
        return whole_text(raw) if self.verbatim else clean_text(raw)


def _text(value: str) -> str:
    if len(value) > LONGEST_TEXT:
        raise CellFault("too_long", str(LONGEST_TEXT))
    if sign := refused_sign(value):
        raise CellFault("refused_sign", sign)
    return value


_SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d*)?[eE]\+?\d+")
_DECIMAL_TAIL = re.compile(r"\d+\.\d*")


def _code(value: str) -> str:
    if value.isascii() and value.isalnum() and (value.isdigit() or value[0].isalpha()) and len(value) <= LONGEST_CODE:
        return value  # most codes; what follows would find nothing
    plain = unicodedata.normalize("NFKC", value)
    if _SCIENTIFIC.fullmatch(plain):
        raise CellFault("code_scientific")
    if _DECIMAL_TAIL.fullmatch(plain):
        raise CellFault("code_decimal")
    if any(sign.isspace() for sign in plain):
        raise CellFault("code_space")
    if len(plain) > LONGEST_CODE:
        raise CellFault("too_long", str(LONGEST_CODE))
    return plain


def _moment(value: str) -> datetime:
    moment = clock_text.read_moment(value).replace(microsecond=0)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(settings().timezone))


def _guarded(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """``clock_text`` says what is wrong by the key of a ValueError; here it becomes a fault."""

    def parse_or_fault(value: str) -> Any:
        try:
            return parse(unicodedata.normalize("NFKC", value))
        except (ValueError, OverflowError) as error:
            key = str(error)
            raise CellFault(key if key in clock_text.FAULTS else "not_a_date") from None

    return parse_or_fault


class Percent(StrEnum):
    """What ``12.3%`` is in a column of numbers."""

    NOTHING = "nothing"
    """No number: neither hours nor degrees are percents."""
    SHARE = "share"
    """The share 0.123."""
    AS_SHOWN = "as_shown"
    """12.3, beside the unit %."""


def number_cell(
    least: float | None = None,
    most: float | None = None,
    *,
    grouped: bool = True,
    percent: Percent = Percent.NOTHING,
    percent_beside: str = "",
) -> Cell:
    """A decimal number between the bounds (both inclusive; None: open), as ``etl.readers.numerals`` spells it.

    Parameters
    ----------
    least, most
        The bounds.
    grouped
        Whether it may reach a thousand; degrees never do, so that no sign in them parts the thousands.
    percent, percent_beside
        What a percent is, and the field of its unit where it is read as shown.

    Returns
    -------
    cell
        Its values are ``Decimal``, exact as written; ``numeric`` in the database.
    """
    grouped = grouped and (most is None or most >= 1000)

    def parse(value: str) -> Decimal:
        amount = Decimal(value) if is_plain(value) else _amount(_alone(value, grouped), percent)
        if (least is not None and amount < Decimal(str(least))) or (most is not None and amount > Decimal(str(most))):
            raise CellFault("out_of_range", f"{'' if least is None else least}–{'' if most is None else most}")
        return amount

    return Cell("number", "numeric", parse, numeric=True, grouped=grouped, percent_beside=percent_beside)


def _alone(value: str, grouped: bool) -> str:
    """The number a text is by itself, ``nan`` for none."""
    spelt = spell_number(value, grouped=grouped)
    if spelt is not None and spelt.sign is Sign.EITHER_COMMA:
        raise CellFault("comma_or_point")
    return spelt.plain if spelt else "nan"


def _amount(plain: str, percent: Percent) -> Decimal:
    shown = plain.removesuffix("%")
    try:
        # the length is bounded before Decimal sees it: a huge exponent must not fill the memory
        amount = Decimal(shown if len(shown) <= 40 else "nan")
    except InvalidOperation:
        raise CellFault("not_a_number") from None
    if not amount.is_finite() or abs(amount.adjusted()) > 30 or (shown != plain and percent is Percent.NOTHING):
        raise CellFault("not_a_number")
    return amount.scaleb(-2) if shown != plain and percent is Percent.SHARE else amount


YES = frozenset({"是", "有", "对", "√", "✓", "yes", "y", "true", "t", "1"})
NO = frozenset({"否", "无", "错", "×", "✗", "no", "n", "false", "f", "0"})


def _yes_no(value: str) -> bool:
    word_said = unicodedata.normalize("NFKC", value).lower()
    if word_said in YES:
        return True
    if word_said in NO:
        return False
    raise CellFault("not_yes_no")


def _uscc(value: str) -> str:
    plain = _code(value.upper())
    try:
        return str(uscc.validate(plain))
    except ValidationError:
        raise CellFault("uscc_check") from None


_PHONE = re.compile(r"\+?[0-9](?:[0-9]|[ -](?=[0-9])){2,24}(?:(?:转|ext\.?|x)[0-9]{1,6})?")
_MOBILE = re.compile(r"(?:\+?86[- ]?)?1[3-9][0-9]{9}")


def _phone(value: str) -> str:
    plain = unicodedata.normalize("NFKC", value).replace("(", "").replace(")", "-").strip("- ")
    if not _PHONE.fullmatch(plain) or not 3 <= sum(sign.isdigit() for sign in plain) <= 20:
        raise CellFault("not_a_phone")
    return plain


def _mobile(value: str) -> str:
    plain = unicodedata.normalize("NFKC", value).replace(" ", "").replace("-", "")
    if not _MOBILE.fullmatch(plain):
        raise CellFault("not_a_mobile")
    return plain[-11:]


def _id_number(value: str) -> str:
    """``hash:tail`` of a resident identity number; the number itself goes no further than this function."""
    plain = unicodedata.normalize("NFKC", value).replace(" ", "").upper()
    if "*" in plain:
        raise CellFault("id_masked")
    try:
        number_given = str(ric.validate(plain))
    except (ValidationError, ValueError):
        raise CellFault("id_check") from None
    return f"{keyed_hash(number_given)}:{number_given[-4:]}"


TEXT = Cell("text", "text", _text, verbatim=True)
CODE = Cell("code", "text", _code, as_text=True)
DATE = Cell("date", "date", _guarded(clock_text.read_day))
MOMENT = Cell("moment", "timestamptz", _guarded(_moment))
YES_NO = Cell("yes_no", "boolean", _yes_no)
USCC = Cell("uscc", "text", _uscc, as_text=True)
PHONE = Cell("phone", "text", _phone, as_text=True)
MOBILE = Cell("mobile", "text", _mobile, as_text=True)
ID_NUMBER = Cell("id_number", "text", _id_number, as_text=True)
LONGITUDE = number_cell(grouped=False)
LATITUDE = number_cell(grouped=False)
