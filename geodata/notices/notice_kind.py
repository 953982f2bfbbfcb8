"""What a kind of notice is: the SELECT that tells what of it arrived for whoever asks, after a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True)
class NoticeKind:
    """One kind of notice. Its words stand beside it: ``notice.<key>.name`` and the sentence ``notice.<key>.text``.

    Attributes
    ----------
    key : the file's name.
    order : its place among notices of one moment.
    rows : SELECT with the columns ``at`` timestamptz and ``detail`` jsonb, one row per notice that arrived after
        ``:since``, asked with the scope of its reader: row security decides what is in the own area. What whoever asks
        has done is none.
    page : address of the thing it leads to; places in braces are filled from ``detail``.
    states : key of ``detail`` → the vocabulary whose word stands in the sentence.
    labels : key of ``detail`` → beginning of the catalogue key, ``etl.kind``, under which its word stands.
    follows_data : it changes with the data alone, and with the day: it is counted anew when those change.
    """

    key: str
    order: int
    rows: str
    page: str
    states: Mapping[str, type[StrEnum]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    follows_data: bool = True
