"""What a job found out about an uploaded file, kept beside it until what is said of it, or the data, change."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from dashboard.screens.data.heading_corrections import Heading
from dashboard.screens.data.uploads import Waiting
from etl import Difference, FileReport, Preview, Reject
from etl.load.file_hint import Hint
from geodata.calendar import today
from geodata.preview.overdue_moved import OverdueMoved

KEPT, BOOK = ".preview.json", ".rejects.xlsx"
"""Files beside the upload; no upload is called so: names lose the dots they begin with."""


@dataclass(frozen=True)
class KeptPreview:
    """What loading a file would do, or why it cannot be read as it stands.

    Attributes
    ----------
    state : of what (``state_of``) this is true.
    preview : without the sheets themselves; None where the file is refused.
    refused : why it cannot be read as it stands, by language; None where there is a preview.
    headings : of a file that is refused, to be corrected by hand.
    """

    state: str
    preview: Preview | None = None
    refused: dict[str, str] | None = None
    headings: tuple[Heading, ...] = ()


def said_of(waiting: Waiting) -> str:
    """What is said of a file, as one word.

    Parameters
    ----------
    waiting
        The file, which never changes under its token, and what is said of it.

    Returns
    -------
    said
        16 hexadecimal digits.
    """
    return hashlib.sha256(json.dumps(asdict(waiting), sort_keys=True).encode()).hexdigest()[:16]


def state_of(waiting: Waiting, data_version: str) -> str:
    """What a preview depends on, as one word: what is said of the file, the data it would go into, and the day.

    Parameters
    ----------
    waiting
        The file, and what is said of it.
    data_version
        Of the database at that moment.

    Returns
    -------
    state
        The three, parted by hyphens.
    """
    return f"{said_of(waiting)}-{data_version}-{today()}"


def keep_preview(folder: Path, kept: KeptPreview) -> None:
    """Keep what was found out; whoever reads meanwhile finds the one before, never half of one.

    Parameters
    ----------
    folder
        The upload's own.
    kept
        What was found out.
    """
    if kept.preview is not None:
        bare = tuple(replace(each, table=None, path=None) for each in kept.preview.reports)
        kept = replace(kept, preview=replace(kept.preview, reports=bare))
    whole = folder / f"{KEPT}.part"
    whole.write_text(json.dumps(asdict(kept), ensure_ascii=False), encoding="utf-8")
    whole.replace(folder / KEPT)


def find_preview(folder: Path, state: str) -> KeptPreview | None:
    """What is kept of a file in a state.

    Parameters
    ----------
    folder
        The upload's own.
    state
        As ``state_of`` gives it now.

    Returns
    -------
    kept
        None where nothing is, or what is kept was true of another state or written by another version.
    """
    try:
        told = json.loads((folder / KEPT).read_text("utf-8"))
        return _read(told) if told["state"] == state else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _read(told: dict[str, Any]) -> KeptPreview:
    preview = told["preview"]
    return KeptPreview(
        state=told["state"],
        preview=None if preview is None else _preview(preview),
        refused=told["refused"],
        headings=tuple(Heading(**each) for each in told["headings"]),
    )


def _preview(told: dict[str, Any]) -> Preview:
    return Preview(tuple(map(_report, told["reports"])), OverdueMoved(**told["moved"]))


def _report(told: dict[str, Any]) -> FileReport:
    made = {
        "rejects": [Reject(**each | {"place": each["place"] and tuple(each["place"])}) for each in told["rejects"]],
        "hints": tuple(Hint(**each) for each in told["hints"]),
        "differences": tuple(Difference(**each) for each in told["differences"]),
        "emptied": tuple((column, count) for column, count in told["emptied"]),
        "read_from": {field: tuple(headings) for field, headings in told["read_from"].items()},
    }
    lists = {name: tuple(told[name]) for name in ("left_out_names", "above", "unused", "shape_places")}
    return FileReport(**told | lists | made)
