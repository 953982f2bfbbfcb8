"""Personal tokens: what a program may read on somebody's behalf, kept by the database whatever a page does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from geodata.accounts import account_admin, tokens, visitor
from geodata.accounts.sessions import (
    Device,
    begin_session,
    end_other_sessions,
    end_session,
    find_session,
    list_own_sessions,
)
from geodata.accounts.token_secret import hash_secret, new_secret
from geodata.calendar import today
from geodata.errors import NotFound
from geodata.integrity.run_checks import run_checks
from geodata.levels import Level
from geodata.vocabulary import TokenEnd
from geodata.words.session_words import SessionState, SignInWay
from tests.ascii_table import rows
from tests.visitors import add_accounts


@pytest.fixture
def world(world):
    add_accounts(world)
    return world


def token(world, login: str, unit: str | None = None, secret: str | None = None, days: int = 30) -> int:
    """The number of a token that is simply there, whoever might have made it."""
    made = (
        "INSERT INTO grid.token (login, name, token_hash, unit_code, expires_on)"
        " VALUES (:login, left(:hash, 12), :hash, :unit, grid.today() + CAST(:days AS integer)) RETURNING id"
    )
    values = {"login": login, "hash": hash_secret(secret or new_secret()), "unit": unit, "days": days}
    return int(world.db.execute(text(made), values).scalar_one())


def answer(world, login: str, statement: str, number: int | None = None, role: str = "grid_app", **values: object):
    """The rows a statement gives or changes on behalf of a login, by a token or in person; None where it is refused.

    At the door a token is nobody's (``door_transaction``).
    """
    named = "SELECT grid.take_on(:login, '10.0.0.1', :token)"
    if role == "grid_door":
        named = (
            "SELECT set_config('grid.login', CASE WHEN CAST(:token AS integer) IS NULL THEN :login ELSE '' END, true)"
        )
    with world.db.begin_nested() as point:
        world.db.execute(text(f"SET LOCAL ROLE {role}"))
        try:
            world.db.execute(text(named), {"login": login, "token": number})
            done = world.db.execute(text(statement), values)
            found = [tuple(row) for row in done] if done.returns_rows else done.rowcount
        except DatabaseError as refused:
            # insufficient_privilege, row-level security among it; or said by a function in a word of its own
            if refused.orig.sqlstate != "42501" and refused.orig.diag.message_primary != "not_yours":
                raise
            found = None
        point.rollback()
    return found


def subjects(world, login: str, number: int | None, role: str = "grid_app") -> str:
    found = answer(world, login, "SELECT subject_id FROM grid.subject ORDER BY 1", number, role)
    return " ".join(row[0] for row in found)


def kept_actions(world) -> list[str]:
    asked = "SELECT action FROM grid.audit WHERE action LIKE 'token%' ORDER BY id"
    return list(world.db.execute(text(asked)).scalars())


def test_a_token_opens_what_its_owner_sees_within_its_reach(world):
    """No reach: all that the owner sees that day. A reach that is no part of it opens nothing, however it got there."""
    for row in rows("""
        login | reach | subjects
        lin   |       | S1 S2 S3 S4 S5
        lin   | T1    | S1 S2 S3
        lin   | V3    | S4 S5
        ad    | V2    | S3
        hu1   |       | S1 S2 S3
        hu1   | T1    | S1 S2 S3
        su1   | V1    | S1 S2
        as1   |       | S1 S2
        as1   | T1    |
        su1   | T2    |
        su1   | D     |
    """):
        number = token(world, row["login"], row["reach"] or None)
        assert subjects(world, row["login"], number) == (row["subjects"] or ""), row
        whole = row["login"] == "lin" and not row["reach"]
        assert subjects(world, row["login"], number, "grid_all") == (row["subjects"] if whole else ""), row


def test_a_token_sees_of_other_tables_no_more_than_its_owner(world):
    run_checks(world.db, date(2026, 3, 1))
    keys = {
        "unit": "code", "unit_version": "code", "post": "post_no", "person": "person_no", "work_item": "item_no",
        "subject": "subject_id", "account": "login", "audit": "id", "load_batch": "id",
    }  # fmt: skip
    for login, reach in (("lin", "T1"), ("ad", None), ("su1", "V1")):
        number = token(world, login, reach)
        for table, key in keys.items():
            own = set(answer(world, login, f"SELECT {key} FROM grid.{table}"))
            by_token = set(answer(world, login, f"SELECT {key} FROM grid.{table}", number))
            assert by_token <= own, (login, table)
            assert by_token or table in {"account", "audit", "load_batch"}, (login, table)
    assert answer(world, "ad", "SELECT login FROM grid.account", token(world, "ad")) == [("ad",)]
    assert answer(world, "ad", "SELECT id FROM grid.audit", token(world, "ad")) == []


def test_a_token_is_asked_as_if_its_owner_held_the_post_at_its_reach(world):
    for row in rows("""
        login | reach | home | above | level | all
        lin   |       |      | D     | town  | yes
        lin   | T1    | T1   | D     | village | no
        su1   | V1    | V1   | D T1  | subject | no
        hu1   |       | T1   | D     | village | no
    """):
        number = token(world, row["login"], row["reach"] or None)
        world.db.execute(text("SELECT grid.take_on(:login, '', :token)"), {"login": row["login"], "token": number})
        found = visitor.find_visitor(world.db)
        assert found is not None
        assert found.sees_all is (row["all"] == "yes")
        assert " ".join(found.home) == (row["home"] or "")
        assert found.sees_all or " ".join(sorted(found.above)) == row["above"]
        assert found.first_level is Level(row["level"])


def test_a_token_that_has_ended_opens_nothing(world):
    expired, revoked, good = token(world, "su1", days=-1), token(world, "su1"), token(world, "su1", days=0)
    world.db.execute(
        text("UPDATE grid.token SET revoked_at = now(), end_reason = 'revoked' WHERE id = :id"), {"id": revoked}
    )
    assert [subjects(world, "su1", number) for number in (expired, revoked, good)] == ["", "", "S1 S2 S3"]
    assert subjects(world, "hu1", good) == "", "another one's token is none"
    assert subjects(world, "su1", 2**31 - 1) == ""
    world.db.execute(text("UPDATE grid.post SET valid = daterange('2020-01-01', grid.today()) WHERE person_no = 'Su1'"))
    assert subjects(world, "su1", good) == "", "the post has ended"


def test_a_reach_goes_with_the_post_and_comes_back_with_it(world):
    number = token(world, "su1", "V1")
    world.end_post("Su1", str(today() - timedelta(days=1)))
    world.posts("person | role | unit\nSu1 | assistant | V3")
    assert subjects(world, "su1", number) == ""
    world.posts("person | role | unit\nSu1 | assistant | V1")
    assert subjects(world, "su1", number) == "S1 S2"


def test_a_token_reaches_no_further_than_its_maker(world):
    """The database refuses a forged reach and too many days, whatever the page let through."""
    made = "SELECT 1 WHERE grid.make_token('x', :hash, :unit, current_date + CAST(:days AS integer))"
    for row in rows("""
        login | reach | days | may
        su1   |       | 30   | yes
        su1   | T1    | 0    | yes
        su1   | V1    | 366  | yes
        su1   | V1    | 367  | no
        su1   | V1    | -1   | no
        su1   | V3    | 30   | no
        su1   | T2    | 30   | no
        su1   | D     | 30   | no
        as1   | V1    | 30   | yes
        as1   | T1    | 30   | no
        lin   | D     | 30   | yes
        lin   | T2    | 30   | yes
    """):
        values = {"unit": row["reach"] or None, "days": int(row["days"]), "hash": "0" * 64}
        found = answer(world, row["login"], made, role="grid_door", **values)
        assert found == ([(1,)] if row["may"] == "yes" else []), row
    world.db.execute(text("INSERT INTO grid.rule (key, from_on, value, source) VALUES"
                          " ('token_days', grid.today(), '7', 'x')"))  # fmt: skip
    values = {"unit": None, "hash": "0" * 64, "role": "grid_door"}
    assert [answer(world, "su1", made, days=days, **values) for days in (7, 8)] == [[(1,)], []], "the rule is dated"
    world.db.execute(text("UPDATE grid.account SET disabled = true WHERE login = 'su1'"))
    assert answer(world, "su1", made, days=7, **values) == []


ACTS = {
    "a visit": ("su1", "INSERT INTO grid.visit (visit_no, subject_id, kind, outcome, visited_on, recorded_at,"
                " person_no, visitor_role, batch_id) VALUES ('n', 'S1', 'patrol', 'completed', '2026-03-01',"
                " '2026-03-01 18:00+08', 'Su1', 'supervisor', grid.hand_batch('visits'))"),
    "a batch by hand": ("su1", "SELECT 1 WHERE grid.hand_batch('visits') IS NOT NULL"),
    "a finding": ("su1", "INSERT INTO grid.finding (finding_no, subject_id, description, found_on, deadline_on,"
                  " batch_id) VALUES ('n', 'S1', 'x', '2026-03-01', '2026-03-15', grid.hand_batch('findings'))"),
    "a rule": ("qin", "INSERT INTO grid.rule (key, from_on, value, source)"
               " VALUES ('severe_days', current_date + 1, '9', 'x')"),
    "the end of a post": ("qin", "UPDATE grid.post SET valid = daterange(lower(valid), CAST('2026-03-02' AS date))"
                          " WHERE person_no = 'As1'"),
    "a load": ("da", "INSERT INTO grid.load_batch (kind, file_name, file_sha256, loaded_by, rows_read)"
               " VALUES ('visits', 'x', 'x', 'da', 0)"),
    "a work item": ("hu1", "UPDATE grid.work_item SET note = 'x' WHERE item_no = (SELECT min(item_no)"
                    " FROM grid.work_item WHERE unit_code = 'V1')"),
    "a lock": ("ad", "SELECT 1 WHERE grid.set_disabled('as3', true)"),
    "an account": ("ad", "SELECT 1 WHERE grid.add_account('n', 'Ow1', NULL, NULL)"),
    "a password of somebody": ("ad", "SELECT 1 WHERE grid.set_password('as3', '$argon2id$y')"),
    "the trail": ("ad", "SELECT 1 FROM grid.audit LIMIT 1"),
    "who sees what": ("ad", "SELECT 1 FROM grid.who_sees_what() LIMIT 1"),
    "a mobile": ("qin", "SELECT 1 WHERE grid.ask_for_mobiles('unit', 'V1') IS NOT NULL"),
    "a mapping": ("da", "SELECT grid.note_mapping('m', false, false)"),
    "a new password": ("su1", "SELECT 1 WHERE grid.set_own_password('$argon2id$y') IS NOT NULL"),
    "another token": ("su1", "SELECT 1 WHERE grid.make_token('x', repeat('0', 64), NULL, current_date)"),
    "the end of an attachment": ("qin", "SELECT 1 WHERE grid.remove_attachment((SELECT max(attachment_no)"
                                 " FROM grid.attachment), 'x')"),
    "tidying": ("ad", "SELECT 1 WHERE grid.forget_old_attachments() IS NOT NULL"),
    "a merge": ("qin", "SELECT grid.merge_subjects('S1', 'S2', grid.today(), 'x')"),
    "the end of a merge": ("qin", "SELECT 1 WHERE grid.undo_merge((SELECT max(merge_no)"
                           " FROM grid.subject_merge)) IS NOT NULL"),
    "a job": ("su1", "SELECT grid.start_job('check_grid', 'k', '{}', 'zh')"),
    "the end of a job": ("su1", "SELECT 1 WHERE grid.stop_job((SELECT max(id) FROM grid.job))"),
    "a message": ("su1", "SELECT grid.ask_feedback('x', '/')"),
    "an answer": ("qin", "SELECT 1 WHERE grid.answer_feedback((SELECT max(id) FROM grid.feedback), 'x')"),
    "a view": ("su1", "SELECT grid.save_view('x', '/', false)"),
    "the end of a view": ("su1", "SELECT 1 WHERE grid.remove_view((SELECT max(id) FROM grid.saved_view))"),
    "a note": ("su1", "SELECT grid.pin_note('x', 'T1', NULL, NULL, current_date)"),
    "the end of a note": ("su1", "SELECT 1 WHERE grid.end_note((SELECT max(id) FROM grid.map_note))"),
    "a hint": ("su1", "SELECT 1 WHERE grid.close_hint('x')"),
    "notices": ("su1", "SELECT 1 WHERE grid.see_notices(now())"),
    "the own jobs": ("su1", "SELECT 1 FROM grid.job"),
    "the end of a token": ("su1", "UPDATE grid.token SET revoked_at = now(), end_reason = 'revoked'"
                           " WHERE login = 'su1'"),
}  # fmt: skip


AT_THE_DOOR = ("a lock", "an account", "a password of somebody", "a new password", "another token")


@pytest.mark.parametrize("what", ACTS)
def test_a_token_reads_and_does_nothing_else_that_its_owner_may(world, what):
    world.db.execute(text("UPDATE grid.account SET password_hash = '$argon2id$x'"))
    run_checks(world.db, date(2026, 3, 1))
    world.db.execute(text("SELECT grid.take_on('su1', '')"))
    world.db.execute(text("SELECT grid.start_job('check_grid', 'theirs', '{}', 'zh')"))
    world.db.execute(text("INSERT INTO grid.attachment (item_no, file_name, file_sha256, file_type, size_bytes,"
                          " is_stripped) SELECT min(item_no), 'a.pdf', repeat('0', 64), 'pdf', 1, false"
                          " FROM grid.work_item"))  # fmt: skip
    world.db.execute(text("SELECT grid.ask_feedback('x', '/'), grid.save_view('y', '/', true)"))
    world.db.execute(text("SELECT grid.pin_note('y', 'V1', NULL, NULL, current_date)"))
    world.db.execute(text("DELETE FROM grid.post WHERE subject_id IN ('S2', 'S4')"))
    world.db.execute(text("SELECT grid.take_on('qin', '')"))
    world.db.execute(text("SELECT grid.merge_subjects('S3', 'S4', grid.today(), 'x')"))
    login, statement = ACTS[what]
    number = token(world, login)
    role = "grid_load" if what == "a load" else "grid_door" if what in AT_THE_DOOR else "grid_app"
    assert answer(world, login, statement, role=role) not in (None, 0, []), "or the refusal would prove nothing"
    assert answer(world, login, statement, number, role) in (None, 0, [])


NOT_IN_PERSON = {
    "take_on", "scope_by_token", "token_login", "sign_in_try", "login_of_subject",  # before anybody is known
    "note_export",  # files are read by tokens too
    "burn_tokens", "own_batch",  # the end of what stood in an address; a question
    "sign_in_ended", "begin_session",  # before anybody is known
    "use_session", "end_session", "end_other_sessions",  # asked for by the hash of a session, which no token has; below
}  # fmt: skip


def test_every_function_that_may_change_something_is_tried_by_a_token(world):
    may_change = """
        SELECT DISTINCT proname FROM pg_proc
        WHERE pronamespace = 'grid'::regnamespace AND provolatile = 'v' AND prosecdef
          AND prorettype <> 'trigger'::regtype
          AND (has_function_privilege('grid_app', oid, 'EXECUTE')
               OR has_function_privilege('grid_door', oid, 'EXECUTE'))
    """
    tried = " ".join(statement for _, statement in ACTS.values())
    there = set(world.db.execute(text(may_change)).scalars())
    assert sorted(name for name in there - NOT_IN_PERSON if f"grid.{name}(" not in tried) == []


def test_a_token_opens_no_session_and_none_is_ended_by_it(world):
    """A session is known by its own hash alone; that of the token's secret is none."""
    number = token(world, "su1", secret="s")
    begin_session(world.db, "su1", "a" * 64, SignInWay.PASSWORD, Device("b" * 64))
    world.db.execute(text("SELECT grid.take_on('su1', '', :token)"), {"token": number})
    for told in (hash_secret("s"), "", "su1", str(number)):
        end_session(world.db, told)
        assert (end_other_sessions(world.db, told), list_own_sessions(world.db, told)) == (0, [])
        assert find_session(world.db, told).state is SessionState.UNKNOWN
    assert find_session(world.db, "a" * 64).state is SessionState.OPEN


