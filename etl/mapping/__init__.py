"""Foreign files read through a TOML file that says what their columns mean (ours lie in ``shipped``).

For others: ``mapped_sheets``, ``mapping_check``, ``mapping_draft``, ``mapping_file``, ``mapping_from_corrections``,
``saved_mappings``, ``unit_assignment``.
"""
