"""Words about visits beside their kind: why an administrative check was made, and what a visit was once called."""

from __future__ import annotations

from enum import StrEnum


class CheckOrigin(StrEnum):
    """Why an administrative check was made (国办发〔2024〕54号); the last three are a cause, the first is none."""

    PLAN = "plan"
    LEAD = "lead"
    COMPLAINT = "complaint"
    TRANSFER = "transfer"


class FormerVisitKind(StrEnum):
    """Kinds of visit that no longer are; rows of theirs carry the word beside what they have become."""

    SUPERVISION_CHECK = "supervision_check"
