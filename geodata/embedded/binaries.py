"""Where this machine keeps PostgreSQL's own programs."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from geodata.errors import SetupError
from geodata.settings import settings

DEBIAN = Path("/usr/lib/postgresql")
POSTGIS_CONTROL = "/usr/share/postgresql/{major}/extension/postgis.control"


@dataclass(frozen=True)
class Binaries:
    """One version's ``initdb``, ``pg_ctl`` and ``postgres``."""

    folder: Path
    major: int

    def __getitem__(self, name: str) -> str:
        """The full path of one program."""
        return str(self.folder / name)


def find_binaries(major: int | None = None) -> Binaries:
    """The programs to use: ``GRID_POSTGRES_BIN``, else Debian's newest that has PostGIS, else those on PATH.

    Parameters
    ----------
    major
        The version an existing cluster was made by, only that one can open it; None: any.

    Returns
    -------
    binaries
        The first that fits in the order above.

    Raises
    ------
    SetupError
        Nothing is installed, or not that version.
    """
    found = [binaries for folder in _folders() if (binaries := _look(folder)) is not None]
    fitting = [binaries for binaries in found if major in (None, binaries.major)]
    if fitting:
        return fitting[0]
    if found:
        raise SetupError("cluster.other_version", made_by=major, found=found[0].major)
    raise SetupError("cluster.no_binaries")


def _folders() -> list[Path]:
    chosen = settings().postgres_bin
    if chosen is not None:
        return [chosen]
    on_path = shutil.which("pg_ctl")
    packaged = [folder for folder in DEBIAN.glob("*/bin") if folder.parent.name.isdigit()]
    return sorted(packaged, key=_preference) + ([Path(on_path).resolve().parent] if on_path else [])


def _preference(folder: Path) -> tuple[bool, int]:
    """Versions with PostGIS first, newest first."""
    major = int(folder.parent.name)
    return (not Path(POSTGIS_CONTROL.format(major=major)).exists(), -major)


def _look(folder: Path) -> Binaries | None:
    if not all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
        return None
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    version = re.search(r"(\d+)(\.\d+|devel|beta\d+|rc\d+)", answer.stdout)
    return Binaries(folder, int(version.group(1))) if version else None
