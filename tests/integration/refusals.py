"""Loads that are refused: what is said, in both languages, and that nothing has changed."""

from __future__ import annotations

import pytest

import etl
from geodata.errors import UserError
from geodata.locale import Lang
from tests.integration import office


def refuse(engine, file, *faults, **said):
    """The file is refused with exactly these faults, each said in one sentence, and nothing has changed."""
    before = office.checksum(engine)
    reports = etl.load_files(engine, file, **said)
    assert not any(report.loaded for report in reports)
    met = {(reject.row, reject.field, reject.fault) for report in reports for reject in report.rejects}
    assert met == set(faults)
    for reject in (reject for report in reports for reject in report.rejects):
        for lang in Lang:
            sentence = reject.to_sentence(lang)
            assert reject.file in sentence
            assert str(reject.row) in sentence
            assert "\n" not in sentence
    assert office.checksum(engine) == before


def refuse_file(engine, file, *words, **said):
    """The file is refused as a whole in one sentence that holds these words, and nothing has changed."""
    before = office.checksum(engine)
    with pytest.raises(UserError) as caught:
        etl.load_files(engine, file, **said)
    for lang in Lang:
        sentence = caught.value.to_sentence(lang)
        assert "\n" not in sentence
        assert file.name in sentence
    assert all(word in caught.value.to_sentence(Lang.ZH) for word in words)
    assert office.checksum(engine) == before
