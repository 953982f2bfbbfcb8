"""Which kind of fact a sheet holds, which column is which field, and which of its rows are meant.

For others: ``field_words``, ``geometry_text``, ``headings``, ``non_fact_rows``, ``open_sheets``, ``recognise_kind``,
``row_selection``, ``shape_columns``, ``sheet_plan``.
"""