def test_the_hash_is_nobodys_to_read_and_a_token_only_its_owners_and_administrators(world):
    for login in ("su1", "lin", "ad"):
        token(world, login)
    for login, role in (("su1", "grid_app"), ("ad", "grid_app"), ("ad", "grid_all"), ("lin", "grid_all")):
        assert answer(world, login, "SELECT token_hash FROM grid.token", role=role) is None
        found = answer(world, login, "SELECT login FROM grid.token ORDER BY 1", role=role)
        assert found == ([("ad",), ("lin",), ("su1",)] if login == "ad" else [(login,)])


def test_a_token_is_ended_for_good_by_its_owner_or_an_administrator(world):
    number = token(world, "su1")
    end = "UPDATE grid.token SET revoked_at = now(), end_reason = 'revoked' WHERE id = :id"
    assert [answer(world, who, end, id=number) for who in ("su1", "ad", "lin", "hu1")] == [1, 1, 0, 0]
    world.db.execute(text("SELECT grid.take_on('su1', '')"))
    tokens.revoke_token(world.db, number)
    with pytest.raises(NotFound):
        tokens.revoke_token(world.db, number)
    for back in ("revoked_at = NULL, end_reason = NULL", "end_reason = 'address'"):
        assert answer(world, "su1", f"UPDATE grid.token SET {back} WHERE id = :id", id=number) == 0
    assert answer(world, "su1", "UPDATE grid.token SET expires_on = '2999-01-01' WHERE id = :id", id=number) is None


