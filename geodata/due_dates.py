"""When a patrol falls due: one definition, used by overdue and on_time (domain §11.3).

Given a CTE ``anchor(anchor_id, subject_id, kinds, anchor_on, judged_on)`` — the last completed patrol (or the entry
date), and the day on which the question is asked — ``DUE`` adds the CTE ``due(anchor_id, due_on, interval_days,
basis)``. Candidates, of which the earliest counts:

- the interval of the risk in force: ``anchor + interval``. When the risk was *raised* after the anchor, the due date is
  the earlier of the old due date and ``change + new interval``; when it was lowered, the new interval counts from the
  anchor;
- an interval of one of the subject's kinds: ``anchor + interval``;
- a seasonal interval of a kind (scope ``kind:x@3-5``: months, inclusive) while the day asked about lies in the season:
  ``max(anchor, first day of the season) + interval``.

Intervals are those of the rule in force on ``judged_on``; ``basis`` is the scope of the one that decided.
"""

DUE = """
interval_rule AS MATERIALIZED (
    SELECT scope, (value #>> '{}')::int AS days, from_on,
           lead(from_on, 1, 'infinity') OVER (PARTITION BY scope ORDER BY from_on) AS until_on,
           split_part(split_part(scope, '@', 2), '-', 1) AS first_month,
           split_part(split_part(scope, '@', 2), '-', 2) AS last_month
    FROM grid.rule WHERE key = 'interval_days'
),
risk_span AS (
    SELECT subject_id, risk, from_on, lead(from_on, 1, 'infinity') OVER w AS until_on, row_number() OVER w AS nth
    FROM grid.subject_risk WINDOW w AS (PARTITION BY subject_id ORDER BY from_on)
),
risk_step AS (
    SELECT a.anchor_id, a.anchor_on, s.from_on, i.days, i.scope,
           s.nth > 1 AND s.from_on > a.anchor_on
               AND i.days < lag(i.days) OVER (PARTITION BY a.anchor_id ORDER BY s.from_on) AS raised
    FROM anchor AS a
    JOIN risk_span AS s ON s.subject_id = a.subject_id AND (s.nth = 1 OR s.from_on <= a.judged_on)
         AND s.until_on > a.anchor_on
    JOIN interval_rule AS i ON i.scope = 'risk:' || s.risk AND a.judged_on >= i.from_on AND a.judged_on < i.until_on
),
risk_run AS (
    SELECT *, max(from_on) FILTER (WHERE raised IS NOT TRUE) OVER (PARTITION BY anchor_id) AS base_on FROM risk_step
),
candidate AS (
    SELECT anchor_id, CASE WHEN from_on = base_on THEN anchor_on ELSE from_on END + days AS due_on, days, scope
    FROM risk_run WHERE from_on >= base_on
    UNION ALL
    SELECT a.anchor_id,
           CASE WHEN i.first_month = '' THEN a.anchor_on
                ELSE greatest(a.anchor_on, make_date(extract(year FROM a.judged_on)::int, i.first_month::int, 1)) END
           + i.days, i.days, i.scope
    FROM anchor AS a CROSS JOIN unnest(a.kinds) AS kind
    JOIN interval_rule AS i ON split_part(i.scope, '@', 1) = 'kind:' || kind
         AND a.judged_on >= i.from_on AND a.judged_on < i.until_on
    WHERE i.first_month = ''
       OR extract(month FROM a.judged_on) BETWEEN i.first_month::int AND i.last_month::int
),
due AS (
    SELECT DISTINCT ON (anchor_id) anchor_id, due_on, days AS interval_days, scope AS basis
    FROM candidate ORDER BY anchor_id, due_on, days, scope
)
"""

LAST_PATROL = """
LEFT JOIN LATERAL (
    SELECT max(visited_on) AS last_on FROM grid.visit AS v
    WHERE v.subject_id = s.subject_id AND v.kind = 'patrol' AND v.outcome = 'completed' AND v.visited_on <= :as_of
) AS p ON true
"""
"""The last completed patrol of subject ``s`` by ``:as_of``; other visits do not reset the clock (domain §11.3)."""
