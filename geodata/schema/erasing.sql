-- A person's data erased by law (PIPL art 47): name, telephones, consent, account, sessions, devices, tokens and jobs go, here,
-- in what undoing keeps and in the audit trail. What the person did at a place stays, under the number alone: the law's
-- records of checks and of who answered are kept (art 47, last sentence), and no longer say who it was.

CREATE OR REPLACE FUNCTION grid.erased_name() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT '***' $$;
-- The day on which a person was erased; NULL for everybody else.
CREATE OR REPLACE FUNCTION grid.erased_on(of_person text) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT grid.day_of(e.erased_at) FROM grid.erased_person AS e WHERE e.person_no = of_person
$$;
REVOKE EXECUTE ON FUNCTION grid.erased_name(), grid.erased_on(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.erased_name(), grid.erased_on(text) TO grid_load;

-- Nothing brings the data back: no load, no undo, no new account; and nobody without a name answers for a place.
CREATE OR REPLACE FUNCTION grid.keep_erased() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    new_row CONSTANT jsonb := to_jsonb(NEW);
    erased_on CONSTANT date := grid.erased_on(NEW.person_no);
BEGIN
    IF erased_on IS NOT NULL AND (CASE TG_TABLE_NAME
        WHEN 'account' THEN true
        WHEN 'post' THEN coalesce(upper((new_row ->> 'valid')::daterange), 'infinity') > erased_on
        ELSE (new_row ->> 'name', new_row ->> 'office_phone', new_row ->> 'private_mobile', new_row ->> 'consent_publish')
             IS DISTINCT FROM (grid.erased_name(), NULL, NULL, 'false') END) THEN
        RAISE EXCEPTION 'the data of person % were erased by law', NEW.person_no
            USING ERRCODE = 'check_violation', CONSTRAINT = 'person_erased', DETAIL = format('Key (person_no)=(%s)', NEW.person_no);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_erased BEFORE INSERT OR UPDATE ON grid.person FOR EACH ROW EXECUTE FUNCTION grid.keep_erased();
CREATE TRIGGER keep_erased BEFORE INSERT OR UPDATE ON grid.account FOR EACH ROW EXECUTE FUNCTION grid.keep_erased();
CREATE TRIGGER keep_erased BEFORE INSERT OR UPDATE ON grid.post FOR EACH ROW EXECUTE FUNCTION grid.keep_erased();

-- The image of a row without who a person was: of the person's own rows what tells it, of every row the login that acted.
CREATE OR REPLACE FUNCTION grid.erased_image(image jsonb, of_person text, was_login text, pseudonym text) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN jsonb_typeof(image) = 'object' AND image <> '{}' THEN (
        SELECT jsonb_object_agg(key, CASE
            WHEN (key = 'login' OR key ~ '_by$') AND value = to_jsonb(was_login) THEN to_jsonb(pseudonym)
            WHEN image ->> 'person_no' IS DISTINCT FROM of_person THEN value
            WHEN key = 'name' THEN to_jsonb(grid.erased_name())
            WHEN key = 'consent_publish' THEN 'false'
            WHEN key IN ('office_phone', 'private_mobile', 'oidc_subject') THEN 'null'
            ELSE value END)
        FROM jsonb_each(image)) ELSE image END
$$;

-- A whole text of a document said otherwise; where the text is NULL, nothing is.
CREATE OR REPLACE FUNCTION grid.said_otherwise(document jsonb, was text, becomes text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(replace(document::text, to_json(was)::text, to_json(becomes)::text)::jsonb, document)
$$;

-- The owner's alone. ``erased_at`` is of the past where a restored backup is brought to what was erased since: posts that were
-- still held in it end on that day. Else a person in a post is refused, because somebody has to follow first.
CREATE OR REPLACE FUNCTION grid.erase_person(of_person text, on_basis text, erased_at timestamptz, again boolean) RETURNS void
LANGUAGE plpgsql SET search_path = grid, public, pg_temp AS $$
DECLARE
    pseudonym CONSTANT text := 'erased:' || of_person;
    last_day CONSTANT date := grid.day_of(erased_at);
    newest bigint;
    held text;
    was_login text;
    was_name text;
    mark text;
    place record;
BEGIN
    -- first of all locks: whoever writes a line of the trail waits from here on, and holds nothing that is asked for below
    LOCK TABLE grid.audit IN SHARE ROW EXCLUSIVE MODE;
    newest := (SELECT coalesce(max(a.id), 0) FROM grid.audit AS a);
    held := (SELECT string_agg(p.post_no, ', ' ORDER BY p.post_no) FROM grid.post AS p
             WHERE p.person_no = of_person AND coalesce(upper(p.valid), 'infinity') > last_day);
    was_login := (SELECT a.login FROM grid.account AS a WHERE a.person_no = of_person);
    was_name := (SELECT n.name FROM grid.person AS n WHERE n.person_no = of_person AND n.name <> grid.erased_name());
    mark := grid.login_mark(was_login);
    IF held IS NOT NULL AND NOT again THEN
        RAISE EXCEPTION 'in_post' USING ERRCODE = 'GM002', DETAIL = jsonb_build_object('posts', held)::text;
    ELSIF NOT again AND NOT EXISTS (SELECT FROM grid.person AS n WHERE n.person_no = of_person) THEN
        RAISE EXCEPTION 'unknown' USING ERRCODE = 'GM002', DETAIL = '{}';
    END IF;
    INSERT INTO grid.erased_person (person_no, erased_at, basis, is_synthetic)
    VALUES (of_person, erased_at, on_basis, coalesce((SELECT b.synthetic FROM grid.person AS n
            JOIN grid.load_batch AS b ON b.id = n.batch_id WHERE n.person_no = of_person), false))
    ON CONFLICT (person_no) DO NOTHING;
    DELETE FROM grid.post AS p WHERE p.person_no = of_person AND lower(p.valid) >= last_day;
    UPDATE grid.post AS p SET valid = daterange(lower(p.valid), last_day)
    WHERE p.person_no = of_person AND coalesce(upper(p.valid), 'infinity') > last_day;
    DELETE FROM grid_queue.procrastinate_jobs AS q USING grid.job AS j WHERE j.login = was_login AND q.id = j.queue_id;
    DELETE FROM grid.job AS j WHERE j.login = was_login;
    DELETE FROM grid.account AS a WHERE a.person_no = of_person;
    UPDATE grid.person AS n SET name = grid.erased_name(), office_phone = NULL, private_mobile = NULL, consent_publish = false
    WHERE n.person_no = of_person;
    UPDATE grid.work_item AS w SET details = grid.said_otherwise(w.details, was_name, grid.erased_name())
    WHERE strpos(w.details::text, to_json(was_name)::text) > 0;
    UPDATE grid.undo_row AS u SET before = grid.erased_image(u.before, of_person, was_login, pseudonym)
    WHERE u.before ->> 'person_no' = of_person OR strpos(u.before::text, to_json(was_login)::text) > 0;
    -- whoever did something is a login in every table that says so; who arranged a day or made a count is a word
    FOR place IN SELECT c.oid::regclass AS rel, a.attname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
                 WHERE c.relnamespace = 'grid'::regnamespace AND c.relkind = 'r' AND a.atttypid = 'text'::regtype
                   AND NOT a.attisdropped AND (a.attname = 'login' OR a.attname ~ '_by$')
                   AND a.attname <> ALL ('{arranged_by,made_by}') AND c.relname <> 'audit' LOOP
        EXECUTE format('UPDATE %s SET %I = $1 WHERE %2$I = $2', place.rel, place.attname) USING pseudonym, was_login;
    END LOOP;
    ALTER TABLE grid.audit DISABLE TRIGGER append_only;
    -- that rows now say less than before is told once, below; a batch they came with can still be taken back
    DELETE FROM grid.audit AS a WHERE a.id > newest AND a.action = 'update' AND a.table_name <> 'post';
    UPDATE grid.audit AS a SET
        before = grid.erased_image(a.before, of_person, was_login, pseudonym),
        after = grid.erased_image(a.after, of_person, was_login, pseudonym)
    WHERE of_person IN (a.before ->> 'person_no', a.after ->> 'person_no')
       OR strpos(concat(a.before, a.after), to_json(was_login)::text) > 0;
    UPDATE grid.audit AS a SET before = grid.said_otherwise(a.before, was_name, grid.erased_name()),
                               after = grid.said_otherwise(a.after, was_name, grid.erased_name())
    WHERE a.table_name = 'work_item' AND strpos(concat(a.before, a.after), to_json(was_name)::text) > 0;
    -- from where and by which device is the person's too; a login's mark is found by whoever guesses the login
    UPDATE grid.audit AS a SET
        login = CASE WHEN a.login = was_login THEN pseudonym ELSE a.login END, address = NULL,
        after = a.after - CASE WHEN a.action ~ '^token_' THEN '{device,name}'::text[] ELSE '{device}'::text[] END,
        row_key = CASE WHEN a.row_key = mark THEN grid.login_mark(pseudonym)
                       WHEN a.row_key = was_login AND a.table_name = 'account' THEN pseudonym ELSE a.row_key END
    WHERE a.login = was_login OR a.row_key = mark OR (a.row_key = was_login AND a.table_name = 'account');
    ALTER TABLE grid.audit ENABLE TRIGGER append_only;
    PERFORM grid.note('person_erased', of_person, jsonb_build_object('basis', on_basis, 'again', again));
END $$;

-- Where words still stand, as a whole where they are of letters and digits: free texts are for people to look through.
CREATE OR REPLACE FUNCTION grid.mentions(words text[]) RETURNS TABLE (table_name text, keys text[])
LANGUAGE plpgsql STABLE SET search_path = grid, public, pg_temp AS $$
DECLARE rel regclass;
BEGIN
    -- what the search looks in follows from the rows that are looked through here
    FOR rel IN SELECT c.oid FROM pg_class AS c WHERE c.relkind = 'r' AND c.relname <> 'search_entry'
               AND c.relnamespace IN ('grid'::regnamespace, 'grid_queue'::regnamespace) ORDER BY c.relname LOOP
        RETURN QUERY EXECUTE format(
            'SELECT %L, array_agg(%s) FROM %s AS t WHERE EXISTS (SELECT FROM unnest($1) AS w (word)
             WHERE strpos(t::text, word) > 0
               AND (word !~ ''^[A-Za-z0-9]+$'' OR t::text ~ (''(?<![A-Za-z0-9])'' || word || ''(?![A-Za-z0-9])'')))
             HAVING count(*) > 0',
            (SELECT relname FROM pg_class WHERE oid = rel), coalesce(grid.key_of(rel, 't'), 'NULL'), rel) USING words;
    END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION grid.keep_erased(), grid.erased_image(jsonb, text, text, text),
    grid.said_otherwise(jsonb, text, text), grid.erase_person(text, text, timestamptz, boolean), grid.mentions(text[]) FROM PUBLIC;
