"""What arrived for somebody: how much is new, the list of the last days, and that it was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, text

from geodata.locale import Lang, label_of, read_catalogue, translate
from geodata.notices.kinds import NOTICES
from geodata.notices.notice_kind import NoticeKind

KEPT_DAYS = 30
"""How far back the list goes, and a first look."""
MOST_COUNTED = 99
"""Beyond it is not counted: the header says that there are more."""


def _rows_of(kinds: Iterable[NoticeKind]) -> str:
    return " UNION ALL ".join(
        f"SELECT '{each.key}' AS key, {each.order} AS place, n.at, n.detail FROM ({each.rows}) AS n" for each in kinds
    )


@dataclass(frozen=True)
class Notice:
    """One thing that arrived; ``detail`` fills the places of its sentence and of its address."""

    key: str
    at: datetime
    detail: Mapping[str, Any]
    is_new: bool

    @property
    def path(self) -> str:
        """Where the thing itself is looked at."""
        return NOTICES[self.key].page.format(**{name: quote(str(said), safe="") for name, said in self.detail.items()})

    def to_sentence(self, lang: Lang) -> str:
        """What arrived, in one sentence.

        Parameters
        ----------
        lang
            Language of the words; names stay as they are.

        Returns
        -------
        sentence
            A word that this version does not know stands as it is stored.
        """
        kind, said = NOTICES[self.key], dict(self.detail)
        said |= {name: label_of(words(said[name]), lang) for name, words in kind.states.items()}
        said |= {
            name: translate("list.comma", lang).join(each) for name, each in said.items() if isinstance(each, list)
        }
        for name, begun in kind.labels.items():
            key = f"{begun}.{said[name]}"
            said[name] = translate(key, lang) if key in read_catalogue(lang) else said[name]
        return translate(f"notice.{self.key}.text", lang, **said)


def seen_until(db: Connection) -> datetime | None:
    """Up to which moment whoever asks has read.

    Parameters
    ----------
    db
        Connection with the scope of who asks.

    Returns
    -------
    moment
        Never read anything: when the account was made; never before the day ``KEPT_DAYS`` ago; None for nobody.
    """
    found: datetime | None = db.execute(text("SELECT grid.seen_until(:days)"), {"days": KEPT_DAYS}).scalar_one()
    return found


def count_new(db: Connection, since: datetime, *, follows_data: bool) -> int:
    """How many notices arrived after a moment.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    since
        The moment, exclusive.
    follows_data
        Whether those are counted that change with the data, or the others.

    Returns
    -------
    count
        At most ``MOST_COUNTED`` + 1, which means that there are more.
    """
    meant = _rows_of(each for each in NOTICES.values() if each.follows_data is follows_data)
    counted = f"SELECT count(*) FROM (SELECT FROM ({meant}) AS each LIMIT {MOST_COUNTED + 1}) AS few"
    return int(db.execute(text(counted), {"since": since}).scalar_one())


def count_own(db: Connection) -> tuple[datetime | None, int]:
    """Since when somebody has not looked, and how many notices came since that do not follow the data.

    Parameters
    ----------
    db
        Connection with the scope of who asks.

    Returns
    -------
    since
        As ``seen_until``.
    count
        At most ``MOST_COUNTED`` + 1.
    """
    since = seen_until(db)
    return since, count_new(db, since, follows_data=False) if since else 0


def list_notices(db: Connection, now: datetime, most: int = 200) -> list[Notice]:
    """What arrived within ``KEPT_DAYS``, read or not.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    now
        The moment of looking.
    most
        How many at most.

    Returns
    -------
    notices
        Newest first.
    """
    since = seen_until(db)
    if since is None:
        return []
    first = now - timedelta(days=KEPT_DAYS)
    every = _rows_of(NOTICES.values())
    listed = f"SELECT key, at, detail FROM ({every}) AS each WHERE at <= :now ORDER BY at DESC, place LIMIT :most"
    rows = db.execute(text(listed), {"since": first, "now": now, "most": most})
    return [Notice(row.key, row.at, row.detail, row.at > since) for row in rows]


def mark_read(db: Connection, until: datetime) -> None:
    """Everything that arrived up to a moment is read.

    Parameters
    ----------
    db
        A transaction that may write, with the scope of who reads.
    until
        When the list was made that was read: what arrived since stays new. One to come counts as now.
    """
    db.execute(text("SELECT grid.see_notices(:until)"), {"until": until})
