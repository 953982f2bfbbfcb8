"""Slips of one line that somebody may make in policies, indicators and loaders, and the tests that must find each."""

from __future__ import annotations

from typing import NamedTuple


class Planted(NamedTuple):
    """A fault: in ``file`` the one ``text`` becomes ``slip``; ``seen`` is what a person would notice, if anything."""

    name: str
    file: str
    text: str
    slip: str
    seen: str
    found_by: tuple[str, ...]
    """Each a test function, as ``file::name``; every one of them must fail by an assertion of its own."""


POLICIES = (
    Planted(
        "area_open",
        "geodata/schema/facts.sql",
        "'village_code = ANY ((SELECT grid.my_area())::text[])'",
        "'village_code IS NOT NULL'",
        "a town reads the subjects and samples of every other town",
        ("tests/integration/grid/test_row_security.py::test_an_account_sees_the_subjects_of_its_posts",),
    ),
    Planted(
        "post_for_ever",
        "geodata/schema/scope.sql",
        "          AND p.valid @> grid.today()\n    ), carried",
        "    ), carried",
        "who has left a post goes on seeing its area",
        ("tests/integration/grid/test_row_security.py::test_the_access_ends_on_the_day_after_the_last_day_in_post",),
    ),
    Planted(
        "disabled_sees",
        "geodata/schema/scope.sql",
        "WHERE a.login = nullif(who, '') AND NOT a.disabled AND",
        "WHERE a.login = nullif(who, '') AND",
        "an account that was locked still reads the district",
        ("tests/integration/grid/test_row_security.py::test_a_disabled_account_sees_nothing",),
    ),
    Planted(
        "mobile_anywhere",
        "geodata/schema/mobiles.sql",
        "AND grid.may_at('see_mobiles', coalesce(held.unit_code, s.village_code)))",
        "AND grid.may('see_mobiles'))",
        "a supervisor of one town reads private mobiles of another, where he only assists",
        ("tests/integration/grid/test_row_security.py::test_a_role_opens_mobiles_only_where_it_is_held",),
    ),
    Planted(
        "any_batch",
        "geodata/schema/by_hand.sql",
        "WHERE b.id = batch AND b.loaded_by = grid.signed_in() AND b.loaded_at = now())",
        "WHERE b.id = batch)",
        "a visit is entered under the load of somebody else, and goes when that is taken back",
        ("tests/spec/test_access.py::test_nothing_is_written_into_somebody_elses_batch_or_before_its_day",),
    ),
    Planted(
        "office_posts",
        "geodata/schema/by_hand.sql",
        "WITH CHECK (role = ANY ((SELECT grid.gives())::text[]));",
        "WITH CHECK ((SELECT grid.may_everywhere('give_posts')));",
        "the section makes itself administrator",
        ("tests/integration/accounts/test_admin.py::test_nobody_gives_the_own_account_more_than_it_has",),
    ),
    Planted(
        "token_reaches_on",
        "geodata/schema/tokens.sql",
        "AND (reach IS NULL OR reach = ANY (own.area))",
        "AND (reach IS NULL OR reach IN (SELECT u.code FROM grid.unit AS u))",
        "a supervisor makes a token for the whole district",
        ("tests/spec/test_tokens.py::test_a_token_reaches_no_further_than_its_maker",),
    ),
    Planted(
        "token_writes",
        "geodata/schema/scope.sql",
        "AND (asked = 'see_area' OR grid.by_token() IS NULL)",
        "",
        "a program that was let in to read changes the work list",
        ("tests/spec/test_tokens.py::test_a_token_reads_and_does_nothing_else_that_its_owner_may",),
    ),
    Planted(
        "undo_keeps",
        "etl/load/undo_batches.py",
        'f"DELETE FROM grid.{table.name} AS t WHERE {condition}"',
        'f"DELETE FROM grid.{table.name} AS t WHERE {condition} AND false"',
        "rows of a load that was taken back are still there",
        ("tests/integration/grid/test_undo.py::test_new_rows_go",),
    ),
    Planted(
        "data_as_of_to_come",
        "geodata/schema/revision.sql",
        "FROM grid.%2$I WHERE %1$I <= as_of)",
        "FROM grid.%2$I)",
        "a map of a past day says that its data are of today",
        ("tests/spec/test_freshness.py::test_a_past_day_is_told_the_newest_event_up_to_it",),
    ),
    Planted(
        "stale_answers",
        "geodata/schema/facts.sql",
        "CREATE TRIGGER note_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s",
        "CREATE TRIGGER note_revision AFTER INSERT OR DELETE OR TRUNCATE ON %s",
        "a corrected fact is shown as it was until the program is started anew",
        ("tests/integration/grid/test_new_facts.py::test_every_change_makes_a_new_version_of_the_data",),
    ),
)

