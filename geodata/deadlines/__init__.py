"""When something must be done: which days are working days, and the last day or moment of a duration.

For others: ``due_moment``, ``duration``, ``working_days``.
"""
