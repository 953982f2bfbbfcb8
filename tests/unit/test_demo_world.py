"""The demonstration district's facts: the seed's totals, seasons, plain inventions, and nothing after the last day."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from stdnum.cn import uscc

from etl.demo import SEED, write_files
from etl.demo.demo_plan import Span
from etl.demo.demo_world import make_world
from etl.demo.land import Land, read_land
from etl.demo.merged_village import former_village, unit_versions
from etl.sources import discover
from geodata.crs import to_cgcs2000
from geodata.errors import UserError
from geodata.measuring_crs import to_measure
from geodata.vocabulary import Datum, FindingState, Outcome, Risk, Sector, SubjectKind, VisitKind
from geodata.words.visit_words import CheckOrigin

UNTIL = date(2026, 11, 22)
World = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def land() -> Land:
    return read_land()


@pytest.fixture(scope="module")
def world(land: Land) -> World:
    return make_world(land, Span(UNTIL, SEED))


def days(frame: pd.DataFrame) -> pd.Series:
    """All days of a frame but deadlines and last days of cards, which may lie ahead."""
    ahead = {"deadline_on", "expires_on"}
    told = [frame[name] for name in frame.columns if name.endswith("_on") and name not in ahead]
    return pd.concat(told).dropna() if told else pd.Series(dtype=object)


def test_reproduces_the_totals_of_the_source(world: World, land: Land) -> None:
    subjects = world["subjects"]

    assert len(subjects) == subjects["subject_id"].nunique() == subjects["name"].nunique()
    left = world["statuses"].query("status in ('closed', 'deregistered')")["subject_id"].nunique()
    assert len(subjects) - left == 782
    assert subjects["platform_on"].notna().sum() == 91
    assert subjects["commitment_on"].notna().sum() == 91
    assert not subjects["platform_on"].notna().equals(subjects["commitment_on"].notna())
    assert world["samples"].query("stream == 'rapid'")["lab"].nunique() == 3
    assert set(subjects["village_code"]) <= set(land.villages["code"])


def test_has_every_kind_sector_and_risk(world: World) -> None:
    subjects = world["subjects"]

    assert set(subjects["kinds"].explode()) == {kind.value for kind in SubjectKind}
    assert set(subjects["sectors"].explode()) == {sector.value for sector in Sector}
    assert set(subjects["risk"]) == {risk.value for risk in Risk}
    assert (subjects["kinds"].str.len() > 1).any()


def test_frames_have_only_columns_of_the_door(world: World) -> None:
    for kind, frame in world.items():
        assert set(frame.columns) <= {field.name for field in discover()[kind].fields}


@pytest.mark.parametrize("until", [date(2024, 2, 29), date(2025, 6, 1), UNTIL])
def test_nothing_happens_after_the_last_day(until: date, land: Land) -> None:
    world = make_world(land, Span(until, 3))

    for kind, frame in world.items():
        told = days(frame)
        assert told.empty or told.max() <= until, kind
    assert world["visits"]["recorded_at"].max().date() <= until
    assert world["results"]["received_at"].max().date() <= until
    assert (world["visits"]["recorded_at"].dt.date >= world["visits"]["visited_on"]).all()


def test_tests_at_least_300_quantitative_in_a_full_year_spread_over_it(world: World) -> None:
    samples = world["samples"]
    first = samples[samples["stream"].eq("quantitative") & samples["retest_of"].isna()]
    years = pd.Series([on.year for on in first["sampled_on"]]).value_counts()
    months = pd.Series([(on.year, on.month) for on in first["sampled_on"]]).value_counts()

    assert years[2024] >= 300
    assert years[2025] >= 300
    assert years[2026] >= 300 * 0.85
    assert all(months.get((2025, month), 0) >= 3 for month in range(1, 13))


def test_rapid_tests_are_thousands_a_year(world: World) -> None:
    rapid = world["samples"].query("stream == 'rapid'")

    assert pd.Series([on.year for on in rapid["sampled_on"]]).value_counts()[2025] > 3000


def test_retests_are_never_rapid_nor_of_the_same_lab(world: World) -> None:
    samples = world["samples"].set_index("sample_no")
    again = samples[samples["retest_of"].notna()]

    assert len(again) > 5
    assert again["stream"].eq("quantitative").all()
    first = samples.loc[again["retest_of"]]
    assert (first["lab"].to_numpy() != again["lab"].to_numpy()).all()
    assert (first["sampled_on"].to_numpy() < again["sampled_on"].to_numpy()).sum() >= len(again) // 2


def test_failures_are_few_and_some_results_are_pending(world: World) -> None:
    samples, results = world["samples"], world["results"]
    quantitative = samples[samples["stream"].eq("quantitative") & samples["retest_of"].isna()]
    bad = results[results["judgement"].eq("unqualified")]["sample_no"]

    assert 0.008 < quantitative["sample_no"].isin(bad).mean() < 0.03
    assert (~quantitative["sample_no"].isin(results["sample_no"])).sum() >= 1
    assert results.loc[results["judgement"].eq("unqualified"), "received_at"].notna().all()
    assert results["judgement"].eq("invalid").any()


def test_a_banned_substance_is_found_below_its_limit(world: World) -> None:
    results = world["results"].merge(world["samples"][["sample_no", "sampled_on"]], on="sample_no")
    found = results[results["analyte"].eq("克百威") & results["judgement"].eq("detected_within_limit")]

    assert (found["sampled_on"] >= date(2026, 6, 1)).sum() == 1
    assert (found["sampled_on"] < date(2026, 6, 1)).sum() == 1


def test_standard_version_is_that_of_its_day(world: World) -> None:
    results = world["results"][world["results"]["standard"] == "GB 2763"]
    new = pd.Series([on >= date(2026, 3, 1) for on in results["judged_on"]], index=results.index)

    assert set(results.loc[new, "standard_version"]) == {"2026"}
    assert set(results.loc[~new, "standard_version"]) == {"2021"}


def test_patrols_have_seasons(world: World) -> None:
    visits = world["visits"]
    patrols = visits[visits["kind"].eq(VisitKind.PATROL) & visits["outcome"].eq(Outcome.COMPLETED)]
    on = pd.to_datetime(patrols["visited_on"])
    by_month = on[on.dt.year.eq(2025)].dt.month.value_counts()

    assert on.min() < pd.Timestamp(2023, 9, 10)
    assert on.max() > pd.Timestamp(UNTIL) - pd.Timedelta(days=7)
    assert by_month[[4, 5, 9, 10]].mean() > 1.4 * by_month[[1, 2]].mean()
    assert on.between("2025-01-26", "2025-02-03").sum() < 0.3 * 9 * len(on[on.dt.year.eq(2025)]) / 365
    assert (on.dt.day_of_week >= 5).mean() < 0.15


def test_administrative_checks_are_made_as_the_law_asks(world: World) -> None:
    visits, cards = world["visits"], world["enforcement_cards"]
    checks = visits[visits["kind"].eq(VisitKind.ADMINISTRATIVE_CHECK)]
    held = {(row.card_no, row.person_no) for row in cards.itertuples()}

    assert len(checks) > 100
    for row in checks.itertuples():
        officers, shown = row.officers.split("、"), row.card_nos.split("、")
        assert len(set(officers)) == 2
        assert row.person_no == officers[0]
        assert set(zip(shown, officers, strict=True)) <= held
    assert set(checks["check_origin"]) == {origin.value for origin in CheckOrigin}
    assert checks["legal_item"].notna().all()
    assert visits.loc[visits["kind"] != "administrative_check", "officers"].isna().all()
    samples = world["samples"]
    assert samples["second_person_no"].notna().all()
    assert (samples["second_person_no"] != samples["person_no"]).all()


def test_visits_end_in_every_way_and_some_are_recorded_late(world: World) -> None:
    visits = world["visits"]
    behind = pd.to_datetime(visits["recorded_at"]).dt.normalize() - pd.to_datetime(visits["visited_on"])

    assert set(visits["outcome"]) == {outcome.value for outcome in Outcome}
    assert set(visits["kind"]) == {kind.value for kind in VisitKind}
    assert visits.loc[visits["outcome"] != "completed", "reason"].notna().all()
    assert (behind.dt.days > 3).mean() > 0.02
    assert visits["visit_no"].is_unique


def test_every_visitor_held_the_post_that_day(world: World) -> None:
    posts = world["posts"].assign(to_on=lambda frame: frame["to_on"].fillna(date(9999, 1, 1)))
    held = world["visits"].merge(
        posts, left_on=["person_no", "visitor_role"], right_on=["person_no", "role"], how="left"
    )
    there = (held["from_on"] <= held["visited_on"]) & (held["visited_on"] <= held["to_on"])

    assert set(held.loc[there, "visit_no"]) == set(world["visits"]["visit_no"])


def state(row: pd.Series) -> str:
    for step, name in (("escalated_on", FindingState.ESCALATED), ("closed_on", FindingState.CLOSED)):
        if pd.notna(row[step]):
            return name
    for step, name in (
        ("recheck_requested_on", FindingState.RECHECK_REQUESTED),
        ("rectified_on", FindingState.RECTIFIED),
        ("ordered_on", FindingState.ORDERED),
    ):
        if pd.notna(row[step]):
            return name
    return FindingState.FOUND


def test_findings_stand_at_every_stage(world: World) -> None:
    findings = world["findings"]
    states = findings.apply(state, axis=1)
    unfinished = ~states.isin([FindingState.CLOSED, FindingState.ESCALATED])

    assert set(states) == set(FindingState)
    assert (findings.loc[unfinished, "deadline_on"] < UNTIL).any()
    assert (findings.loc[unfinished, "deadline_on"] > UNTIL).any()
    assert states.eq(FindingState.CLOSED).mean() > 0.8


def test_vacancies_handovers_and_acting_appointments(world: World, land: Land) -> None:
    posts = world["posts"]
    now = posts[posts["to_on"].isna()]
    assistants = set(now.loc[now["role"] == "assistant", "unit_code"])
    supervisors = set(now.loc[now["role"] == "supervisor", "unit_code"])

    assert 3 <= len(set(land.villages["code"]) - assistants) <= 5
    assert len(set(land.towns) - supervisors) == 1
    assert posts["acting_for"].notna().sum() == 2
    assert (posts[posts["role"] == "assistant"].groupby("unit_code").size() > 1).sum() > 20
    assert set(posts["role"]) == {
        "district_leader", "section_head", "station_head", "supervisor", "assistant", "lab_tester",
        "responsible_person", "in_house_controller", "data_steward", "administrator",
    }  # fmt: skip


def test_some_people_are_untrained_this_year(world: World) -> None:
    posts, trainings = world["posts"], world["trainings"]
    staff = set(posts.loc[posts["to_on"].isna() & posts["unit_code"].notna(), "person_no"])
    trained = set(trainings.loc[[on.year == UNTIL.year for on in trainings["trained_on"]], "person_no"])

    assert 0.8 < len(staff & trained) / len(staff) < 1
    assert {on.year for on in trainings["trained_on"]} == {2023, 2024, 2025, 2026}


def test_subjects_pause_close_and_come_back(world: World) -> None:
    statuses = world["statuses"]

    assert set(statuses["status"]) == {"active", "seasonal_stop", "suspended", "closed", "deregistered"}
    assert statuses.loc[statuses["status"] != "active", "reason"].notna().all()
    assert world["risks"]["risk"].eq("high").any()


def test_people_and_firms_are_plainly_invented(world: World) -> None:
    people, subjects = world["people"], world["subjects"]

    assert people["name"].str.startswith("演").all()
    assert people["name"].is_unique
    assert subjects["name"].str.startswith("（示）").all()
    assert people["office_phone"].dropna().str.fullmatch(r"0439-000\d{4}").all()
    # no mobile number could be told from a real one, so there is none
    assert people.get("private_mobile", pd.Series(dtype=object)).isna().all()
    assert "id_number" not in subjects
    for frame in world.values():
        for column in frame.select_dtypes(["object", "str"]):
            assert not any(re.fullmatch(r"1[3-9]\d{9}", cell) for cell in frame[column] if isinstance(cell, str))


def test_credit_codes_have_their_check_digit(world: World) -> None:
    codes = world["subjects"]["uscc"].dropna()

    assert len(codes) > 400
    assert codes.is_unique
    assert all(uscc.is_valid(code) for code in codes)


@pytest.fixture(scope="module")
def metres(world: World) -> np.ndarray:
    """Where the points of the files lie, each by its own datum (NaN: none)."""
    subjects = world["subjects"]
    lon, lat = np.full(len(subjects), np.nan), np.full(len(subjects), np.nan)
    for datum in Datum:
        rows = subjects["datum"].eq(datum.value).to_numpy()
        lon[rows], lat[rows] = to_cgcs2000(subjects["lon"][rows], subjects["lat"][rows], datum)
    return shapely.get_coordinates(to_measure(shapely.points(lon, lat)))


def test_points_are_inside_their_village_but_for_a_few(world: World, land: Land, metres: np.ndarray) -> None:
    homes = np.array([land.metres[code] for code in world["subjects"]["village_code"]])
    placed = ~np.isnan(metres[:, 0])
    astray = placed & ~shapely.contains_xy(homes, metres[:, 0], metres[:, 1])
    district = shapely.coverage_union_all(np.array(list(land.metres.values())))

    assert (~placed).sum() == 6
    assert astray.sum() == 8
    assert shapely.distance(homes[astray], shapely.points(metres[astray])).max() < 400
    assert shapely.contains_xy(district, metres[placed, 0], metres[placed, 1]).all()
    assert world["subjects"]["datum"].nunique() == len(Datum)


def test_points_are_clustered_like_settlements(land: Land, metres: np.ndarray) -> None:
    points = metres[~np.isnan(metres[:, 0])]
    gaps = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    np.fill_diagonal(gaps, np.inf)
    area = sum(shape.area for shape in land.metres.values())
    # Clark and Evans: the mean distance to the nearest neighbour against that of points thrown at random
    ratio = gaps.min(axis=1).mean() / (0.5 * np.sqrt(area / len(points)))

    assert 0.1 < ratio < 0.6


def test_same_day_and_seed_give_the_same_bytes(tmp_path: Path) -> None:
    def written(name: str, seed: int) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in write_files(tmp_path / name, date(2024, 5, 1), seed)}

    first, second, other = written("a", 5), written("b", 5), written("c", 6)

    assert first == second
    assert first.keys() == other.keys()
    assert first["主体名录.xlsx"] != other["主体名录.xlsx"]


def test_a_day_that_has_not_come_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    today: Callable[[], date] = lambda: date(2026, 1, 1)  # noqa: E731
    monkeypatch.setattr("geodata.calendar.today", today)

    with pytest.raises(UserError, match="2026-01-02"):
        write_files(tmp_path / "files", date(2026, 1, 2))
    assert not (tmp_path / "files").exists()


def test_a_failure_of_each_kind_with_what_became_of_it(world: World) -> None:
    samples, results = world["samples"], world["results"]
    bad = results[results["judgement"].eq("unqualified")].merge(samples, on="sample_no")
    first = bad[bad["retest_of"].isna()].drop_duplicates("sample_no")
    again = samples[samples["retest_of"].notna()]
    answered = again.merge(results, on="sample_no").groupby("retest_of")["judgement"].apply(set)

    for stream, tested in samples[samples["retest_of"].isna()].groupby("stream"):
        assert set(first.loc[first["stream"].eq(stream), "purpose"]) == set(tested["purpose"]), stream
    for stream in ("quantitative", "rapid"):
        numbers = first.loc[first["stream"].eq(stream), "sample_no"]
        became = answered[answered.index.isin(numbers)]
        upheld = became.map(lambda judged: "unqualified" in judged)
        assert upheld.any(), f"{stream}: upheld by the re-test"
        assert (~upheld).any(), f"{stream}: overturned"
        assert (~numbers.isin(again["retest_of"])).any(), f"{stream}: never tested again"
    assert set(again["retest_of"]) - set(answered.index), "a re-test is under way"


def test_a_station_head_is_on_leave_and_a_post_is_vacant_for_43_days(world: World, land: Land) -> None:
    posts = world["posts"]
    acting = posts[posts["acting_for"].notna() & posts["role"].eq("station_head")]
    away = posts[posts["person_no"].isin(acting["acting_for"]) & posts["role"].eq("station_head")]
    assistants = posts[posts["role"].eq("assistant") & posts["unit_code"].isin(land.villages["code"])]
    filled = set(assistants.loc[assistants["to_on"].isna(), "unit_code"])
    ended = assistants[~assistants["unit_code"].isin(filled)].groupby("unit_code")["to_on"].max()

    assert len(acting) == len(away) == 1
    assert acting["to_on"].isna().all()
    assert away["to_on"].isna().all(), "the post is still that of the head who is away"
    assert UNTIL - date.fromordinal(UNTIL.toordinal() - 43) in {UNTIL - each for each in ended}


def test_a_village_was_merged_into_its_neighbour(world: World, land: Land) -> None:
    former = former_village(land, Span(UNTIL, SEED))
    versions = unit_versions(former, land).set_index("code")
    moved, lineage = world["former_villages"], world["lineage"].iloc[0]

    assert (lineage["old_code"], lineage["new_code"]) == (former.code, former.into)
    assert former.name.startswith("（示）")
    assert former.code not in set(land.units["code"])
    assert versions.index.value_counts().loc[[former.code, former.into]].tolist() == [1, 2]
    assert shapely.union(former.geometry, former.left).equals(land.units.loc[former.into, "geometry"])
    assert shapely.intersection(former.geometry, former.left).area == 0
    assert 2 < len(moved) < len(world["subjects"].query(f"village_code == '{former.into}'"))
    there = world["visits"].query("visitor_role == 'assistant'").merge(moved, on="subject_id")
    held = world["posts"].set_index("person_no")["unit_code"]
    assert set(held[there.loc[there["visited_on"] <= there["to_on"], "person_no"]]) == {former.code}
    assert former.code not in set(held[there.loc[there["visited_on"] > there["to_on"], "person_no"]])


def test_one_town_reports_late(world: World) -> None:
    visits = world["visits"].merge(world["subjects"][["subject_id", "village_code"]], on="subject_id")
    behind = pd.to_datetime(visits["recorded_at"]).dt.normalize() - pd.to_datetime(visits["visited_on"])
    late = (behind.dt.days > 3).groupby(visits["village_code"].str[:9]).mean().sort_values()

    assert late.iloc[-1] > 3 * late.iloc[-2]


def test_two_years_are_told_whatever_the_last_day(world: World, land: Land) -> None:
    for until, told in ((UNTIL, world), (date(2024, 2, 29), make_world(land, Span(date(2024, 2, 29), 3)))):
        assert (until - told["visits"]["visited_on"].min()).days > 730
