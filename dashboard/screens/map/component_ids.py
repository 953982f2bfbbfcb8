"""The ids of the one map's components."""

from enum import StrEnum


class Ids(StrEnum):
    """Every id a callback of the page names."""

    MAP = "map"
    SHOWN = "shown"
    SPAN = "span"
    LAYERS = "layers"
    LEVELS = "levels"
    DAY = "day"
    SWITCHES = "switches"
    MOVES = "moves"
    STAMPS = "stamps"
    INSET = "inset"
    LEGEND = "legend"
    SPOT = "spot"
    MONTH = "month"
    NOW = "now"
    PLAY = "play"
    TICK = "tick"
    NARROW = "narrow"
    COMPARE = "compare"
    SIDES = "sides"
    NOTES = "notes"
    TILES = "tiles"
    RANKING = "ranking"
    CHAIN = "chain"
    FRESH = "fresh"
    TABLE = "table"
    ALERTS = "alerts"
