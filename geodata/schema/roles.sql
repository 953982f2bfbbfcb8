-- The roles that connect, and what they may enter. grid_app asks for pages and the API and owns nothing; grid_all is the
-- same for whoever sees everything (an OR of "everything" and "the own area" would keep the planner from every index);
-- grid_door lets people in and keeps their accounts, and reads no table; grid_load loads files that come in through a page;
-- grid_jobs takes jobs from the queue and tells how they go; grid_public reads nothing but the views of schema public_board.
-- A server's administrator may have made them beforehand.
DO $$ DECLARE r record; BEGIN
    FOR r IN SELECT * FROM (VALUES ('grid_app', 'LOGIN'), ('grid_door', 'LOGIN'), ('grid_public', 'LOGIN'), ('grid_load', 'LOGIN'),
                                   ('grid_jobs', 'LOGIN'), ('grid_all', 'NOLOGIN')) AS t (name, login) LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r.name) THEN
            EXECUTE format('CREATE ROLE %I %s NOINHERIT', r.name, r.login);
        END IF;
        -- the owner may take each of them on, to show what it sees
        IF NOT pg_has_role(current_user, r.name, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO CURRENT_USER', r.name);
        END IF;
    END LOOP;
    IF NOT pg_has_role('grid_app', 'grid_all', 'MEMBER') THEN
        GRANT grid_all TO grid_app;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- another database of the same server made them in this moment
END $$;
CREATE SCHEMA IF NOT EXISTS public_board;
GRANT USAGE ON SCHEMA grid TO grid_app, grid_all, grid_load, grid_door;
GRANT USAGE ON SCHEMA public_board TO grid_public, grid_app, grid_all;
