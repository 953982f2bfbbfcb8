"""Subjects: the roster of a day, what happened at each, and duplicates merged.

For others: ``check_meter``, ``narrow_choices``, ``roster``, ``subject_merge``, ``timeline``, ``visit_facts``.
"""
