"""What an attachment may be by its content, what each type is called on the wire, and how its files end."""

from __future__ import annotations

from enum import StrEnum


class FileType(StrEnum):
    """The types that are taken; each can be looked at without being run."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    PDF = "pdf"


MEDIA_TYPES: dict[FileType, str] = {
    FileType.JPEG: "image/jpeg",
    FileType.PNG: "image/png",
    FileType.WEBP: "image/webp",
    FileType.PDF: "application/pdf",
}
"""What each type is called on the wire."""
ENDINGS: dict[FileType, tuple[str, ...]] = {
    FileType.JPEG: (".jpg", ".jpeg"),
    FileType.PNG: (".png",),
    FileType.WEBP: (".webp",),
    FileType.PDF: (".pdf",),
}
"""The endings a file of each type may have, the usual one first."""
