-- Checklists: which list a visit is made by, that its answers belong to it, and that no list is taken from under a visit.

-- How long each list holds for a kind of subject: from its first day until the day the next one of the kind begins.
CREATE VIEW grid.checklist_period WITH (security_invoker = true) AS
SELECT c.checklist_no, k.kind, c.from_on,
       lead(c.from_on) OVER (PARTITION BY k.kind ORDER BY c.from_on) AS until_on
FROM grid.checklist AS c CROSS JOIN LATERAL unnest(c.kinds) AS k (kind);
GRANT SELECT ON grid.checklist_period TO grid_app, grid_all, grid_load;

-- The list of a subject on a day: that of the first of its kinds, in the order of the vocabulary.
CREATE OR REPLACE FUNCTION grid.checklist_for(of_subject text, on_day date) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT c.checklist_no FROM grid.subject AS s JOIN grid.checklist AS c ON c.kinds @> ARRAY[s.kinds[1]] AND c.from_on <= on_day
    WHERE s.subject_id = of_subject ORDER BY c.from_on DESC LIMIT 1
$$;

-- A load says the list itself, set by set; an entry by hand leaves it to this.
CREATE OR REPLACE FUNCTION grid.give_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.checklist_no := grid.checklist_for(NEW.subject_id, NEW.visited_on);
    RETURN NEW;
END $$;
CREATE TRIGGER give_list BEFORE INSERT ON grid.visit FOR EACH ROW WHEN (NEW.checklist_no IS NULL)
    EXECUTE FUNCTION grid.give_list();

-- Answers and notes are to items of the visit's list, and the list held on its day. On the day on which another list begins
-- both hold: what was recorded in the morning under the old one stays. Runs as its owner, who sees every list.
CREATE OR REPLACE FUNCTION grid.keep_to_list() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE wrong record;
BEGIN
    WITH list AS MATERIALIZED (
        SELECT p.checklist_no, min(p.from_on) AS from_on, max(coalesce(p.until_on, 'infinity')) AS until_on,
               ARRAY(SELECT i.item FROM grid.checklist_item AS i WHERE i.checklist_no = p.checklist_no) AS items
        FROM grid.checklist_period AS p GROUP BY p.checklist_no)
    SELECT f.visit_no, CASE WHEN f.visited_on NOT BETWEEN l.from_on AND l.until_on THEN 'visit_list_of_day'
                            ELSE 'visit_item_of_list' END AS rule INTO wrong
    FROM fresh AS f JOIN list AS l USING (checklist_no)
    WHERE f.visited_on NOT BETWEEN l.from_on AND l.until_on
       OR f.items <> '{}' AND f.items - l.items <> '{}' OR f.item_notes <> '{}' AND f.item_notes - l.items <> '{}' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'visit % does not keep to its checklist', wrong.visit_no
            USING ERRCODE = 'check_violation', CONSTRAINT = wrong.rule, DETAIL = format('Key (visit_no)=(%s)', wrong.visit_no);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_to_list_new AFTER INSERT ON grid.visit REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION grid.keep_to_list();
CREATE TRIGGER keep_to_list AFTER UPDATE ON grid.visit REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION grid.keep_to_list();

-- A finding under an item is under one of its visit's list; without a visit, of the list of its day, which it keeps when it
-- moves with its subject (a merge) or is put back.
CREATE OR REPLACE FUNCTION grid.give_item_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.item IS NULL THEN
        NEW.checklist_no := NULL;
    ELSIF NEW.visit_no IS NOT NULL THEN
        NEW.checklist_no := (SELECT v.checklist_no FROM grid.visit AS v WHERE v.visit_no = NEW.visit_no);
    ELSIF TG_OP = 'UPDATE' AND OLD.visit_no IS NULL AND OLD.found_on = NEW.found_on THEN
        NEW.checklist_no := coalesce(OLD.checklist_no, grid.checklist_for(NEW.subject_id, NEW.found_on));
    ELSE
        NEW.checklist_no := coalesce(NEW.checklist_no, grid.checklist_for(NEW.subject_id, NEW.found_on));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER give_item_list BEFORE INSERT OR UPDATE ON grid.finding FOR EACH ROW EXECUTE FUNCTION grid.give_item_list();
