"""A small demonstration of another tree: people at every level, and what happened at a few subjects, all invented."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pandas as pd

from etl.demo.demo_plan import Span, each_row, shipped_table
from etl.demo.invented import People
from etl.demo.land import Land
from geodata.levels import Level, Levels
from geodata.territory.level_table import Binding
from geodata.vocabulary import Role, Tier

_AT_TIER = {
    Tier.LEADING: (Role.DISTRICT_LEADER, Role.SECTION_HEAD),
    Tier.SUPERVISING: (Role.STATION_HEAD, Role.SUPERVISOR),
    Tier.ASSISTING: (Role.ASSISTANT,),
}
_SINCE_DAYS, _ENTRY_DAYS = 700, 400
_Row = dict[str, Any]
_RISKS = ("low", "medium", "high")


def make_small_world(
    land: Land, levels: Levels, chain: Binding, plan: dict[str, Any], span: Span
) -> dict[str, pd.DataFrame]:
    """Everything that the files of a small demonstration say.

    Parameters
    ----------
    land
        Its units, with their levels.
    levels, chain
        The levels and where the tiers stand.
    plan
        ``subjects``: how many stand in each lowest unit.
    span
        The last day told, and the seed.

    Returns
    -------
    world
        Kind of fact → its rows, as ``write_demo_files`` takes them.
    """
    people = People(span.rng("small people"))
    posts = pd.DataFrame(_posts(land, levels, chain, people, span))
    subjects = pd.DataFrame(_subjects(land, plan, span))
    own = [people.add_person(phone=False, consent=False) for _ in range(len(subjects))]
    held = posts.iloc[:0].assign(subject_id=pd.Series(dtype=object)).reindex(range(len(subjects)))
    held["person_no"], held["role"] = own, Role.RESPONSIBLE_PERSON.value
    held["subject_id"], held["from_on"] = subjects["subject_id"], subjects["entry_on"]
    # the last subject has nobody: one chain is broken
    posts = pd.concat([posts.assign(subject_id=None), held.iloc[:-1]], ignore_index=True).astype(object)
    posts = posts.where(posts.notna(), None)
    return {
        "people": pd.DataFrame(people.rows),
        "posts": posts,
        "subjects": subjects,
        **_happened(subjects, posts, span),
    }


def _posts(land: Land, levels: Levels, chain: Binding, people: People, span: Span) -> list[_Row]:
    since = span.until - timedelta(days=_SINCE_DAYS)
    rows = []
    for code, word in zip(land.units["code"], land.units["level"], strict=True):
        level = Level(word)
        roles = [role for tier, each in _AT_TIER.items() if chain.levels[tier] is level for role in each]
        if levels.rank_of(level) < levels.rank_of(chain.levels[Tier.LEADING]):
            roles = list(_AT_TIER[Tier.LEADING])
        if level is levels.root:
            roles += [Role.DATA_STEWARD, Role.ADMINISTRATOR]
        for role in roles:
            person = people.add_person(phone=True, consent=False)
            rows.append({"person_no": person, "role": role.value, "unit_code": code, "from_on": since})
    return rows


def _subjects(land: Land, plan: dict[str, Any], span: Span) -> list[_Row]:
    words, rows = shipped_table("small"), list[_Row]()
    villages = land.units[land.units["level"] == Level.VILLAGE]
    for village in each_row(villages):
        west, south, east, north = village.geometry.bounds
        for place in range(int(plan["subjects"])):
            serial = len(rows) + 1
            share = (place + 1) / (int(plan["subjects"]) + 1)
            rows.append(
                {
                    "subject_id": f"S{serial:04d}",
                    "name": words["subject"].format(n=serial),
                    "kinds": ["grower"],
                    "sectors": ["vegetable"],
                    "village_code": village.code,
                    "lon": round(west + share * (east - west), 6),
                    "lat": round((south + north) / 2, 6),
                    "datum": "cgcs2000",
                    "entry_on": span.until - timedelta(days=_ENTRY_DAYS),
                    "risk": _RISKS[serial % 3],
                }
            )
    return rows


def _happened(subjects: pd.DataFrame, posts: pd.DataFrame, span: Span) -> dict[str, pd.DataFrame]:
    """Every second subject was patrolled lately, every third sampled; one stopped, one was raised, one was at fault."""
    words, rng = shipped_table("small"), span.rng("small events")
    helper = posts[posts["role"] == Role.ASSISTANT.value].set_index("unit_code")["person_no"].to_dict()
    visits, samples, results = list[_Row](), list[_Row](), list[_Row]()
    for at, row in enumerate(each_row(subjects)):
        day = span.until - timedelta(days=int(rng.integers(1, 60)))
        if at % 2 == 0:
            visits.append(
                {
                    "visit_no": f"X{len(visits) + 1:04d}",
                    "subject_id": row.subject_id,
                    "kind": "patrol",
                    "outcome": "completed",
                    "visited_on": day,
                    "person_no": helper[row.village_code],
                    "visitor_role": Role.ASSISTANT.value,
                }
            )
        if at % 3 == 0:
            number, judgement = f"K{len(samples) + 1:04d}", "unqualified" if at % 12 == 0 else "qualified"
            samples.append(
                {
                    "sample_no": number,
                    "subject_id": row.subject_id,
                    "stream": "rapid" if at % 2 else "quantitative",
                    "purpose": "routine",
                    "product": words["product"],
                    "sector": "vegetable",
                    "sampled_on": day,
                    "lab": words["laboratory"],
                }
            )
            results.append(
                {
                    "sample_no": number,
                    "analyte": words["analyte"],
                    "standard": words["standard"],
                    "judgement": judgement,
                    "judged_on": day,
                    "received_at": datetime.combine(day, time(9)),
                }
            )
    first, second, day = subjects["subject_id"][0], subjects["subject_id"][1], span.until - timedelta(days=90)
    someone = posts["person_no"][0]
    frames: dict[str, list[_Row]] = {
        "visits": visits,
        "samples": samples,
        "results": results,
        "trainings": [
            {"person_no": someone, "trained_on": day, "topic": words["topic"], "hours": 16.0, "passed": True}
        ],
        "statuses": [
            {"subject_id": second, "from_on": day, "status": "seasonal_stop", "reason": words["paused"]}
        ],
        "risks": [{"subject_id": first, "from_on": day, "risk": "high", "reason": words["raised"]}],
        "findings": [
            {
                "finding_no": "W00001",
                "subject_id": first,
                "description": words["finding"],
                "found_on": day,
                "deadline_on": day + timedelta(days=15),
            }
        ],
    }  # fmt: skip
    return {kind: pd.DataFrame(rows) for kind, rows in frames.items()}