INDICATORS = (
    Planted(
        "a_day_more",
        "geodata/calendar.py",
        "return Period(as_of - timedelta(days=days - 1), as_of)",
        "return Period(as_of - timedelta(days=days), as_of)",
        "a patrol 180 days ago still counts as coverage",
        ("tests/spec/test_coverage.py::test_the_window_is_180_days_and_includes_both_ends",),
    ),
    Planted(
        "nothing_is_zero",
        "geodata/rollup/indicator_counts.py",
        "return numerator / denominator.where(denominator > 0)",
        "return (numerator / denominator.where(denominator > 0)).fillna(0.0)",
        "a village with nothing to count is shown as 0 %",
        ("tests/spec/test_coverage.py::test_zero_of_zero_has_no_rate",),
    ),
    Planted(
        "streams_pooled",
        "geodata/indicators/samples/_sample_verdict.py",
        "FROM tested WHERE stream = '{stream}' AND {shown}",
        "FROM tested WHERE {shown}",
        "thousands of rapid tests raise the pass rate of the laboratory",
        ("tests/spec/test_tests.py::test_streams_and_purposes_are_counted_apart",),
    ),
    Planted(
        "closed_overdue",
        "geodata/schema/roster.sql",
        "AND t.status IS DISTINCT FROM 'closed' AND",
        "AND",
        "a firm that has closed is overdue for ever",
        ("tests/spec/test_overdue.py::test_paused_subjects_stand_beside_and_closed_ones_leave",),
    ),
    Planted(
        "due_is_over",
        "geodata/indicators/patrols/overdue.py",
        "coalesce(a.judged_on > d.due_on, false) AS hit",
        "coalesce(a.judged_on >= d.due_on, false) AS hit",
        "a subject is counted as overdue on the very day it falls due, though its state says otherwise",
        ("tests/spec/test_overdue.py::test_states_around_the_due_date",),
    ),
    Planted(
        "acting_is_nobody",
        "geodata/indicators/grid/chain_complete.py",
        "ON p.role = naming.role\n",
        "ON p.role = naming.role AND p.acting_for IS NULL\n",
        "a town with an acting supervisor counts as a broken chain",
        ("tests/spec/test_chain.py::test_an_acting_holder_is_a_named_person_and_shown_as_acting",),
    ),
    Planted(
        "chain_of_today",
        "geodata/schema/chain.sql",
        "ON p.place = h.place AND p.valid @> h.on_date",
        "ON p.place = h.place AND p.valid @> grid.today()",
        "a visit that is recorded late names who answers now, not who answered then",
        ("tests/spec/test_chain.py::test_a_visit_recorded_late_keeps_the_chain_of_the_day_it_was_made",),
    ),
    Planted(
        "break_below",
        "layers/legend.py",
        "numerator * step.denominator >= denominator * step.numerator",
        "numerator * step.denominator > denominator * step.numerator",
        "a village at exactly 15 % has the colour of the class below",
        ("tests/unit/test_layers_legend.py::test_a_unit_is_classed_by_its_counts",),
    ),
)

