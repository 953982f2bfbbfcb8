"""Every verb asked as of a day refuses one that no calendar has and one to come: a sentence, no numbers, no file."""

from __future__ import annotations

from datetime import timedelta

import pytest

from geodata.calendar import today
from tests.commands import run_command

SAID = {"2026-02-31": "没有“{day}”这一天", "2026-13-01": "没有“{day}”这一天", "soon": "“{day}”看不懂",
        "tomorrow": "截至日 {day} 还没有到"}  # fmt: skip
VERBS = (
    "geodata indicators", "geodata chain --unit 1", "layers map --out {out}.html",
    "layers static --layer overdue --out {out}.png", "etl integrity", "etl integrity list --out {out}.csv",
)  # fmt: skip


@pytest.mark.parametrize("name", SAID)
@pytest.mark.parametrize("verb", VERBS)
def test_an_impossible_day_is_a_sentence(verb, name, tmp_path, migrated_template, cluster_url):
    day = (today() + timedelta(days=1)).isoformat() if name == "tomorrow" else name
    module, *words = verb.format(out=tmp_path / "out").split()
    done = run_command(module, *words, "--as-of", day, GRID_DATABASE_URL=cluster_url, GRID_LANG="zh")
    assert (done.returncode, done.stdout) == (2, "")
    assert SAID[name].format(day=day) in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
