"""A village that was merged into its neighbour: who stood in it, who went there, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
import shapely

from etl.demo.demo_plan import Span, shipped_table
from etl.demo.land import Land
from etl.demo.staff import Posts
from geodata.vocabulary import Role, Succession


@dataclass(frozen=True)
class FormerVillage:
    """The old village ``code``, part of ``into`` from ``from_on`` on; both as they were, polygons in EPSG:4490."""

    code: str
    name: str
    into: str
    from_on: date
    geometry: shapely.Polygon
    left: shapely.Polygon

    @property
    def last(self) -> int:
        """Its last day, an ordinal."""
        return self.from_on.toordinal() - 1


def former_village(land: Land, span: Span) -> FormerVillage:
    """The village the plan tells of, cut off today's along two corners it has, so that no border gains a point.

    Parameters
    ----------
    land
        The units of today.
    span
        The days told; the village ended in the year before the last.

    Returns
    -------
    former
        Old village and what its neighbour was without it.
    """
    plan = shipped_table("district")["reorganised"]
    whole = land.units.loc[plan["into"], "geometry"]
    corners = list(whole.exterior.coords)[:-1]
    first, second = plan["cut"]
    old = shapely.normalize(shapely.Polygon(corners[first : second + 1]))
    left = shapely.normalize(shapely.Polygon(corners[second:] + corners[: first + 1]))
    return FormerVillage(
        plan["code"],
        plan["name"],
        plan["into"],
        date(span.until.year - 1, *plan["day"]),
        old,
        left,
    )


def unit_versions(former: FormerVillage, land: Land) -> pd.DataFrame:
    """Every unit as often as its place or name has been another one.

    Parameters
    ----------
    former
        The reorganisation.
    land
        The units of today.

    Returns
    -------
    versions
        Columns ``code name kind parent_code geometry valid_from``; without a day: the first version of its unit.
    """
    today = land.units.assign(valid_from=None)
    kept = today.loc[former.into].to_dict()
    first = pd.DataFrame(
        [
            {**kept, "code": former.code, "name": former.name, "geometry": former.geometry},
            {**kept, "geometry": former.left},
        ]
    )
    today.loc[former.into, "valid_from"] = former.from_on
    return pd.concat([first, today], ignore_index=True).sort_values("code", kind="stable", ignore_index=True)


def lineage_rows(former: FormerVillage) -> pd.DataFrame:
    """The notice of the reorganisation, in the columns of its file; days as ordinals.

    Parameters
    ----------
    former
        The reorganisation.

    Returns
    -------
    lineage
        Columns ``old_code new_code from_on how share document_no``; one row.
    """
    document = shipped_table("words")["people"]["document"].format(year=former.from_on.year, serial=6)
    cells = {
        "old_code": former.code,
        "new_code": former.into,
        "from_on": former.from_on.toordinal(),
        "how": Succession.MERGE.value,
        "share": 1.0,
        "document_no": document,
    }
    return pd.DataFrame([cells])


def moved_subjects(former: FormerVillage, roster: pd.DataFrame, at: pd.DataFrame) -> pd.DataFrame:
    """Whoever was on the roster before the day and stands where the old village was.

    Parameters
    ----------
    former
        The reorganisation.
    roster
        Columns ``subject_id village_code entry_on``; the day an ordinal.
    at
        Longitude and latitude where each subject stands (EPSG:4490), index ``subject_id``; NaN: nobody knows.

    Returns
    -------
    moved
        Columns ``subject_id village_code to_on`` (an ordinal, inclusive).
    """
    here = roster[roster["village_code"].eq(former.into) & (roster["entry_on"] <= former.last)]
    inside = shapely.intersects_xy(former.geometry, *at.loc[here["subject_id"]].to_numpy().T)
    return pd.DataFrame({"subject_id": here["subject_id"][inside], "village_code": former.code, "to_on": former.last})


def staff_former_village(former: FormerVillage, visits: pd.DataFrame, moved: pd.DataFrame, posts: Posts) -> None:
    """The old village's assistant, who leaves with it, and whose patrols were those of the moved subjects.

    Parameters
    ----------
    former
        The reorganisation.
    visits
        Columns ``subject_id visited_on person_no visitor_role``, days as ordinals; changed in place.
    moved
        As ``moved_subjects`` gives them.
    posts
        Gets the post.
    """
    before = posts.span.first - 60
    person = posts.hold_post(Role.ASSISTANT, former.code, before, former.last)
    theirs = (
        visits["subject_id"].isin(moved["subject_id"])
        & visits["visitor_role"].eq(Role.ASSISTANT)
        & (visits["visited_on"] <= former.last)
    )
    visits.loc[theirs, "person_no"] = person
