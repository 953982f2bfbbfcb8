"""Posts of the own area that were ended and that nobody holds today."""

from __future__ import annotations

from geodata.notices.notice_kind import NoticeKind
from geodata.vocabulary import Role

NOTICE = NoticeKind(
    key="vacancy",
    order=20,
    rows="""
SELECT max(e.known_at) AS at,
       jsonb_build_object('unit_code', p.unit_code, 'unit', v.name, 'role', p.role,
                          'day', max(upper(p.valid))) AS detail
FROM grid.posts_ended_since(:since) AS e JOIN grid.post AS p ON p.post_no = e.post_no
JOIN grid.unit_on(grid.today()) AS v ON v.code = p.unit_code
WHERE p.unit_code = ANY ((SELECT grid.my_area())::text[])
  AND NOT EXISTS (SELECT FROM grid.post AS h
                  WHERE h.unit_code = p.unit_code AND h.role = p.role AND h.valid @> grid.today())
GROUP BY p.unit_code, v.name, p.role
""",
    page="/unit/{unit_code}",
    states={"role": Role},
)
