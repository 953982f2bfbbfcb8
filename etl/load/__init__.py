"""Sheets through the stage into tables, each fault a sentence with its row; and batches taken back.

For others: ``batch_differences``, ``boundary_rows``, ``file_hint``, ``file_report``, ``load_files``, ``load_options``,
``plan_files``, ``row_fault``, ``stage_geometry``, ``undo_batches``, ``undo_dependents``.
"""
