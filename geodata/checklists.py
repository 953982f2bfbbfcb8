"""Checklists and how long each holds for which kinds of subject."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Connection, text

from geodata.locale import Lang

_LISTS = """
SELECT p.checklist_no, c.title, c.title_en, array_agg(p.kind ORDER BY array_position(c.kinds, p.kind)) AS kinds,
       p.from_on, p.until_on, c.source, (SELECT jsonb_agg(jsonb_build_object('item', i.item, 'wording', i.wording,
           'wording_en', i.wording_en, 'article', i.article) ORDER BY i.position_no)
        FROM grid.checklist_item AS i WHERE i.checklist_no = p.checklist_no) AS items
FROM grid.checklist_period AS p JOIN grid.checklist AS c USING (checklist_no)
GROUP BY p.checklist_no, c.title, c.title_en, p.from_on, p.until_on, c.source
ORDER BY p.from_on DESC, p.until_on DESC NULLS FIRST, p.checklist_no
"""


def list_checklists(db: Connection) -> pd.DataFrame:
    """Every list with its kinds of subject and its items, the newest first.

    Parameters
    ----------
    db
        Connection of somebody who sees an area; to others there are none.

    Returns
    -------
    lists
        Columns ``checklist_no title title_en kinds from_on until_on source items``; one row per list and end. ``kinds``
        are words of ``SubjectKind``; ``from_on`` is inclusive, ``until_on`` the day on which another list begins (None:
        none does); ``items`` are in the order on paper, each ``item wording wording_en article``.
    """
    return pd.DataFrame(db.execute(text(_LISTS)).mappings().all())


def choose_words(said: Mapping[str, Any], lang: Lang, name: str = "wording") -> str:
    """Words of a list in a language; the Chinese ones where a list has no others.

    Parameters
    ----------
    said
        ``name`` and ``<name>_en`` of an item or a list.
    lang, name
        The language; which words.

    Returns
    -------
    words
        Never blank.
    """
    return str((said[f"{name}_en"] if lang is Lang.EN else None) or said[name])
