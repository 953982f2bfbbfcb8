-- What a value of a rule may be, and who may set, correct and take back which. The list of rules is the program's
-- (geodata/rule_kinds.py), written to grid.rule_kind by the upgrade.

-- What is wrong with a single value of a kind: a word of the catalogue under rule.error, NULL for nothing. Numbers of the kind
-- whole have no point, not even 30.0: whoever reads them asks for an integer.
CREATE OR REPLACE FUNCTION grid.rule_item_fault(k grid.rule_kind, item jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN k.value_kind IN ('word', 'words') THEN
            CASE WHEN jsonb_typeof(item) = 'string' AND item #>> '{}' = ANY (k.words) THEN NULL ELSE 'word' END
        WHEN k.value_kind IN ('text', 'texts') THEN
            CASE WHEN jsonb_typeof(item) IS DISTINCT FROM 'string' OR item #>> '{}' ~ '[[:cntrl:]]' THEN 'text'
                 WHEN btrim(item #>> '{}') = '' THEN 'blank'
                 WHEN NOT char_length(item #>> '{}') <@ k.text_length THEN 'long' END
        WHEN k.value_kind = 'whole' AND jsonb_typeof(item) = 'string' AND item #>> '{}' = ANY (k.words) THEN NULL
        WHEN k.value_kind = 'whole' THEN
            CASE WHEN item::text ~ '^[0-9]{1,9}$' THEN
                CASE WHEN item::text::numeric <@ k.bounds THEN NULL ELSE 'whole' END ELSE 'whole' END
        WHEN jsonb_typeof(item) IS DISTINCT FROM 'number' THEN k.value_kind
        WHEN k.value_kind = 'number' THEN
            CASE WHEN item::text::numeric <@ k.bounds THEN NULL ELSE 'number' END
        WHEN k.value_kind = 'shares' THEN
            CASE WHEN item::text::numeric > 0 AND item::text::numeric <= 1 AND scale(trim_scale(item::text::numeric)) <= 4
                 THEN NULL ELSE 'shares' END
        ELSE 'kind' END
$$;

-- What is wrong with a value; NULL for nothing.
CREATE OR REPLACE FUNCTION grid.rule_fault(of_key text, of_scope text, said jsonb) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    k grid.rule_kind;
    wrong text;
BEGIN
    SELECT * INTO k FROM grid.rule_kind AS r WHERE r.key = of_key;
    IF NOT FOUND THEN
        RETURN 'key';
    ELSIF of_scope !~ k.scope_pattern THEN
        RETURN 'scope';
    ELSIF k.value_kind NOT IN ('words', 'texts', 'shares') THEN
        RETURN grid.rule_item_fault(k, said);
    ELSIF jsonb_typeof(said) IS DISTINCT FROM 'array' THEN
        RETURN 'list';
    ELSIF NOT jsonb_array_length(said) <@ k.list_length THEN
        RETURN 'items';
    END IF;
    SELECT f INTO wrong FROM jsonb_array_elements(said) AS e (item), grid.rule_item_fault(k, item) AS f WHERE f IS NOT NULL LIMIT 1;
    IF wrong IS NOT NULL THEN
        RETURN wrong;
    ELSIF (SELECT count(DISTINCT item) < count(*) FROM jsonb_array_elements(said) AS e (item)) THEN
        RETURN 'twice';
    ELSIF k.value_kind = 'shares' AND EXISTS (
        SELECT FROM (SELECT item::text::numeric AS share, lag(item::text::numeric) OVER (ORDER BY place) AS before
                     FROM jsonb_array_elements(said) WITH ORDINALITY AS e (item, place)) AS s WHERE share <= before) THEN
        RETURN 'order';
    END IF;
    RETURN NULL;
END $$;

-- Whether there may be a value for a scope. A layer of the map is a file, which no list of the database has: it is known by a
-- value that stands.
CREATE OR REPLACE FUNCTION grid.knows_scope(of_key text, of_scope text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM grid.rule_kind AS k WHERE k.key = of_key AND of_scope ~ k.scope_pattern
                   AND (NOT k.has_open_scope OR EXISTS (SELECT FROM grid.rule AS r WHERE (r.key, r.scope) = (of_key, of_scope))))
$$;

-- Held against every row, whoever writes it. A day no calendar of the program reaches is no first day either.
CREATE OR REPLACE FUNCTION grid.keep_to_kind() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE fault text := CASE WHEN NEW.from_on BETWEEN '1900-01-01' AND '2199-12-31'
                           THEN grid.rule_fault(NEW.key, NEW.scope, NEW.value) ELSE 'day' END;
BEGIN
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'the rule % % cannot be %', NEW.key, NEW.scope, left(NEW.value::text, 200)
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rule_' || fault, DETAIL = format('Key (key)=(%s)', NEW.key);
    END IF;
    RETURN NEW;
END $$;
-- Named so that it comes last, when a batch has been given.
CREATE TRIGGER keep_to_kind BEFORE INSERT OR UPDATE ON grid.rule FOR EACH ROW EXECUTE FUNCTION grid.keep_to_kind();

-- Whether whoever is asking may rule at all: the operator of the server, or who is permitted everywhere.
CREATE OR REPLACE FUNCTION grid.may_rule() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT grid.signed_in() IS NULL OR grid.may_everywhere('manage_rules')
$$;
-- Whether a value may begin, be corrected and be taken back on a day: today and later, or earlier where the rule is one that
-- history is judged by.
CREATE OR REPLACE FUNCTION grid.may_begin(of_key text, first date) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT first >= grid.today() OR coalesce((SELECT k.has_past FROM grid.rule_kind AS k WHERE k.key = of_key), false)
$$;
-- The value that came with the program, where one of the place's own has taken its row: it stands again when that is taken back.
CREATE OR REPLACE FUNCTION grid.shipped_rule(of_key text, of_scope text, first date) RETURNS TABLE (value jsonb, source text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT u.before -> 'value', u.before ->> 'source' FROM grid.undo_row AS u
    WHERE u.table_name = 'rule' AND u.was_batch IS NULL AND u.row_key = jsonb_build_array(of_key, of_scope, first)::text
$$;

-- What is set on a page is an entry by hand, in a batch of the own.
CREATE OR REPLACE FUNCTION grid.give_rule_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.batch_id IS NULL AND current_user IN ('grid_app', 'grid_all') THEN
        NEW.batch_id := grid.hand_batch('rules');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER give_rule_batch BEFORE INSERT ON grid.rule FOR EACH ROW EXECUTE FUNCTION grid.give_rule_batch();

GRANT INSERT, UPDATE (value, source, batch_id), DELETE ON grid.rule TO grid_app;
CREATE POLICY rules_set ON grid.rule FOR INSERT TO grid_app
    WITH CHECK ((SELECT grid.may_everywhere('manage_rules')) AND grid.may_begin(key, from_on) AND grid.own_batch(batch_id));
CREATE POLICY rules_corrected ON grid.rule FOR UPDATE TO grid_app
    USING ((SELECT grid.may_everywhere('manage_rules')) AND grid.may_begin(key, from_on))
    WITH CHECK ((SELECT grid.may_everywhere('manage_rules')) AND grid.may_begin(key, from_on) AND grid.own_batch(batch_id));
-- What came with the program is corrected or followed by another value, and stays.
CREATE POLICY rules_taken_back ON grid.rule FOR DELETE TO grid_app
    USING ((SELECT grid.may_everywhere('manage_rules')) AND grid.may_begin(key, from_on) AND batch_id IS NOT NULL
           AND NOT EXISTS (SELECT FROM grid.shipped_rule(key, scope, from_on)));
-- A file brings rules for whoever may rule, which not everybody is who may load.
CREATE POLICY rules_loaded ON grid.rule AS RESTRICTIVE FOR INSERT TO grid_load
    WITH CHECK ((SELECT grid.may_everywhere('manage_rules')));
CREATE POLICY rules_reloaded ON grid.rule AS RESTRICTIVE FOR UPDATE TO grid_load
    USING ((SELECT grid.may_everywhere('manage_rules')));
CREATE POLICY rules_unloaded ON grid.rule AS RESTRICTIVE FOR DELETE TO grid_load
    USING ((SELECT grid.may_everywhere('manage_rules')) AND batch_id IS NOT NULL);

REVOKE EXECUTE ON FUNCTION grid.rule_item_fault(grid.rule_kind, jsonb) FROM PUBLIC;

-- What earlier versions let in and no rule can be: what nobody reads goes, and where the value before it can be, that holds
-- again. The trail tells what it was.
DELETE FROM grid.rule AS r WHERE grid.rule_fault(r.key, r.scope, r.value) IN ('key', 'scope')
    OR grid.rule_fault(r.key, r.scope, r.value) IS NOT NULL
    AND EXISTS (SELECT FROM grid.rule AS b WHERE (b.key, b.scope) = (r.key, r.scope) AND b.from_on < r.from_on
                AND grid.rule_fault(b.key, b.scope, b.value) IS NULL);
