"""Who may write what, kept by the database whatever the pages do (domain §1, §11.12)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from geodata.errors import UserError
from geodata.integrity.run_checks import run_checks
from geodata.permissions import GIVEN_BY, GRANTS, Permission, Reach, is_permitted, reach_of
from geodata.subjects.subject_merge import merge_subjects
from geodata.vocabulary import Role
from tests.ascii_table import rows
from tests.visitors import add_accounts

PEOPLE = {
    Role.DISTRICT_LEADER: "Lin", Role.SECTION_HEAD: "Qin", Role.STATION_HEAD: "Hu1", Role.SUPERVISOR: "Su1",
    Role.ASSISTANT: "As1", Role.DATA_STEWARD: "Da", Role.ADMINISTRATOR: "Ad",
}  # fmt: skip

CARDS = "card | person\n" + "\n".join(f"K-{person} | {person}" for person in (*PEOPLE.values(), "Hu2", "Su2"))
"""Everybody has one, so that the post alone decides."""


def allowed(world, login: str, statement: str, db_role: str = "grid_app", **values: object) -> bool:
    """Whether the database lets a role of the application do it on behalf of a login; undone in either case."""
    with world.db.begin_nested() as point:
        world.db.execute(text(f"SET LOCAL ROLE {db_role}"))
        world.db.execute(text("SELECT set_config('grid.login', :login, true)"), {"login": login})
        try:
            done = world.db.execute(text(statement), values).rowcount
        except ProgrammingError as refused:
            if refused.orig.sqlstate != "42501":  # insufficient_privilege, row-level security among it
                raise
            done = 0
        point.rollback()
    return done == 1


def look_over(world, login: str) -> bool:
    """Whether the checks may be run, and subjects merged, on behalf of a login."""
    with world.db.begin_nested() as point:
        world.db.execute(text("SET LOCAL ROLE grid_app"))
        world.db.execute(text("SELECT set_config('grid.login', :login, true)"), {"login": login})
        try:
            run_checks(world.db, date(2026, 3, 1))
            merge_subjects(world.db, "S1", "nobody", on=date(2026, 3, 1))
        except UserError as refused:
            done = refused.text == "etl.merge.unknown"
        point.rollback()
    return done


def visit(world, login: str, subject: str, kind: str, role: str, person: str | None = None) -> bool:
    """Whether a login may record a visit; an administrative check with all that one asks for beside the post."""
    who = person or login.capitalize()
    officers = [who, "Su1" if who == "Hu1" else "Hu1"] if kind == "administrative_check" else None
    return allowed(
        world,
        login,
        "INSERT INTO grid.visit (visit_no, subject_id, kind, outcome, visited_on, recorded_at, person_no, visitor_role,"
        " officers, card_nos, check_origin, legal_item, batch_id) VALUES ('n', :subject, :kind, 'completed',"
        " '2026-03-01', '2026-03-01 18:00+08', :person, :role, :officers, :cards, :origin, :item,"
        " grid.hand_batch('visits'))",
        subject=subject, kind=kind, person=who, role=role, officers=officers,
        cards=officers and [f"K-{no}" for no in officers], origin=officers and "plan", item=officers and "生产记录",
    )  # fmt: skip


def finding(world, login: str, subject: str, ordered_on: str | None, visit_no: str | None = None) -> bool:
    return allowed(
        world,
        login,
        "INSERT INTO grid.finding (finding_no, subject_id, description, found_on, deadline_on, ordered_on, visit_no,"
        " batch_id) VALUES ('n', :subject, 'x', '2026-03-01', '2026-03-15', CAST(:ordered AS date), :visit,"
        " grid.hand_batch('findings'))",
        subject=subject, ordered=ordered_on, visit=visit_no,
    )  # fmt: skip


@pytest.fixture
def world(world):
    add_accounts(world)
    world.cards(CARDS)
    return world


def test_an_assistant_records_patrols_and_never_an_administrative_check(world):
    """Domain rule 12: role decides which record types can be created."""
    for row in rows("""
        login | subject | kind              | role         | may
        as1   | S1      | patrol            | assistant    | yes
        as1   | S1      | guidance          | assistant    | yes
        as1   | S1      | information_report | assistant   | yes
        as1   | S3      | information_report | assistant   | no
        su1   | S1      | information_report | supervisor  | yes
        su1   | S1      | recheck           | supervisor   | yes
        su1   | S4      | recheck           | supervisor   | no
        su1   | S4      | administrative_check | supervisor | no
        lin   | S1      | administrative_check | district_leader | no
        da    | S1      | administrative_check | data_steward | no
        as1   | S1      | administrative_check | assistant    | no
        as1   | S1      | recheck           | assistant    | no
        as1   | S1      | administrative_check | supervisor   | no
        as1   | S3      | patrol            | assistant    | no
        as1   | S4      | patrol            | assistant    | no
        su1   | S1      | administrative_check | supervisor   | yes
        su1   | S3      | patrol            | supervisor   | yes
        su1   | S4      | patrol            | supervisor   | no
        hu1   | S1      | administrative_check | station_head | yes
        qin   | S4      | administrative_check | section_head | yes
        lin   | S1      | patrol            | district_leader | no
        da    | S1      | patrol            | data_steward | no
        ad    | S1      | patrol            | administrator | no
    """):
        assert visit(world, row["login"], row["subject"], row["kind"], row["role"]) is (row["may"] == "yes"), row


def test_a_visit_is_recorded_under_the_own_name(world):
    assert visit(world, "su1", "S1", "patrol", "supervisor", person="Hu1") is False


def test_an_assistant_reports_a_finding_and_never_orders_its_rectification(world):
    for row in rows("""
        login | subject | ordered    | may
        as1   | S1      |            | yes
        as1   | S1      | 2026-03-02 | no
        as1   | S4      |            | no
        su1   | S1      | 2026-03-02 | yes
        su1   | S4      | 2026-03-02 | no
        qin   | S4      | 2026-03-02 | yes
        lin   | S1      |            | no
    """):
        assert finding(world, row["login"], row["subject"], row["ordered"]) is (row["may"] == "yes"), row


def test_a_finding_hangs_on_a_visit_to_the_same_subject_and_an_assistants_on_his_own(world):
    world.visits("""
        visit | subject | on         | by  | role
        own   | S1      | 2026-02-01 | As1 | assistant
        his   | S1      | 2026-02-02 | Su1 | supervisor
        far   | S4      | 2026-02-03 | Su2 | supervisor
        other | S2      | 2026-02-04 | As1 | assistant
    """)
    for row in rows("""
        login | visit | may
        as1   | own   | yes
        as1   | his   | no
        as1   | far   | no
        as1   | other | no
        as1   | none  | no
        su1   | his   | yes
        su1   | own   | yes
        su1   | far   | no
        su1   | other | no
    """):
        assert finding(world, row["login"], "S1", None, row["visit"]) is (row["may"] == "yes"), row


def test_nothing_is_written_into_somebody_elses_batch_or_before_its_day(world):
    write = (
        "INSERT INTO grid.visit (visit_no, subject_id, kind, outcome, visited_on, recorded_at, person_no, visitor_role,"
        " batch_id) SELECT 'n', 'S1', 'patrol', 'completed', CAST(:day AS date), CAST(:day AS date) + 1, 'Su1',"
        " 'supervisor', coalesce(CAST(:batch AS integer), grid.hand_batch('visits'))"
    )
    foreign = world.db.execute(text("SELECT min(id) FROM grid.load_batch")).scalar_one()
    assert allowed(world, "su1", write, day="2026-03-01", batch=None) is True
    assert allowed(world, "su1", write, day="2026-03-01", batch=foreign) is False
    assert allowed(world, "su1", write, day="2999-03-01", batch=None) is False


def test_a_post_counts_only_where_it_is_held(world):
    """A supervisor of one town who assists in a village of another is an assistant there."""
    world.posts("person | role | unit\nSu1 | assistant | V3\nHu1 | assistant | V3")
    assert visit(world, "su1", "S4", "patrol", "assistant") is True
    assert visit(world, "su1", "S4", "administrative_check", "supervisor") is False
    run_checks(world.db, date(2026, 3, 1))
    items = "SELECT count(*) FROM grid.work_item WHERE unit_code = 'V3'"
    assert world.db.execute(text(items)).scalar_one() > 0
    note = "UPDATE grid.work_item SET note = 'x' WHERE item_no = (SELECT min(item_no) FROM grid.work_item WHERE unit_code = :unit)"  # noqa: E501
    assert allowed(world, "hu1", note, unit="V3") is False
    assert allowed(world, "hu2", note, unit="V3") is True


def test_a_post_is_ended_and_never_stretched(world):
    world.db.execute(text("UPDATE grid.post SET valid = daterange('2020-01-01', '2026-01-01') WHERE person_no = 'As1'"))
    end = "UPDATE grid.post SET valid = daterange(lower(valid), CAST(:after AS date)) WHERE person_no = 'As1'"
    assert allowed(world, "qin", end, after="2025-01-01") is True
    assert allowed(world, "qin", end, after="2030-01-01") is False


def test_nothing_that_was_recorded_is_changed_through_the_application(world):
    world.visits("subject | on\nS1 | 2026-02-01")
    for statement in ("UPDATE grid.visit SET outcome = 'completed'", "DELETE FROM grid.visit", "DELETE FROM grid.post"):
        assert allowed(world, "qin", statement) is False


@pytest.mark.parametrize("role", PEOPLE)
def test_the_auditors_table_of_rights_is_what_the_database_does(world, role):
    person = PEOPLE[role]
    login = person.lower()
    held = {Role.DISTRICT_LEADER: "district_leader", Role.SECTION_HEAD: "section_head"}.get(role, role.value)
    give = "INSERT INTO grid.post (post_no, person_no, role, unit_code, valid, batch_id) SELECT 'n', 'Ow1', :role, :unit, daterange('1990-01-01', '1990-02-01'), grid.hand_batch('posts')"  # noqa: E501
    run_checks(world.db, date(2026, 3, 1))
    theirs = (
        "INSERT INTO grid.job (kind, login, address, lang, job_key, arguments) VALUES ('x', 'as3', '', 'zh', 'x', '{}')"
    )
    world.db.execute(text(theirs))
    world.db.execute(text("INSERT INTO grid.feedback (login, message) VALUES ('as3', 'x')"))
    answer = "SELECT 1 WHERE grid.answer_feedback((SELECT max(id) FROM grid.feedback), 'x')"
    found = {
        Permission.SEE_AREA: allowed(world, login, "SELECT FROM grid.subject WHERE subject_id = 'S1'"),
        Permission.SEE_MOBILES: allowed(world, login, "SELECT 1 WHERE grid.ask_for_mobiles('unit', 'V1') IS NOT NULL"),
        Permission.RECORD_PATROL: visit(world, login, "S1", "patrol", held),
        Permission.RECORD_RECHECK: visit(world, login, "S1", "recheck", held),
        Permission.RECORD_ADMINISTRATIVE_CHECK: visit(world, login, "S1", "administrative_check", held),
        Permission.RECORD_FINDING: finding(world, login, "S1", None),
        Permission.ORDER_RECTIFICATION: finding(world, login, "S1", "2026-03-02"),
        Permission.GIVE_POSTS: allowed(world, login, give, role="assistant", unit="V1"),
        Permission.GIVE_DISTRICT_POSTS: allowed(world, login, give, role="district_leader", unit="D"),
        Permission.GIVE_OFFICE_POSTS: allowed(world, login, give, role="data_steward", unit="D"),
        Permission.MANAGE_RULES: allowed(
            world,
            login,
            "INSERT INTO grid.rule (key, from_on, value, source) VALUES ('severe_days', current_date + 1, '9', 'x')",
        ),
        Permission.SEE_ACCOUNTS: allowed(world, login, "SELECT FROM grid.account WHERE login = 'as3'"),
        Permission.MANAGE_ACCOUNTS: allowed(world, login, "SELECT 1 WHERE grid.set_disabled('as3', true)", "grid_door"),
        Permission.CHECK_GRID: look_over(world, login),
        Permission.MEND_GRID: allowed(world, login, "UPDATE grid.work_item SET note = 'x' WHERE unit_code = 'V1'"),
        Permission.READ_AUDIT: allowed(world, login, "SELECT FROM grid.audit LIMIT 1"),
        Permission.ANSWER_FEEDBACK: allowed(world, login, answer),
        Permission.SEE_JOBS: allowed(world, login, "SELECT FROM grid.job WHERE login = 'as3'"),
        # files are loaded by grid_load: tests/integration/load/test_loading_role.py
        Permission.LOAD_FACTS: is_permitted({role}, Permission.LOAD_FACTS),
    }
    assert found == {permission: is_permitted({role}, permission) for permission in Permission}
    everywhere = allowed(world, login, "SELECT FROM grid.subject WHERE subject_id = 'S4'")
    assert everywhere is (reach_of(role, Permission.SEE_AREA) is Reach.EVERYWHERE)


def test_the_grants_say_each_thing_once_and_every_post_is_given_by_somebody(world):
    assert len({(grant.role, grant.permission) for grant in GRANTS}) == len(GRANTS)
    assert all(grant.source for grant in GRANTS)
    assert set(GIVEN_BY) == set(Role)
    kept = world.db.execute(text("SELECT role, permission, reach, source FROM grid.permission_grant")).all()
    assert {tuple(row) for row in kept} == {(each.role, each.permission, each.reach, each.source) for each in GRANTS}


def test_no_function_or_policy_names_a_post(world):
    """Who may do what stands in grid.permission_grant alone; what a merge does with a subject's own posts is a fact."""
    said = world.db.execute(text(
        "SELECT proname AS name, prosrc AS said FROM pg_proc WHERE pronamespace = 'grid'::regnamespace UNION ALL"
        " SELECT tablename || '.' || policyname, concat(qual, with_check) FROM pg_policies WHERE schemaname = 'grid'"
    ))  # fmt: skip
    named = {(row.name, role.value) for row in said for role in Role if f"'{role}'" in row.said}
    assert named == {("merge_refusal", "responsible_person")}