LOADERS = (
    Planted(
        "month_and_day",
        "etl/kinds/clock_text.py",
        'int(part["m"] or part["m2"]), int(part["d"] or part["d2"]),',
        'int(part["d"] or part["d2"]), int(part["m"] or part["m2"]),',
        "a visit of 3 February is one of 2 March",
        ("tests/unit/test_cells.py::test_one_figure_months_and_days",),
    ),
    Planted(
        "comma_dropped",
        "etl/readers/numerals.py",
        'text.replace(".", "").replace(",", "."), Sign.COMMA)',
        'text.replace(".", "").replace(",", ""), Sign.COMMA)',
        "0,015 mg/kg becomes 15",
        ("tests/integration/load/test_load_numbers.py::test_a_file_with_decimal_commas_is_read_by_its_own_sign",),
    ),
    Planted(
        "silent_reject",
        "etl/load/stage_rows.py",
        "            met.faults += parsed.faults\n",
        "",
        "rows that could not be read are missing, and the report says that all is well",
        ("tests/integration/load/test_load_faults.py::test_mixed_and_impossible_dates",),
    ),
    Planted(
        "always_changed",
        "etl/kinds/upsert.py",
        'AND t.batch_id IS DISTINCT FROM :batch AND {_differs(columns, "w")}',
        "AND t.batch_id IS DISTINCT FROM :batch",
        "loading a file again changes every row of it, and takes it from the load that brought it",
        ("tests/integration/load/test_load_office.py::test_twice_equals_once",),
    ),
    Planted(
        "datum_left",
        "etl/load/stage_geometry.py",
        "= to_cgcs2000(x[chosen], y[chosen], each)",
        "= x[chosen], y[chosen]",
        "points of a navigation map lie 500 m from where they are",
        ("tests/spec/test_coordinates.py::test_a_declared_datum_is_converted_and_the_original_kept",),
    ),
    Planted(
        "wrong_encoding",
        "etl/readers/read_csv.py",
        'for encoding in ("utf-8-sig", "gb18030"):',
        'for encoding in ("gb18030", "utf-8-sig"):',
        "names from a UTF-8 file are other Chinese signs",
        ("tests/integration/load/test_load_office.py::test_a_csv_that_is_text_in_two_encodings_is_utf_8",),
    ),
    Planted(
        "half_a_file",
        "etl/load/load_files.py",
        "            if not reports[-1].loaded:\n                raise _Undo",
        "            if not any(each.loaded for each in reports):\n                raise _Undo",
        "of a refused workbook the first sheets are loaded all the same",
        ("tests/integration/load/test_load_office.py::test_two_sheets_of_one_file_stand_or_fall_together",),
    ),
)

