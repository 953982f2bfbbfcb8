-- Accounts and the audit trail. What each column means stands in geodata/models/accounts.py.

CREATE TABLE grid.audit (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    login TEXT,
    db_role TEXT DEFAULT session_user NOT NULL,
    address TEXT,
    action TEXT NOT NULL,
    table_name TEXT,
    row_key TEXT,
    before JSONB,
    after JSONB,
    CONSTRAINT pk_audit PRIMARY KEY (id)
);

CREATE INDEX ix_audit_at ON grid.audit (at);

CREATE INDEX ix_audit_login_at ON grid.audit (login, at);

CREATE TABLE grid.account (
    login TEXT NOT NULL,
    person_no TEXT NOT NULL,
    password_hash TEXT,
    oidc_subject TEXT,
    disabled BOOLEAN DEFAULT false NOT NULL,
    failures INTEGER DEFAULT 0 NOT NULL,
    locked_until TIMESTAMP WITH TIME ZONE,
    epoch INTEGER DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_account PRIMARY KEY (login),
    CONSTRAINT ck_account_login_plain CHECK (login = lower(btrim(login)) AND login <> ''),
    CONSTRAINT ck_account_password_argon2 CHECK (left(password_hash, 7) = '$argon2'),
    CONSTRAINT uq_account_person_no UNIQUE (person_no),
    CONSTRAINT fk_account_person_no FOREIGN KEY(person_no) REFERENCES grid.person (person_no),
    CONSTRAINT uq_account_oidc_subject UNIQUE (oidc_subject)
);
