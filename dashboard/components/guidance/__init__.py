"""What helps on every page: words explained where they stand, first-visit hints, how much is new.

For others: ``hint_bar``, ``notice_link``, ``task_counts``, ``term_note``.
"""
