"""Lists as files: one table, read by people (csv, xlsx) and by programs (json, geojson), with what its numbers mean.

For others: ``compared_table``, ``counted_rows_table``, ``crossing_table``, ``download_name``, ``indicator_table``,
``kept_file``, ``named_rows``, ``narrowing_words``, ``rule_preview_words``, ``subject_table``, ``work_item_table``.
"""
