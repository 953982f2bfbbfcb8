-- Who changes the work list. A town's people see what touches their area, and only somebody who sees an item can be given
-- it; the section and the steward see and change all, a station head what belongs to the own town. Only the section and
-- the steward, who see the whole grid, may run the checks: whoever sees a part would find the rest missing.

GRANT INSERT, UPDATE ON grid.work_item TO grid_app;
CREATE POLICY whole_grid ON grid.work_item FOR INSERT TO grid_app
    WITH CHECK ((SELECT grid.may_everywhere('check_grid')));
CREATE POLICY own_town ON grid.work_item FOR UPDATE TO grid_app
    USING ((SELECT grid.may_everywhere('mend_grid')) OR grid.may_at('mend_grid', unit_code))
    WITH CHECK ((SELECT grid.may_everywhere('mend_grid')) OR grid.may_at('mend_grid', unit_code));
GRANT INSERT ON grid.integrity_run TO grid_app;
CREATE POLICY whole_grid ON grid.integrity_run FOR INSERT TO grid_app
    WITH CHECK ((SELECT grid.may_everywhere('check_grid')));

-- What a check has found is not for a town to rewrite, only what is done about it.
CREATE OR REPLACE FUNCTION grid.keep_what_was_found() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF row_security_active('grid.work_item') AND NOT grid.may_everywhere('check_grid')
       AND (NEW.item_no, NEW.check_key, NEW.unit_code, NEW.touched_codes, NEW.size, NEW.size_unit, NEW.details,
            NEW.fingerprint, NEW.first_seen_on, NEW.last_seen_on, ST_AsEWKB(NEW.geom))
           IS DISTINCT FROM (OLD.item_no, OLD.check_key, OLD.unit_code, OLD.touched_codes, OLD.size, OLD.size_unit,
            OLD.details, OLD.fingerprint, OLD.first_seen_on, OLD.last_seen_on, ST_AsEWKB(OLD.geom)) THEN
        RAISE EXCEPTION 'what a check has found is changed by checks only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_what_was_found BEFORE UPDATE ON grid.work_item
    FOR EACH ROW EXECUTE FUNCTION grid.keep_what_was_found();

-- The history of an item is the audit trail; that it was seen once more is no change.
CREATE TRIGGER note_change AFTER UPDATE ON grid.work_item FOR EACH ROW
    WHEN ((OLD.state, OLD.reason, OLD.owner_no, OLD.due_on, OLD.note, OLD.fingerprint)
          IS DISTINCT FROM (NEW.state, NEW.reason, NEW.owner_no, NEW.due_on, NEW.note, NEW.fingerprint))
    EXECUTE FUNCTION grid.note_change('item_no');
CREATE TRIGGER note_removal AFTER DELETE ON grid.work_item FOR EACH ROW EXECUTE FUNCTION grid.note_change('item_no');

-- The trail as a whole is the administrator's; an item's own part of it is for whoever sees the item.
CREATE OR REPLACE FUNCTION grid.work_item_history(item text)
RETURNS TABLE (at timestamptz, login text, state text, owner_no text, due_on date, reason text, note text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT a.at, a.login, a.after ->> 'state', a.after ->> 'owner_no', (a.after ->> 'due_on')::date,
           a.after ->> 'reason', a.after ->> 'note'
    FROM grid.work_item AS w JOIN grid.audit AS a ON a.table_name = 'work_item' AND a.row_key = w.item_no
    WHERE w.item_no = item AND a.action = 'update'
      -- the policy of the table does not bind its owner, as whom this runs: the same is asked of the caller
      AND (coalesce(nullif(current_setting('role'), 'none'), session_user) NOT IN ('grid_app', 'grid_all')
           OR grid.sees_all()
           OR w.touched_codes && grid.my_area())
    ORDER BY a.id
$$;
REVOKE EXECUTE ON FUNCTION grid.work_item_history(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.work_item_history(text) TO grid_app, grid_all;
