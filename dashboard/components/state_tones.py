"""The tone of a state: danger, warn, ok or mute. It only ever goes with the state's word."""

from __future__ import annotations

import pandas as pd

from geodata.indicators import Indicator
from geodata.vocabulary import DueState

_DUE = {
    DueState.NOT_DUE: "ok",
    DueState.OPEN: "ok",
    DueState.DUE_SOON: "warn",
    DueState.OVERDUE: "danger",
    DueState.SEVERE: "danger",
    DueState.NEVER: "danger",
    DueState.PAUSED: "mute",
}


def due_tone(state: str | None) -> str:
    """The tone of a due state; of none at all, mute.

    Parameters
    ----------
    state
        A word of ``DueState``; None or NaN: none.

    Returns
    -------
    tone
        ``danger``, ``warn``, ``ok`` or ``mute``.

    Raises
    ------
    ValueError
        The word is none of ``DueState``.
    """
    return "mute" if state is None or pd.isna(state) else _DUE[DueState(state)]


def row_tones(frame: pd.DataFrame, asked: Indicator) -> list[str]:
    """The tone of each of an indicator's rows: mute when not counted, danger when counted on the wrong side.

    Parameters
    ----------
    frame
        Rows of ``list_counted_rows``; columns ``state counted hit``.
    asked
        The indicator they are of; due states have tones of their own.

    Returns
    -------
    tones
        One per row, in their order.
    """
    if asked.states is DueState:
        return [due_tone(state) for state in frame["state"]]
    good = asked.better == "higher"
    return [
        "mute" if not counted else "ok" if bool(hit) is good else "danger"
        for counted, hit in zip(frame["counted"], frame["hit"], strict=True)
    ]