FOUNDATIONS = (
    Planted(
        "stops_any_job",
        "geodata/schema/jobs.sql",
        "      AND (j.login = grid.acting() OR grid.may_everywhere('see_jobs')) FOR UPDATE;",
        "      FOR UPDATE;",
        "anybody stops the load of somebody else",
        (
            "tests/integration/jobs/test_jobs.py::test_a_job_that_waits_is_stopped_at_once_by_its_own_or_by_whoever_sees_all",
        ),
    ),
    Planted(
        "closed_account_works_on",
        "geodata/schema/jobs.sql",
        "WHERE a.login = j.login AND a.disabled AND j.id = number",
        "WHERE a.login = j.login AND a.disabled AND j.id <> number",
        "the job of an account that was closed is told as something else than it is",
        ("tests/integration/jobs/test_jobs.py::test_the_job_of_an_account_that_was_closed_since_is_told_and_not_done",),
    ),
    Planted(
        "attaches_anywhere",
        "geodata/schema/attachments.sql",
        "SELECT grid.may_at('mend_grid', w.unit_code) FROM",
        "SELECT grid.may('mend_grid') FROM",
        "a town hangs photographs on the items of another one",
        ("tests/spec/test_attachments.py::test_who_attaches_is_who_writes_what_it_is_attached_to",),
    ),
    Planted(
        "open_items_lose_theirs",
        "geodata/schema/attachments.sql",
        "WHERE w.item_no = a.item_no AND upper_inf(w.open_days)",
        "WHERE w.item_no = a.item_no AND false",
        "the evidence of an item nobody has mended yet is gone after the days of the rule",
        ("tests/spec/test_attachments.py::test_they_are_kept_as_long_as_the_rule_says",),
    ),
    Planted(
        "level_left_out",
        "geodata/schema/levels.sql",
        "WHERE p.level IS DISTINCT FROM l.above LIMIT 1;",
        "WHERE p.level = f.level LIMIT 1;",
        "a village stands right under a district, and no town counts it",
        ("tests/integration/grid/test_other_trees.py::test_the_database_refuses_what_no_file_may_say_either",),
    ),
    Planted(
        "tier_of_today",
        "geodata/schema/levels.sql",
        "WHERE r.is_answering AND r.valid @> as_of",
        "WHERE r.is_answering AND r.valid @> grid.today()",
        "a chain of last year has its four tiers where they stand since this year",
        ("tests/integration/grid/test_other_trees.py::test_a_tier_moves_on_its_day",),
    ),
    Planted(
        "list_of_any_day",
        "geodata/schema/checklists.sql",
        "    WHERE f.visited_on NOT BETWEEN l.from_on AND l.until_on\n       OR f.items",
        "    WHERE f.items",
        "a visit is answered by the list of next year",
        ("tests/spec/test_checklists.py::test_a_list_that_changes_on_the_day_of_a_visit",),
    ),
    Planted(
        "used_list_changes",
        "geodata/schema/checklists.sql",
        "    WHERE grid.list_in_use(l.checklist_no) LIMIT 1;",
        "    WHERE NOT grid.list_in_use(l.checklist_no) AND false LIMIT 1;",
        "what was answered last year is asked otherwise today",
        ("tests/spec/test_checklists.py::test_no_list_is_taken_from_under_a_recorded_visit",),
    ),
    Planted(
        "card_of_any_day",
        "geodata/schema/enforcement.sql",
        "                                             AND on_day BETWEEN c.issued_on AND c.expires_on",
        "                                             AND c.issued_on <= on_day",
        "a check is made with a card that expired yesterday",
        ("tests/spec/test_kinds_of_visit.py::test_an_administrative_check_has_two_officers_with_cards_of_the_day",),
    ),
    Planted(
        "cap_by_number",
        "geodata/schema/enforcement.sql",
        "(o.batch_id IS DISTINCT FROM v.batch_id OR o.visit_no < v.visit_no)",
        "o.visit_no < v.visit_no",
        "of two sessions at once both write the last check the cap allows",
        (
            "tests/integration/pages/test_cards_shown.py::test_of_two_sessions_that_reach_the_cap_at_once_one_is_refused",
        ),
    ),
    Planted(
        "a_day_early",
        "geodata/deadlines/due_moment.py",
        "    ends_on = day + timedelta(days=duration.amount)",
        "    ends_on = day + timedelta(days=duration.amount - 1)",
        "what is due is overdue on its last day",
        ("tests/spec/test_deadlines.py::test_calendar_days_that_end_on_a_day_off_end_on_the_next_working_day",),
    ),
    Planted(
        "expired_token_reads",
        "geodata/schema/tokens.sql",
        "t.login = of_login AND t.revoked_at IS NULL AND t.expires_on >= grid.today()",
        "t.login = of_login AND t.revoked_at IS NULL",
        "a program goes on reading after the last day of its token",
        ("tests/spec/test_tokens.py::test_a_token_that_has_ended_opens_nothing",),
    ),
)
"""Jobs, attachments, tokens, levels, checklists, cards and deadlines."""

PLANTED = (*POLICIES, *INDICATORS, *LOADERS, *FOUNDATIONS)
