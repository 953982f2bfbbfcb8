-- Feedback: anybody signed in asks, whoever may answer does so, once or again. The asker sees the own, and the answers.

-- Asked in the own name; the number comes back.
CREATE OR REPLACE FUNCTION grid.ask_feedback(said text, about text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    number bigint;
BEGIN
    IF grid.acting() IS NULL OR NOT EXISTS (SELECT FROM grid.my_posts()) THEN
        RAISE EXCEPTION 'feedback is somebody''s' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO grid.feedback (login, page_address, message) VALUES (grid.acting(), about, said) RETURNING id INTO number;
    RETURN number;
END $$;

-- Answered by somebody who may, in the own name; false where there is no such message. An answer that stood is in the trail.
CREATE OR REPLACE FUNCTION grid.answer_feedback(number bigint, said text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
BEGIN
    IF NOT coalesce('answer_feedback' = ANY ((grid.scope_opened(grid.acting())).wide_permissions), false) THEN
        RAISE EXCEPTION 'not yours to answer' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE grid.feedback AS f SET answer = said, answered_by = grid.acting(), answered_at = clock_timestamp()
    WHERE f.id = number AND said IS NOT NULL AND f.answer IS DISTINCT FROM said;
    RETURN EXISTS (SELECT FROM grid.feedback AS f WHERE f.id = number);
END $$;

-- The message and its page never change and stand in the row itself: the trail tells of answers, and of what was taken out.
CREATE TRIGGER note_change AFTER UPDATE OR DELETE ON grid.feedback FOR EACH ROW
    EXECUTE FUNCTION grid.note_change('id', '{message,page_address}');

REVOKE EXECUTE ON FUNCTION grid.ask_feedback(text, text), grid.answer_feedback(bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.ask_feedback(text, text), grid.answer_feedback(bigint, text) TO grid_app;
