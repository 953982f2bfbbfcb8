"""The demonstration district as frames, one per kind of fact, with the columns of the door and vocabulary words."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import numpy as np
import pandas as pd

from etl.demo.demo_plan import Span, shipped_table
from etl.demo.demo_roster import date_of_ordinal, make_roster
from etl.demo.enforcement import complete_checks, make_cards, make_reports, second_samplers
from etl.demo.invented import People
from etl.demo.laboratory import failed_samples, make_tests
from etl.demo.land import DIGITS, Land
from etl.demo.merged_village import former_village, lineage_rows, moved_subjects, staff_former_village
from etl.demo.patrols import make_patrols
from etl.demo.rectification import add_checklists, make_findings
from etl.demo.staff import Posts, make_trainings, office_posts, staff_posts, subject_posts
from etl.demo.subject_life import make_risks, make_statuses
from etl.demo.subject_points import make_points
from etl.sources import discover
from geodata.crs import from_cgcs2000
from geodata.vocabulary import Datum, VisitKind

METRES_A_DEGREE = 111_000


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    """Ordinal days (columns ``…_on``) as dates, NaN as None."""
    days = {column: [date_of_ordinal(on) for on in frame[column]] for column in frame.columns if column.endswith("_on")}
    return frame.assign(
        **{column: pd.Series(values, index=frame.index, dtype=object) for column, values in days.items()}
    )


def _recorded(visits: pd.DataFrame, roster: pd.DataFrame, span: Span) -> list[datetime]:
    """When each visit was written down: mostly the same evening, some days or weeks later, never after the last day.

    One town reports late, more often than not weeks after the others.
    """
    rng, plan = span.rng("recorded"), shipped_table("district")["visits"]
    of_town = shipped_table("district")["towns"]
    towns = visits["subject_id"].map(roster.set_index("subject_id")["town"]).map(of_town)
    share = towns.map(lambda town: town.get("late_record_share", plan["late_record_share"]))
    late = rng.random(len(visits)) < share.to_numpy()
    behind = np.where(late, rng.integers(4, 26, len(visits)), rng.choice([0, 0, 0, 1, 2], len(visits)))
    minutes = rng.integers(9 * 60, 21 * 60, len(visits))
    found = []
    for on, later, minute in zip(visits["visited_on"], behind, minutes, strict=True):
        recorded = date_of_ordinal(min(int(on) + int(later), span.last))
        assert recorded is not None
        found.append(datetime.combine(recorded, time()) + timedelta(minutes=int(minute)))
    return found


def _visit_points(visits: pd.DataFrame, points: pd.DataFrame, span: Span) -> pd.DataFrame:
    """Points of most visits as the telephone gave them (GCJ-02), within some tens of metres of the subject."""
    rng = span.rng("visit points")
    at = points.loc[visits["subject_id"]].to_numpy() + rng.normal(0, 18 / METRES_A_DEGREE, (len(visits), 2))
    at[rng.random(len(visits)) > shipped_table("district")["visits"]["point_share"]] = np.nan
    lon, lat = from_cgcs2000(at[:, 0], at[:, 1], Datum.GCJ02)
    datum = pd.Series(Datum.GCJ02.value, index=visits.index, dtype=object).where(~np.isnan(lon), None)
    return visits.assign(lon=lon.round(DIGITS), lat=lat.round(DIGITS), datum=datum)


def _numbered(visits: pd.DataFrame) -> pd.DataFrame:
    """Visits in order of day, numbered within their year."""
    visits = visits.sort_values(["visited_on", "subject_id", "kind"], ignore_index=True)
    years = [date_of_ordinal(on).year for on in visits["visited_on"]]  # type: ignore[union-attr]
    serial = visits.groupby(years).cumcount() + 1
    return visits.assign(visit_no=[f"X{year}-{number:05d}" for year, number in zip(years, serial, strict=True)])


def make_world(land: Land, span: Span) -> dict[str, pd.DataFrame]:
    """Every kind of fact but the units; columns in the order of ``etl.sources``, dates and words as Python values.

    Parameters
    ----------
    land
        The units, with their codes and polygons.
    span
        The days told (nothing happens after the last, inclusive) and the seed.

    Returns
    -------
    frames
        Kind of fact → its rows, with the names of its fields as columns; ``…_on`` are dates or None, ``…_at`` datetimes
        without a zone, coordinates degrees in the datum of their row.
    """
    people = People(span.rng("people"))
    roster = make_roster(land, people, span)
    points = make_points(roster, land, span)
    posts = Posts(people, span)
    staff_posts(land, roster, posts)
    subject_posts(roster, posts)
    samples, results = make_tests(roster, land, posts, span)
    statuses = make_statuses(roster, span)
    risks = make_risks(roster, failed_samples(samples, results), span)
    rounds = make_patrols(roster, statuses, risks, posts, span)
    # a re-check comes of a finding, so the visits are numbered in two goes and keep their numbers
    visits = add_checklists(_numbered(pd.DataFrame(rounds.rows)), roster, span)
    before = len(rounds.rows)
    findings = make_findings(visits, rounds, roster)
    checks = pd.DataFrame(rounds.rows[before:]).sort_values(["visited_on", "subject_id"], ignore_index=True)
    checks["visit_no"] = [f"F{number:05d}" for number in range(1, len(checks) + 1)]
    visits = pd.concat([visits, checks[checks["kind"].eq(VisitKind.RECHECK)]], ignore_index=True)
    visits = visits.sort_values(["visited_on", "visit_no"], ignore_index=True)
    visits["recorded_at"] = _recorded(visits, roster, span)
    district, cards = str(land.units.index[0]), make_cards(posts)
    visits = complete_checks(visits, roster, cards, posts, district)
    samples["second_person_no"] = second_samplers(samples, posts, district)
    # last, so that everybody else is who they were before there was an office to keep the system
    office_posts(land, posts)
    trainings = make_trainings(posts)
    at = points[["true_lon", "true_lat"]].set_index(roster["subject_id"])
    former = former_village(land, span)
    moved = moved_subjects(former, roster, at)
    staff_former_village(former, visits, moved, posts)
    moment = [datetime.combine(date_of_ordinal(on), time(10, 30)) for on in results["received_on"]]  # type: ignore[arg-type]
    frames = {
        "people": pd.DataFrame(people.rows),
        "subjects": roster.join(points),
        "posts": pd.DataFrame(posts.rows),
        "trainings": trainings,
        "lineage": lineage_rows(former),
        "former_villages": moved,
        "enforcement_cards": cards,
        "statuses": statuses,
        "risks": risks,
        "visits": pd.concat([_visit_points(visits, at, span), make_reports(roster, posts)], ignore_index=True),
        "findings": findings,
        "samples": samples.sort_values(["sampled_on", "sample_no"]),
        "results": results.assign(received_at=moment).sort_values(["judged_on", "sample_no"], kind="stable"),
    }
    return {
        kind: _dated(frame)[[each.name for each in discover()[kind].fields if each.name in frame.columns]]
        for kind, frame in frames.items()
    }
