"""What may arrive, one file per kind with ``NOTICE``; ``NOTICES`` maps key → kind.

Nothing here is for others.
"""

from __future__ import annotations

from geodata.notices.notice_kind import NoticeKind
from geodata.plugins import discover

NOTICES = discover(__name__, "NOTICE", NoticeKind)

__all__ = ["NOTICES"]
