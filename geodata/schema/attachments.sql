-- Attachments: who attaches and removes follows from the visit or work item they belong to, who sees them too
-- (geodata/models/attachments.py); what is kept longer than the rule says goes.

-- Whether whoever is signed in may write the visit, or what becomes of the item, and so what is attached to it: an
-- assistant on the own patrols and guidance, as with findings.
CREATE OR REPLACE FUNCTION grid.may_attach(visit text, item text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT coalesce(CASE WHEN visit IS NOT NULL THEN (
        SELECT grid.may_at_subject(grid.right_of_visit(v.kind), v.subject_id)
           AND grid.may_at_subject('record_finding', v.subject_id, own_row => v.person_no = grid.my_person())
        FROM grid.visit AS v WHERE v.visit_no = visit)
    ELSE (
        SELECT grid.may_at('mend_grid', w.unit_code) FROM grid.work_item AS w WHERE w.item_no = item)
    END, false)
$$;
GRANT INSERT (visit_no, item_no, file_name, file_sha256, file_type, size_bytes, taken_at, point, source_datum, is_stripped)
    ON grid.attachment TO grid_app;
CREATE POLICY whoever_writes ON grid.attachment FOR INSERT TO grid_app WITH CHECK (grid.may_attach(visit_no, item_no));

-- Taken out by somebody who may attach there, with the reason; the row itself is in the audit trail.
CREATE OR REPLACE FUNCTION grid.remove_attachment(number bigint, why text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    gone grid.attachment;
BEGIN
    IF coalesce(btrim(why), '') = '' THEN
        RAISE EXCEPTION 'a removal has a reason' USING ERRCODE = 'check_violation';
    END IF;
    DELETE FROM grid.attachment AS a WHERE a.attachment_no = number AND grid.may_attach(a.visit_no, a.item_no)
    RETURNING a.* INTO gone;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM grid.note('attachment_removed', number::text, jsonb_build_object(
        'reason', btrim(why), 'visit_no', gone.visit_no, 'item_no', gone.item_no));
    RETURN true;
END $$;

-- What is kept longer than the rule of the day says goes, each noted; never from an item that nobody has mended yet.
CREATE OR REPLACE FUNCTION grid.forget_old_attachments() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    kept_days CONSTANT integer := grid.number_of('attachment_keep_days', '');
    gone bigint;
BEGIN
    PERFORM grid.may_tidy();
    DELETE FROM grid.attachment AS a
    WHERE a.added_at < clock_timestamp() - make_interval(days => kept_days)
      AND NOT EXISTS (SELECT FROM grid.work_item AS w WHERE w.item_no = a.item_no AND upper_inf(w.open_days));
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone > 0 THEN
        PERFORM grid.note('attachments_expired', NULL, jsonb_build_object('rows', gone, 'kept_days', kept_days));
    END IF;
    RETURN gone;
END $$;
-- Of some hashes those that a row still names.
CREATE OR REPLACE FUNCTION grid.attached_of(hashes text[]) RETURNS SETOF text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
BEGIN
    PERFORM grid.may_tidy();
    RETURN QUERY SELECT DISTINCT a.file_sha256 FROM grid.attachment AS a WHERE a.file_sha256 = ANY (hashes);
END $$;
-- Nothing for the worker and whoever sees after jobs, else the refusal.
CREATE OR REPLACE FUNCTION grid.may_tidy() RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    -- a SECURITY DEFINER function has its owner as current_user: the caller is who connected, or the role it took on
    IF coalesce(nullif(current_setting('role'), 'none'), session_user) IN ('grid_app', 'grid_all')
       AND NOT grid.may_everywhere('see_jobs') THEN
        RAISE EXCEPTION 'not yours to tidy' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION grid.may_attach(text, text), grid.remove_attachment(bigint, text), grid.may_tidy(),
    grid.forget_old_attachments(), grid.attached_of(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.may_attach(text, text) TO grid_app, grid_all;
GRANT EXECUTE ON FUNCTION grid.remove_attachment(bigint, text) TO grid_app;
GRANT EXECUTE ON FUNCTION grid.forget_old_attachments(), grid.attached_of(text[]) TO grid_app, grid_jobs;
