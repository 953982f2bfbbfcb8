"""Grid healthy: villages that are neither vacant, overloaded, untrained nor silent ÷ villages in force.

Made of the rows of those four, so that none can disagree with it. A village has one state, its gravest fault: nobody
there weighs more than too much to do, that more than no training, that more than no record of late.
"""

from geodata.indicator import Extra, Indicator
from geodata.indicators.grid import overloaded, posts_filled, silent, untrained
from geodata.words.health_words import HealthState

INDICATOR = Indicator(
    key="grid_healthy",
    order=92,
    better="higher",
    grain="village",
    window="day",
    states=HealthState,
    graded=True,
    extra=tuple(Extra(name, kind="yes_no") for name in ("vacant", "overloaded", "untrained", "silent")),
    rows=f"""
    SELECT p.row_id, p.subject_id, p.unit_code, p.on_date,
           CASE WHEN NOT p.hit THEN 'vacant' WHEN o.hit THEN 'overloaded' WHEN u.hit THEN 'untrained'
                WHEN s.hit THEN 'silent' ELSE 'healthy' END AS state,
           p.counted, p.hit AND NOT o.hit AND NOT u.hit AND NOT s.hit AS hit,
           NOT p.hit AS vacant, o.hit AS overloaded, u.hit AS untrained, s.hit AS silent
    FROM ({posts_filled.INDICATOR.rows}) AS p
    JOIN ({overloaded.INDICATOR.rows}) AS o USING (unit_code)
    JOIN ({untrained.INDICATOR.rows}) AS u USING (unit_code)
    JOIN ({silent.INDICATOR.rows}) AS s USING (unit_code)
    """,
)
