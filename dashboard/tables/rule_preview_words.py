"""A preview of a rule in words and tables, for pages and the command line alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from geodata.levels import current_levels
from geodata.locale import Lang, label_of, translate
from geodata.preview.rule_preview import DaySeen, RulePreview
from geodata.rollup.indicator_counts import sum_counts
from geodata.rule_changes.rule_acts import RuleChange
from geodata.rule_changes.rule_text import rule_name, scope_name, show_value
from geodata.vocabulary import DueState
from layers.catalog import discover
from layers.layer import Layer
from layers.legend import class_label
from layers.moves.unit_moves import LayerSeen, UnitMove, find_moves
from layers.number_format import counts_text

MOST_MOVES = 60


@dataclass(frozen=True)
class ToldTable:
    """A table of a preview."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class ToldPreview:
    """What a preview says: sentences, then tables; only of what would change."""

    sentences: tuple[str, ...]
    tables: tuple[ToldTable, ...]


def rule_title(change: RuleChange, lang: Lang) -> str:
    """Which rule it is, with what the value is for.

    Parameters
    ----------
    change, lang
        A change of the rule; the language wanted.

    Returns
    -------
    words
        As people call it.
    """
    return f"{rule_name(change.key, lang)} {scope_name(change.kind, change.scope, lang)}".strip()


def tell_preview(db: Connection, preview: RulePreview, lang: Lang) -> ToldPreview:
    """Say a preview.

    Parameters
    ----------
    db
        The transaction it was made in: it names the units.
    preview, lang
        What would change; the language wanted.

    Returns
    -------
    told
        Of at most ``MOST_MOVES`` units that move; how many there are is said.
    """
    sentences = [_change_said(preview.change, lang)]
    if preview.as_if_today:
        sentences.append(translate("preview.as_if_today", lang, day=preview.change.from_on))
    sentences.append(preview.moved.to_sentence(lang))
    moves = [(layer, *each) for layer in discover().values() for each in _layer_moves(db, preview.now, layer, lang)]
    coloured, placed = (sum(each[at] for each in moves) for at in (2, 3))
    sentences.append(translate("preview.moves", lang, coloured=coloured, placed=placed) if moves else _none(lang))
    if len(moves) > MOST_MOVES:
        sentences.append(translate("preview.most", lang, n=MOST_MOVES))
    shown = tuple(each[1] for each in moves[:MOST_MOVES])
    tables = (_numbers(preview, lang), _states(preview.now, lang), _table("moves", _MOVE_HEADS, shown, lang))
    return ToldPreview(tuple(sentences), tuple(each for each in tables if each.rows))


_MOVE_HEADS = ("layer", "unit", "counts", "place", "colour")


def _none(lang: Lang) -> str:
    return translate("preview.no_moves", lang)


def _table(key: str, heads: tuple[str, ...], rows: tuple[tuple[str, ...], ...], lang: Lang) -> ToldTable:
    titles = tuple(translate(f"preview.column.{head}", lang) for head in heads)
    return ToldTable(translate(f"preview.table.{key}", lang), titles, rows)


def _change_said(change: RuleChange, lang: Lang) -> str:
    kind, what = change.kind, rule_title(change, lang)
    was = translate("preview.nothing", lang) if change.former is None else show_value(kind, change.former, lang)
    if change.source is None:
        return translate("preview.removed", lang, what=what, day=change.from_on, was=was)
    key = "restored" if change.takes_back else "set" if change.former is None else "corrected"
    now = show_value(kind, change.value, lang)
    return translate(f"preview.{key}", lang, what=what, day=change.from_on, was=was, now=now, source=change.source)


def _numbers(preview: RulePreview, lang: Lang) -> ToldTable:
    """Every number of the whole that differs on a day."""
    rows = tuple(
        (day[0].as_of.isoformat(), translate(f"indicator.{key}.label", lang), _whole(day[0], key), _whole(day[1], key))
        for day in preview.days
        for key in preview.find_moved(day)
    )
    return _table("numbers", ("day", "number", "was", "now"), rows, lang)


def _whole(seen: DaySeen, key: str) -> str:
    return counts_text(*seen.sum_whole(key)) if key in seen.counts else "—"


def _states(day: tuple[DaySeen, DaySeen], lang: Lang) -> ToldTable:
    """How many subjects are in each state of their patrol today, where that differs."""
    was, now = (each.states["state"].value_counts() for each in day)
    pairs = [(state, int(was.get(state.value, 0)), int(now.get(state.value, 0))) for state in DueState]
    rows = tuple((label_of(state, lang), str(one), str(two)) for state, one, two in pairs if one != two)
    return _table("states", ("state", "was", "now"), rows, lang)


def _layer_moves(
    db: Connection, day: tuple[DaySeen, DaySeen], layer: Layer, lang: Lang
) -> Iterator[tuple[tuple[str, ...], bool, bool]]:
    """The units that move under a layer: their row, whether the colour and whether the place is another one."""
    if not all(layer.indicator in each.counts for each in day):
        return
    breaks = [each.rules.get(("class_breaks", layer.key), layer.breaks) for each in day]
    small = [int(each.rules.get(("small_n", ""), layer.small)) for each in day]
    counts = [each.counts[layer.indicator] for each in day]
    if counts[0].equals(counts[1]) and breaks[0] == breaks[1] and small[0] == small[1]:
        return
    name = translate(f"layers.layer.{layer.key}.label", lang)
    levels = current_levels()
    for level in levels.units[1:] or levels.units:
        seen = [
            LayerSeen(sum_counts(db, counts[at], level, day[at].as_of), breaks[at], small[at]) for at in range(len(day))
        ]
        for move in find_moves(layer, seen[0], seen[1]):
            colours = [class_label(move.classes[at], layer, breaks[at], lang) for at in range(len(day))]
            yield _move_row(name, move, colours, lang), move.classes[0] != move.classes[1], _is_placed(move)


def _is_placed(move: UnitMove) -> bool:
    return move.places[0] != move.places[1]


def _move_row(layer: str, move: UnitMove, colours: list[str], lang: Lang) -> tuple[str, ...]:
    pairs = ([counts_text(*each) for each in move.counts], [str(each) for each in move.places], colours)
    arrow = translate("preview.arrow", lang)
    told = (each[0] if each[0] == each[1] else f"{each[0]} {arrow} {each[1]}" for each in pairs)
    return (layer, f"{move.name} {move.code}", *told)
