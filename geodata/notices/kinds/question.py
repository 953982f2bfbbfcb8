"""Feedback that waits for an answer, for whoever answers it."""

from __future__ import annotations

from geodata.notices.notice_kind import NoticeKind

NOTICE = NoticeKind(
    key="question",
    order=50,
    rows="""
SELECT f.asked_at AS at, jsonb_build_object('number', f.id, 'begin', left(f.message, 40)) AS detail
FROM grid.feedback AS f
WHERE (SELECT grid.may_everywhere('answer_feedback')) AND f.login <> (SELECT grid.acting())
  AND f.answered_at IS NULL AND f.asked_at > :since
""",
    page="/feedback",
    follows_data=False,
)