def test_a_new_password_and_a_lock_end_every_token_and_signing_out_does_not(world):
    """Whoever changes a password because somebody has been in must not leave a way in behind."""
    for number, login in enumerate(("su1", "su2", "hu1")):
        token(world, login, secret=f"s{number}")
    account_admin.set_password(world.db, "su1", "$argon2id$y")
    account_admin.set_disabled(world.db, "su2", True)
    account_admin.set_disabled(world.db, "su2", False)
    world.db.execute(text("SELECT grid.take_on('hu1', '')"))
    begin_session(world.db, "hu1", "a" * 64, SignInWay.PASSWORD, Device("b" * 64))
    end_session(world.db, "a" * 64)
    ended = {row.login: row.end_reason for row in world.db.execute(text("SELECT login, end_reason FROM grid.token"))}
    assert ended == {"su1": TokenEnd.ACCOUNT, "su2": TokenEnd.ACCOUNT, "hu1": None}
    assert [tokens.try_token(world.db, f"s{number}")[0] for number in range(3)] == ["revoked", "revoked", "open"]


def test_a_use_is_noted_to_the_minute_and_changes_no_version_of_the_data(world):
    number, version = token(world, "su1", secret="s"), "SELECT grid.data_version()"
    last = "SELECT last_used_at FROM grid.token WHERE id = :id"
    before = world.db.execute(text(version)).scalar_one()
    assert tokens.try_token(world.db, "s") == ("open", number, "su1")
    first = world.db.execute(text(last), {"id": number}).scalar_one()
    assert first is not None
    for ago, noted in (("30 seconds", False), ("2 minutes", True)):
        world.db.execute(text(f"UPDATE grid.token SET last_used_at = now() - interval '{ago}'"))
        tokens.try_token(world.db, "s")
        assert (world.db.execute(text(last), {"id": number}).scalar_one() == first) is noted
    assert world.db.execute(text(version)).scalar_one() == before
    assert kept_actions(world) == ["token_made"], "that one was used is no line of the trail"


