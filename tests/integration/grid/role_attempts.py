"""What somebody would try who runs SQL of his own, and what the functions of a role are there to do."""

from __future__ import annotations

HASH, MOBILE, TOKEN, WORDS = "$argon2id$kept", "13900000000", "ab" * 32, "Free Words"
SESSION, DEVICE = "cd" * 32, "ef" * 32
"""Secrets that stand in the tables, and words that nobody may put into the trail."""

BITES = {"grid_app": {("remove_attachment", "takes words")}, "grid_door": {("sign_in_try", f"gives {HASH}")}}
EXPECTED = {
    # the reason for a removal, beside the row that is gone
    "grid_app": {("remove_attachment", "takes words")},
    "grid_door": {
        ("sign_in_try", f"gives {HASH}"), ("sign_in_ended", "changes accounts"),
        ("set_own_password", "changes accounts"), ("set_password", "changes accounts"),
        ("set_disabled", "changes accounts"), ("make_token", "changes accounts"), ("add_account", "changes accounts"),
    },
}  # fmt: skip

ATTEMPTS = [
    # passwords, accounts, and keys that outlive the moment
    "SELECT password_hash FROM grid.account",
    "SELECT a::text FROM grid.account AS a",
    "SELECT to_jsonb(a) FROM grid.account AS a",
    "SELECT login FROM grid.account WHERE password_hash LIKE '$argon2%%'",
    "SELECT query_to_xml('SELECT password_hash FROM grid.account', true, true, '')",
    "SELECT table_to_xml('grid.account', true, true, '')",
    "SELECT * FROM grid.sign_in_try('ad', NULL)",
    "SELECT grid.own_password()",
    "SELECT grid.login_of_subject('sub ad')",
    "SELECT grid.set_own_password('$argon2id$x')",
    "SELECT grid.set_password('ad', '$argon2id$x')",
    "SELECT grid.set_disabled('ad', true)",
    "SELECT grid.add_account('x', 'Ow1', '$argon2id$x', NULL)",
    "SELECT grid.make_token('x', repeat('0', 64), NULL, current_date)",
    "SELECT grid.sign_in_ended('ad', 'sign_in_failed', 'password', NULL)",
    "UPDATE grid.account SET password_hash = '$argon2id$x'",
    "UPDATE grid.account SET oidc_subject = 'mine' WHERE login = 'ad'",
    "UPDATE grid.account SET disabled = disabled RETURNING password_hash",
    "INSERT INTO grid.account (login, person_no, password_hash) VALUES ('x', 'Ow1', '$argon2id$x')",
    "DELETE FROM grid.account",
    # sessions, and the devices an account is known at
    "SELECT * FROM grid.session",
    "SELECT session_hash FROM grid.session WHERE login = 'su1'",
    "SELECT count(*) FROM grid.session",
    "SELECT query_to_xml('SELECT * FROM grid.session', true, true, '')",
    "SELECT device_hash FROM grid.known_device",
    "INSERT INTO grid.session (login, session_hash, sign_in_way, browser, operating_system)"
    " VALUES ('ad', repeat('0', 64), 'password', 'edge', 'windows')",
    "UPDATE grid.session SET ended_at = NULL, end_reason = NULL",
    "UPDATE grid.session SET begun_at = now(), seen_at = now()",
    "DELETE FROM grid.session",
    "INSERT INTO grid.known_device (login, device_hash) VALUES ('ad', repeat('0', 64))",
    "DELETE FROM grid.known_device",
    "SELECT grid.session_state(s) FROM grid.session AS s",
    f"SELECT * FROM grid.proven_session('{SESSION}')",
    "SELECT grid.device_mark('ad', repeat('0', 64))",
    "SELECT grid.begin_session('ad', repeat('0', 64), repeat('0', 64), 'password', 'edge', 'windows')",
    f"SELECT grid.use_session('{SESSION}')",
    f"SELECT * FROM grid.own_sessions('{SESSION}')",
    f"SELECT grid.end_session('{SESSION}')",
    f"SELECT grid.end_other_sessions('{SESSION}', NULL)",
    "SELECT token_hash FROM grid.token",
    "INSERT INTO grid.token (login, name, token_hash, expires_on) VALUES ('ad', 'x', repeat('0', 64), current_date)",
    "UPDATE grid.token SET token_hash = repeat('0', 64)",
    "UPDATE grid.token SET login = 'su1', expires_on = '2999-01-01'",
    # mobiles
    "SELECT grid.private_mobile('As1')",
    "SELECT grid.opens_mobile('As1')",
    "UPDATE grid.subject_merge SET undone_at = NULL",
    # the trail
    "SELECT grid.note('signed_in', 'x', '{}')",
    "SELECT grid.note_change()",
    "SELECT grid.note_export('Free Words', NULL, current_date, 'csv', 1, NULL)",
    "SELECT grid.note_export('work', NULL, current_date, 'Free Words', 1, NULL)",
    "SELECT grid.note_mapping('Free Words', true, false)",
    "INSERT INTO grid.audit (action) VALUES ('x')",
    "INSERT INTO grid.audit (action, login) VALUES ('signed_in', 'ad')",
    "UPDATE grid.audit SET login = 'x'",
    "DELETE FROM grid.audit",
    "TRUNCATE grid.audit",
    "ALTER TABLE grid.audit DISABLE TRIGGER append_only",
    "SET session_replication_role = replica",
    # another role, the server, the schema
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION grid_door",
    "ALTER ROLE grid_door PASSWORD 'x'",
    "SELECT rolpassword FROM pg_authid",
    "SELECT * FROM pg_statistic",
    "SELECT pg_read_file('postgresql.conf')",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "CREATE EXTENSION dblink",
    "CREATE FUNCTION grid.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION grid.signed_in() RETURNS text LANGUAGE sql AS 'SELECT NULL::text'",
    "CREATE TRIGGER t AFTER INSERT ON grid.visit FOR EACH ROW EXECUTE FUNCTION grid.note_change('visit_no')",
    "DROP POLICY area ON grid.subject",
    "ALTER TABLE grid.account DISABLE ROW LEVEL SECURITY",
]
OF_THE_DOOR = ("sign_in_try", "login_of_subject", "set_own_password", "set_password", "set_disabled", "add_account",
               "make_token", "sign_in_ended", "begin_session", "use_session", "own_sessions", "end_session",
               "end_other_sessions")  # fmt: skip
ITSELF = ("SET SESSION AUTHORIZATION grid_door", "ALTER ROLE grid_door")
"""What the server lets every role do with itself."""
