"""Words that one topic alone has; those of several stand in ``geodata.vocabulary``.

For others: ``change_words``, ``health_words``, ``session_words``, ``visit_words``.
"""
