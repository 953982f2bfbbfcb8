-- What is done beside the pages, on whose behalf, how far it is and what came of it. What each column means stands in
-- geodata/models/jobs.py.

CREATE TABLE grid.job (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    kind TEXT NOT NULL,
    login TEXT NOT NULL,
    address TEXT NOT NULL,
    lang TEXT NOT NULL,
    job_key TEXT NOT NULL,
    arguments JSONB NOT NULL,
    state TEXT DEFAULT 'waiting' NOT NULL,
    queue_id BIGINT,
    attempt_no INTEGER DEFAULT 0 NOT NULL,
    items_done INTEGER DEFAULT 0 NOT NULL,
    items_all INTEGER DEFAULT 0 NOT NULL,
    step JSONB,
    outcome JSONB,
    is_stopping BOOLEAN DEFAULT false NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_job PRIMARY KEY (id),
    CONSTRAINT fk_job_login FOREIGN KEY (login) REFERENCES grid.account (login),
    CONSTRAINT ck_job_state_word CHECK (state IN ('waiting', 'running', 'done', 'failed', 'stopped')),
    CONSTRAINT ck_job_items_counted CHECK (0 <= items_done AND items_done <= items_all),
    CONSTRAINT ck_job_over_at CHECK ((state IN ('waiting', 'running')) = (ended_at IS NULL)),
    CONSTRAINT ck_job_outcome_told CHECK (state NOT IN ('done', 'failed') OR outcome IS NOT NULL)
);
CREATE UNIQUE INDEX ux_job_key_open ON grid.job (job_key) WHERE state IN ('waiting', 'running');
CREATE INDEX ix_job_login_id ON grid.job (login, id);
CREATE INDEX ix_job_ended_at ON grid.job (ended_at);
