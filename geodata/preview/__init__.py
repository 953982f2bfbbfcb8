"""What a change would do, before it is done: it is made, counted by the very SQL that counts always, and undone.

For others: ``overdue_moved``, ``rule_preview``.
"""
