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
        "geodata/schema/accounts.sql",
        "ELSE grid.may_at('see_mobiles', coalesce(held.unit_code, s.village_code)) END))",
        "ELSE grid.may('see_mobiles') END))",
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
        "AND (unit_code IS NULL OR unit_code = ANY ((SELECT grid.my_area())::text[]))",
        "AND (unit_code IS NULL OR unit_code IN (SELECT u.code FROM grid.unit AS u))",
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
        'AND t.batch_id <> :batch AND {_differs(columns, "w")}',
        "AND t.batch_id <> :batch",
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

PLANTED = (*POLICIES, *INDICATORS, *LOADERS)
