"""The name of an attached file, safe to be shown and saved under."""

from __future__ import annotations

from pathlib import PurePosixPath
from unicodedata import category, normalize

from geodata.file_type import ENDINGS, FileType
from geodata.signs.refused_signs import refused_sign

MOST_SIGNS = 120
_UNFIT = frozenset('<>:"|?*')
"""Signs that a file system of some machine refuses."""


_JOINERS = frozenset("\u200c\u200d")
"""They make one picture of several signs."""


def _stays(sign: str) -> bool:
    """Neither control nor format (bidi overrides among them); a private font's and a later edition's signs stay."""
    return (category(sign) not in {"Cc", "Cf", "Cs"} or sign in _JOINERS) and refused_sign(sign) is None


def clean_name(said: str, file_type: FileType | None = None) -> str:
    """A name without folders, control signs and signs that turn the direction of reading, with the ending of its type.

    Parameters
    ----------
    said
        As the sender called the file.
    file_type
        Its type; None leaves the ending as it is.

    Returns
    -------
    name
        At most ``MOST_SIGNS``; ``file`` where nothing is left.
    """
    last = normalize("NFC", said.replace("\\", "/")).rpartition("/")[2]
    kept = "".join(" " if category(sign)[0] == "Z" else sign for sign in last if _stays(sign))
    plain = "".join(sign for sign in kept if sign not in _UNFIT).strip(" .") or "file"
    if file_type is None:
        return plain[:MOST_SIGNS]
    endings = ENDINGS[file_type]
    stem, ending = PurePosixPath(plain).stem, PurePosixPath(plain).suffix.lower()
    if ending not in endings:
        stem, ending = plain, endings[0]
    return stem[: MOST_SIGNS - len(ending)].strip(" .") + ending
