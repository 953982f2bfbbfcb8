"""Who assists in each village on a day: the assistants of the level the rules of that day name, the village's own."""

ASSISTANTS = """
    assistant AS MATERIALIZED (
        SELECT DISTINCT a.village, p.person_no
        FROM grid.post_on(:as_of) AS p JOIN grid.ancestor_on(:as_of) AS a ON a.code = p.unit_code
        JOIN grid.role_level AS r ON r.role = p.role AND r.level = a.level AND r.is_answering AND r.valid @> :as_of
        WHERE p.role = 'assistant'
    )
"""
"""A common table: one row per village and assistant in post on ``:as_of``, acting ones too."""
