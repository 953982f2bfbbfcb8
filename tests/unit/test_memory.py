"""Remembered answers: asked once, forgotten oldest first, errors never kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.request.answer_cache import AnswerCache


def test_an_answer_is_asked_for_once():
    memory, asked = AnswerCache(), []
    assert [memory.get_or_ask("a", lambda: asked.append(1) or "x") for _ in range(3)] == ["x"] * 3
    assert len(asked) == 1


def test_the_longest_unused_goes_first():
    memory = AnswerCache(size=2)
    memory.get_or_ask("a", lambda: 1)
    memory.get_or_ask("b", lambda: 2)
    memory.get_or_ask("a", lambda: 0)
    memory.get_or_ask("c", lambda: 3)
    assert len(memory) == 2
    assert memory.get_or_ask("a", lambda: "anew") == 1
    assert memory.get_or_ask("b", lambda: "anew") == "anew"


def test_an_error_is_not_an_answer():
    memory = AnswerCache()
    with pytest.raises(ZeroDivisionError):
        memory.get_or_ask("a", lambda: 1 // 0)
    assert memory.get_or_ask("a", lambda: 1) == 1


def test_many_threads_get_the_same():
    memory = AnswerCache(size=8)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda number: memory.get_or_ask(number % 16, lambda: number % 16), range(2000)))
    assert answers == [number % 16 for number in range(2000)]
