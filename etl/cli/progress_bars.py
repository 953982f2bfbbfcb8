"""Progress bars for loads that take longer than two seconds; shorter ones leave the screen alone."""

from __future__ import annotations

from time import monotonic
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

PATIENCE_S = 2.0


class Bars:
    """One bar per file, drawn on a terminal once the whole load has taken two seconds."""

    def __init__(self, console: Console) -> None:
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._tasks: dict[str, TaskID] = {}
        self._began = monotonic()
        self._drawn = False

    def __enter__(self) -> Bars:
        """Begin to wait."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bars off the screen."""
        if self._drawn:
            self._progress.stop()

    def show_progress(self, file: str, done: int, total: int | None) -> None:
        """Note how far a file is (``total`` None: not known).

        Parameters
        ----------
        file
            Name of the file; its bar is made when it is first named.
        done
            Rows read so far.
        total
            All rows of the file; None: not known.
        """
        if file not in self._tasks:
            self._tasks[file] = self._progress.add_task(file, total=total)
        self._progress.update(self._tasks[file], completed=done, total=total)
        if not self._drawn and monotonic() - self._began > PATIENCE_S:
            self._progress.start()
            self._drawn = True
