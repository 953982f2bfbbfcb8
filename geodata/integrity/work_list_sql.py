"""The work list in SQL: which items are picked out, and what is wrong with each as a person reads it, to look in."""

from __future__ import annotations

import json
import re
from enum import StrEnum

from geodata.levels import Level, current_levels
from geodata.locale import Lang, label_of, said_words, translate
from geodata.vocabulary import Role

WORDED: dict[str, type[StrEnum | Level]] = {"level": Level, "role": Role}
"""Places of a sentence that hold a word of a vocabulary."""

OWN_WORDS = frozenset({"basis", "kind"})
"""Places that hold a word of the checks' own (``work.word.<value>``)."""

ITEM = """w.item_no, w.check_key, w.unit_code, v.name AS unit_name, v.in_force, t.name AS town_name, w.touched_codes,
       w.state, w.size, w.size_unit, w.details, w.first_seen_on, w.last_seen_on, w.owner_no, p.name AS owner_name,
       w.due_on, w.reason, w.note, w.state IN ('open', 'assigned') AND w.due_on < :as_of AS is_overdue,
       w.geom AS geometry"""

_FROM = """
FROM grid.work_item AS w
LEFT JOIN LATERAL (
    SELECT u.name, u.parent_code, u.valid @> CAST(:as_of AS date) AS in_force FROM grid.unit_version AS u
    WHERE u.code = w.unit_code ORDER BY in_force DESC, lower(u.valid) DESC NULLS LAST LIMIT 1
) AS v ON true
LEFT JOIN grid.unit_on(:as_of) AS t ON t.code = v.parent_code
LEFT JOIN grid.person AS p ON p.person_no = w.owner_no
WHERE (CAST(:within AS text[]) IS NULL OR w.touched_codes && :within)
  AND (CAST(:checks AS text[]) IS NULL OR w.check_key = ANY(:checks)) AND w.state = ANY(:states)
  AND (CAST(:numbers AS text[]) IS NULL OR w.item_no = ANY(:numbers))
  AND (CAST(:owner AS text) IS NULL OR w.owner_no = :owner)
  AND (NOT CAST(:overdue AS boolean) OR (w.state IN ('open', 'assigned') AND w.due_on < :as_of))
"""
WHAT = """(
    WITH place AS (
        SELECT d.key AS name, CASE jsonb_typeof(d.value)
            WHEN 'null' THEN :nobody
            WHEN 'array' THEN (
                SELECT coalesce(string_agg(coalesce(CAST(:words AS jsonb) -> d.key ->> e.value, e.value, :nobody),
                                           :comma ORDER BY e.ordinality), '')
                FROM jsonb_array_elements_text(d.value) WITH ORDINALITY AS e)
            ELSE coalesce(CAST(:words AS jsonb) -> d.key ->> (d.value #>> '{}'), d.value #>> '{}') END AS said
        FROM jsonb_each(w.details || jsonb_build_object('size', CASE
            WHEN w.size IS NULL OR w.size_unit IS NULL THEN ''
            WHEN w.size_unit IN ('days', 'rows') OR w.size >= 10 THEN to_char(w.size, 'FM999,999,999,990')
            ELSE to_char(w.size, 'FM990.0') END)) AS d
    )
    SELECT string_agg(part.piece[1] || coalesce(place.said, ''), '' ORDER BY part.ordinality)
    FROM regexp_matches(CAST(:sentences AS jsonb) ->> w.check_key, '([^{]*)(?:[{]([a-z_]+)[}])?', 'g')
         WITH ORDINALITY AS part (piece, ordinality)
    LEFT JOIN place ON place.name = part.piece[2]
)"""
"""What is wrong, as ``work_list.work_sentence`` says it, a scalar over ``w``; a name is never read for places."""

_FOUND = f"  AND strpos(lower(concat_ws(' ', {WHAT}, v.name, t.name, p.name, w.item_no)), lower(:find)) > 0\n"  # ours


def matching_items(find: str | None) -> str:
    """FROM and WHERE of the items picked out.

    Parameters
    ----------
    find
        A text to look for; None or empty: none.

    Returns
    -------
    sql
        Rows ``w`` (item), ``v`` (its unit), ``t`` (its town), ``p`` (its owner). Asks for ``:as_of :within :checks
        :states :numbers :owner :overdue``; with a text also for ``:find`` and what ``sentence_words`` gives.
    """
    return _FROM + (_FOUND if find else "")


def sentence_words(lang: Lang) -> dict[str, str]:
    """The parameters of ``WHAT``: every check's sentence, and the words of its places, in a language.

    Parameters
    ----------
    lang
        The language that is looked in.

    Returns
    -------
    words
        ``sentences`` and ``words`` as JSON, ``nobody`` and ``comma`` as text.
    """
    told = said_words(Lang(lang), current_levels())
    sentences = {found[1]: text for key, text in told.items() if (found := re.fullmatch(r"work\.(\w+)\.what", key))}
    own = {key.removeprefix("work.word."): text for key, text in told.items() if key.startswith("work.word.")}
    known: dict[str, tuple[StrEnum | Level, ...]] = {"level": current_levels().every, "role": tuple(Role)}
    words = {name: {word.value: label_of(word, lang) for word in each} for name, each in known.items()}
    words |= dict.fromkeys(OWN_WORDS, own)
    return {
        "sentences": json.dumps(sentences),
        "words": json.dumps(words),
        "nobody": translate("work.nobody_knows", lang),
        "comma": translate("list.comma", lang),
    }