def test_refused_tokens_are_noted_as_long_as_they_are_few_and_a_good_one_is_let_in_all_the_same(world):
    """A token is not guessed; one outdated workbook must not shut out an office behind one address."""
    token(world, "su1", secret="good")
    token(world, "su1", secret="old", days=-1)
    token(world, "as1", secret="far", unit="T2")
    world.db.execute(text("SELECT grid.take_on('', '10.0.0.7')"))
    found = [tokens.try_token(world.db, secret)[0] for secret in ("old", "far", *(f"x{n}" for n in range(30)))]
    assert found == ["expired", "closed"] + ["unknown"] * 28 + ["busy"] * 2
    assert tokens.try_token(world.db, "good")[0] == "open"
    assert kept_actions(world).count("token_refused") == 30
    world.db.execute(text("SELECT grid.take_on('', '10.0.0.8')"))
    assert tokens.try_token(world.db, "x")[0] == "unknown"


def test_the_trail_tells_who_made_and_ended_a_token_and_never_its_hash(world):
    world.db.execute(text("SELECT grid.take_on('su1', '10.0.0.1')"))
    secret = tokens.make_token(world.db, "workbook", "V1", 30, today())
    burnt = tokens.make_token(world.db, "map", None, 30, today())
    (last, first) = tokens.list_tokens(world.db)
    tokens.revoke_token(world.db, first.id)
    world.db.execute(text("SELECT grid.take_on('', '10.0.0.2')"))
    tokens.burn_tokens(world.db, {burnt})
    tokens.burn_tokens(world.db, {burnt, "another"})
    kept = world.db.execute(
        text("SELECT action, login, address, row_key, after FROM grid.audit WHERE table_name = 'token' ORDER BY id")
    ).all()
    assert [(row.action, row.login, row.address, row.row_key) for row in kept] == [
        ("token_made", "su1", "10.0.0.1", str(first.id)),
        ("token_made", "su1", "10.0.0.1", str(last.id)),
        ("token_revoked", "su1", "10.0.0.1", str(first.id)),
        ("token_revoked", None, "10.0.0.2", str(last.id)),
    ]
    assert [row.after["end_reason"] for row in kept] == [None, None, "revoked", "address"]
    assert {row.after["login"] for row in kept} == {"su1"}
    for hidden in (secret, burnt, hash_secret(secret), hash_secret(burnt)):
        assert hidden not in str([tuple(row) for row in kept])


def test_what_is_noted_by_a_token_names_it(world):
    number = token(world, "su1")
    world.db.execute(text("SELECT grid.take_on('su1', '', :token)"), {"token": number})
    world.db.execute(text("SELECT grid.note('exported', 'subjects', '{\"rows\": 3}')"))
    world.db.execute(text("SELECT grid.note('exported', 'subjects')"))
    kept = world.db.execute(text("SELECT login, after FROM grid.audit WHERE action = 'exported' ORDER BY id")).all()
    assert [tuple(row) for row in kept] == [("su1", {"rows": 3, "token_id": number}), ("su1", {"token_id": number})]


def test_a_token_goes_with_its_unit_and_its_account(world):
    token(world, "su1", "V1")
    token(world, "hu1")
    world.db.execute(text("DELETE FROM grid.account WHERE login = 'hu1'"))
    assert world.db.execute(text("SELECT login FROM grid.token")).scalars().all() == ["su1"]
    rule = "SELECT confdeltype FROM pg_constraint WHERE conname = 'fk_token_unit_code'"
    assert world.db.execute(text(rule)).scalar_one() == "c"
