"""Remembers answers until the data or the rules change: an LRU keyed by the data's version."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any


class AnswerCache:
    """A thread-safe least-recently-used store of ``size`` answers.

    Two threads that miss the same key may both ask; the answers are equal, so neither waits for the other.
    Answers are shared between requests: whoever gets one must not change it.
    """

    def __init__(self, size: int = 512) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def get_or_ask(self, key: Hashable, ask: Callable[[], Any]) -> Any:
        """The kept answer of ``key``, or ``ask()``'s, which is then kept. Errors are not kept.

        Parameters
        ----------
        key
            Names the answer, data version and visitor included.
        ask
            Called when nothing is kept, outside of the lock.

        Returns
        -------
        answer
            Shared: never changed in place.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        answer = ask()
        with self._lock:
            self._kept[key] = answer
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return answer

    def __len__(self) -> int:
        with self._lock:
            return len(self._kept)
