"""Words that one topic alone has; those of several stand in ``geodata.vocabulary``.

For others: ``session_words``, ``visit_words``.
"""