-- The list of a visit that moves to another day or subject takes no item from under its findings.
CREATE OR REPLACE FUNCTION grid.keep_findings_item() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
BEGIN
    UPDATE grid.finding SET checklist_no = NEW.checklist_no WHERE visit_no = NEW.visit_no AND item IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_findings_item AFTER UPDATE ON grid.visit FOR EACH ROW
    WHEN (NEW.checklist_no IS DISTINCT FROM OLD.checklist_no) EXECUTE FUNCTION grid.keep_findings_item();

-- What visits or findings stand on is as it was: its items, its kinds, its first day.
CREATE OR REPLACE FUNCTION grid.list_in_use(list text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM grid.visit AS v WHERE v.checklist_no = list)
        OR EXISTS (SELECT FROM grid.finding AS f WHERE f.checklist_no = list)
$$;
CREATE OR REPLACE FUNCTION grid.leave_used_list() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE used text;
BEGIN
    SELECT l.checklist_no INTO used FROM (SELECT DISTINCT checklist_no FROM touched) AS l
    WHERE grid.list_in_use(l.checklist_no) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'checklist % is in use', used USING ERRCODE = 'check_violation', CONSTRAINT = 'checklist_in_use',
            DETAIL = format('Key (checklist_no)=(%s)', used);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER leave_used_list_added AFTER INSERT ON grid.checklist_item REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION grid.leave_used_list();
CREATE TRIGGER leave_used_list_changed AFTER UPDATE ON grid.checklist_item REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION grid.leave_used_list();
CREATE TRIGGER leave_used_list_removed AFTER DELETE ON grid.checklist_item REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION grid.leave_used_list();
CREATE TRIGGER leave_used_list AFTER UPDATE ON grid.checklist REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION grid.leave_used_list();

-- The first visit recorded under a list that another, beginning on a day before it, would take away; nothing when none is.
CREATE OR REPLACE FUNCTION grid.visit_taken_over(list text, list_kinds text[], begins date) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT v.visit_no FROM grid.checklist AS w JOIN grid.visit AS v ON v.checklist_no = w.checklist_no AND v.visited_on > begins
    JOIN grid.subject AS s ON s.subject_id = v.subject_id
    WHERE w.checklist_no <> list AND w.from_on < begins AND w.kinds && list_kinds AND s.kinds[1] = ANY (list_kinds)
    ORDER BY v.visited_on, v.visit_no LIMIT 1
$$;
CREATE OR REPLACE FUNCTION grid.leave_visits_their_list() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE visit text := grid.visit_taken_over(NEW.checklist_no, NEW.kinds, NEW.from_on);
BEGIN
    IF visit IS NOT NULL THEN
        RAISE EXCEPTION 'visit % would lose its list to %', visit, NEW.checklist_no
            USING ERRCODE = 'check_violation', CONSTRAINT = 'checklist_takes_over', DETAIL = format('Key (visit_no)=(%s)', visit);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER leave_visits_their_list AFTER INSERT OR UPDATE ON grid.checklist
    FOR EACH ROW EXECUTE FUNCTION grid.leave_visits_their_list();

REVOKE EXECUTE ON FUNCTION grid.give_list(), grid.keep_to_list(), grid.give_item_list(), grid.keep_findings_item(),
    grid.leave_used_list(), grid.leave_visits_their_list(), grid.list_in_use(text), grid.visit_taken_over(text, text[], date),
    grid.checklist_for(text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.checklist_for(text, date) TO grid_app, grid_all, grid_load;
GRANT EXECUTE ON FUNCTION grid.list_in_use(text), grid.visit_taken_over(text, text[], date) TO grid_load;
