"""What a kind of fact is: its fields, cells, shared checks, and how its staged rows reach their tables.

For others: ``answer_cells``, ``cell_text``, ``cell_types``, ``code_list``, ``fault``, ``lineage_places``,
``shared_checks``, ``source``, ``spelt_value``, ``unit_of_fact``, ``unit_versions``, ``upsert``, ``vocabulary_cells``.
"""
