"""Answers to the own feedback."""

from __future__ import annotations

from geodata.notices.notice_kind import NoticeKind

NOTICE = NoticeKind(
    key="answer",
    order=40,
    rows="""
SELECT f.answered_at AS at, jsonb_build_object('number', f.id, 'begin', left(f.message, 40)) AS detail
FROM grid.feedback AS f
WHERE f.login = (SELECT grid.acting()) AND f.answered_at > :since AND f.answered_by <> f.login
""",
    page="/feedback",
    follows_data=False,
)
