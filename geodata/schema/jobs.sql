-- Jobs. A page asks for one on behalf of whoever is signed in; the worker (grid_jobs) takes it, tells how far it is and
-- how it ended, and does the work itself as the roles of the pages and of loads, with the scope of whose job it is. The
-- queue is a library's (schema grid_queue); both tables change in one transaction.

GRANT USAGE ON SCHEMA grid, grid_queue TO grid_jobs;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA grid_queue TO grid_jobs;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA grid_queue TO grid_jobs;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA grid_queue TO grid_jobs;

-- A job asked for; of one key, the one that waits or runs is meant, if it is one's own.
CREATE OR REPLACE FUNCTION grid.start_job(of_kind text, with_key text, with_arguments jsonb, in_lang text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, grid_queue, public, pg_temp AS $$
DECLARE
    number bigint;
    queued bigint;
BEGIN
    IF grid.acting() IS NULL OR grid.my_person() IS NULL THEN
        RAISE EXCEPTION 'a job is somebody''s' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO grid.job (kind, login, address, lang, job_key, arguments)
    VALUES (of_kind, grid.acting(), coalesce(grid.asked_from(), ''), in_lang, with_key, with_arguments)
    ON CONFLICT (job_key) WHERE state IN ('waiting', 'running') DO NOTHING RETURNING id INTO number;
    IF number IS NULL THEN
        SELECT id INTO number FROM grid.job AS j
        WHERE j.job_key = with_key AND j.state IN ('waiting', 'running') AND j.login = grid.acting();
        RETURN number;
    END IF;
    SELECT unnest(procrastinate_defer_jobs_v1(ARRAY[ROW('grid', 'run_job', 0, with_key, 'job:' || number,
                  jsonb_build_object('number', number), NULL)::procrastinate_job_to_defer_v1])) INTO queued;
    UPDATE grid.job SET queue_id = queued WHERE id = number;
    RETURN number;
END $$;

-- Somebody's own job stopped, or anybody's by whoever sees them all: one that waits is over at once, one that runs when
-- the worker has heard of it.
CREATE OR REPLACE FUNCTION grid.stop_job(number bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, grid_queue, public, pg_temp AS $$
DECLARE
    meant grid.job;
BEGIN
    SELECT * INTO meant FROM grid.job AS j
    WHERE j.id = number AND j.state IN ('waiting', 'running')
      AND (j.login = grid.acting() OR grid.may_everywhere('see_jobs')) FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM procrastinate_cancel_job_v1(meant.queue_id, true, false);
    UPDATE grid.job AS j SET is_stopping = true,
        state = CASE WHEN j.state = 'waiting' THEN 'stopped' ELSE j.state END,
        ended_at = CASE WHEN j.state = 'waiting' THEN clock_timestamp() END
    WHERE j.id = number;
    PERFORM grid.note('job_stopped', number::text);
    RETURN true;
END $$;

-- Whether somebody is there to do jobs: a worker's heart beats every second (dashboard/app/worker.py).
CREATE OR REPLACE FUNCTION grid.has_worker() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid_queue, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > clock_timestamp() - interval '10 seconds')
$$;
-- How many jobs are in the list, by state: figures for whoever keeps the system running, who need not be anybody.
CREATE OR REPLACE FUNCTION grid.job_counts() RETURNS TABLE (state text, count bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT j.state, count(*) FROM grid.job AS j GROUP BY 1
$$;
REVOKE EXECUTE ON FUNCTION grid.start_job(text, text, jsonb, text), grid.stop_job(bigint), grid.has_worker(),
    grid.job_counts() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.start_job(text, text, jsonb, text), grid.stop_job(bigint), grid.has_worker(),
    grid.job_counts() TO grid_app, grid_all;

-- What the worker says. A job is taken once more when the one that had it is gone; none comes back for one that is over,
-- or whose account is closed by now: its job is then told as failed.
CREATE OR REPLACE FUNCTION grid.take_job(number bigint)
RETURNS TABLE (kind text, login text, address text, lang text, arguments jsonb, attempt_no integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    UPDATE grid.job AS j SET state = 'failed', ended_at = clock_timestamp(),
        outcome = '{"key": "job.account_closed", "values": {}}'
    FROM grid.account AS a WHERE a.login = j.login AND a.disabled AND j.id = number AND j.state IN ('waiting', 'running');
    RETURN QUERY UPDATE grid.job AS j SET state = 'running', attempt_no = j.attempt_no + 1, step = NULL, items_done = 0,
        items_all = 0, started_at = clock_timestamp()
    WHERE j.id = number AND j.state IN ('waiting', 'running')
    RETURNING j.kind, j.login, j.address, j.lang, j.arguments, j.attempt_no;
END $$;
CREATE OR REPLACE FUNCTION grid.tell_job(number bigint, done integer, whole integer, telling jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    UPDATE grid.job SET items_done = done, items_all = whole, step = telling WHERE id = number AND state = 'running'
$$;
CREATE OR REPLACE FUNCTION grid.end_job(number bigint, how text, telling jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    UPDATE grid.job SET state = how, outcome = telling, ended_at = clock_timestamp()
    WHERE id = number AND state IN ('waiting', 'running') AND how IN ('done', 'failed', 'stopped')
$$;
-- Jobs that have been over for longer than the rule keeps them, with what the queue knows of them.
CREATE OR REPLACE FUNCTION grid.forget_old_jobs() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = grid, grid_queue, public, pg_temp AS $$
    WITH gone AS (
        DELETE FROM grid.job WHERE ended_at < clock_timestamp() - make_interval(days => grid.number_of('job_keep_days', '')::integer)
        RETURNING queue_id
    ), unqueued AS (DELETE FROM procrastinate_jobs AS q USING gone WHERE q.id = gone.queue_id)
    SELECT count(*) FROM gone
$$;
-- Every job that is still known, for whoever tidies what jobs leave in folders.
CREATE OR REPLACE FUNCTION grid.kept_jobs() RETURNS TABLE (number bigint, arguments jsonb, is_open boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT id, arguments, ended_at IS NULL FROM grid.job
$$;
REVOKE EXECUTE ON FUNCTION grid.take_job(bigint), grid.tell_job(bigint, integer, integer, jsonb),
    grid.end_job(bigint, text, jsonb), grid.forget_old_jobs(), grid.kept_jobs() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.take_job(bigint), grid.tell_job(bigint, integer, integer, jsonb),
    grid.end_job(bigint, text, jsonb), grid.forget_old_jobs(), grid.kept_jobs() TO grid_jobs;
