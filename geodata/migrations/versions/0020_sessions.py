"""Sessions as rows, the devices an account is known at, and tries to sign in that are slowed down instead of shut out.

Of the rules of before, an office's own number of tries "at one account from one address" becomes that at one account
from one device; "at one account, from wherever" has no successor. The bound of an address is raised where it is below a
hundred, because it shut a whole office; what it also bounded, notes of refused tokens, keeps it.
"""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.execute("""
CREATE TABLE grid.session (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    login TEXT NOT NULL,
    session_hash TEXT NOT NULL,
    sign_in_way TEXT NOT NULL,
    begun_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    browser TEXT NOT NULL,
    operating_system TEXT NOT NULL,
    network CIDR,
    ended_at TIMESTAMP WITH TIME ZONE,
    end_reason TEXT,
    CONSTRAINT pk_session PRIMARY KEY (id),
    CONSTRAINT uq_session_session_hash UNIQUE (session_hash),
    CONSTRAINT fk_session_login FOREIGN KEY (login) REFERENCES grid.account (login) ON DELETE CASCADE,
    CONSTRAINT ck_session_hash_sha256 CHECK (session_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_session_sign_in_way_word CHECK (sign_in_way IN ('password', 'oidc')),
    CONSTRAINT ck_session_browser_word CHECK (
        browser IN ('edge', 'wechat', 'qq', 'uc', 'huawei', 'firefox', 'chrome', 'safari', 'other')),
    CONSTRAINT ck_session_operating_system_word CHECK (
        operating_system IN ('windows', 'harmony', 'android', 'ios', 'macos', 'linux', 'other')),
    CONSTRAINT ck_session_end_reason_word CHECK (
        end_reason IN ('signed_out', 'ended_by_owner', 'password', 'disabled')),
    CONSTRAINT ck_session_ended_with_reason CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE INDEX ix_session_login ON grid.session (login);
CREATE TABLE grid.known_device (
    login TEXT NOT NULL,
    device_hash TEXT NOT NULL,
    known_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_known_device PRIMARY KEY (login, device_hash),
    CONSTRAINT fk_known_device_login FOREIGN KEY (login) REFERENCES grid.account (login) ON DELETE CASCADE,
    CONSTRAINT ck_known_device_hash_sha256 CHECK (device_hash ~ '^[0-9a-f]{64}$')
);
ALTER TABLE grid.account DROP COLUMN epoch""")
    op.execute("""
INSERT INTO grid.rule (key, scope, from_on, value, source)
SELECT 'token_tries', '', from_on, value,
       replace(source, 'proposal: failed tries from one address, whatever the account',
               'proposal: refused personal tokens from one address that are noted')
FROM grid.rule WHERE key = 'sign_in_tries' AND scope = 'address';
UPDATE grid.rule SET key = 'address_tries', scope = '' WHERE key = 'sign_in_tries' AND scope = 'address';
UPDATE grid.rule SET value = '600', source = 'proposal: failed tries from one address, a bound against floods alone'
WHERE key = 'address_tries' AND (jsonb_typeof(value) <> 'number' OR (value #>> '{}')::numeric < 100);
DELETE FROM grid.rule WHERE key = 'sign_in_tries' AND scope = 'account';
UPDATE grid.rule SET scope = '',
       source = replace(source, 'proposal: failed tries at one account from one address',
                        'proposal: failed tries at one account from one device before pauses begin')
WHERE key = 'sign_in_tries' AND scope = 'both';
UPDATE grid.rule SET key = 'address_window_minutes', scope = '',
       source = replace(source, 'proposal: how long a failed try to sign in counts',
                        'proposal: how long a failed try to sign in counts at its address')
WHERE key = 'sign_in_window_minutes';
UPDATE grid.rule SET value = '60'
WHERE key = 'address_window_minutes' AND jsonb_typeof(value) = 'number' AND (value #>> '{}')::numeric > 60;
INSERT INTO grid.rule (key, scope, from_on, value, source) VALUES
    ('sign_in_window_minutes', '', '2000-01-01', '1440',
     'proposal: how long a failed try to sign in counts at its account; NIST SP 800-63B: at most 100 in a row'),
    ('sign_in_pause_seconds', '', '2000-01-01', '1200',
     'proposal: the longest pause after failed tries; each is twice the one before'),
    ('known_device_days', '', '2000-01-01', '180', 'proposal: days without a sign-in after which a device is unknown'),
    ('session_hours', '', '2000-01-01', '12', 'NIST SP 800-63B 2.2.3: signing in again every 12 hours'),
    ('session_idle_minutes', '', '2000-01-01', '60',
     'GB/T 22239-2019 8.1.4.1: a connection nobody uses ends by itself; NIST SP 800-63B: within an hour')""")
