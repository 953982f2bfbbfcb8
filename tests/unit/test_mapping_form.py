"""A mapping's faults, each said with its place before any file is opened."""

from __future__ import annotations

import pytest

from etl.mapping.heading_words import said_in_headings, said_of_kind
from etl.mapping.mapping_check import check_mapping, find_mapping_faults
from etl.mapping.mapping_file import (
    FieldMapping,
    FormatMapping,
    GeometryMapping,
    Only,
    TableMapping,
    read_mapping,
    shipped_mappings,
)
from etl.sources import discover
from geodata.errors import UserError
from geodata.locale import Lang

HEAD = 'title = {zh = "甲", en = "A"}\n[[table]]\nkind = "statuses"\n'
GOOD = 'fields = {subject_id = "id", from_on = "day", status = {value = "active"}}\n'


def write(folder, text):
    file = folder / "m.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(("text", "words"), [
    ("title = ", ["m.toml"]),
    ("", ["title"]),
    ('title = {zh = "甲", en = "A"}', ["table"]),
    (HEAD + "fields = {subject_id = {colum = 'x'}}", ["table → 1 → fields → subject_id → colum"]),
    (HEAD + 'duplicates = "newest"', ["duplicates"]),
    ("datum = 'wgs72'\n" + HEAD, ["datum"]),
    ("reject_share = 1.5\n" + HEAD, ["reject_share"]),
    (HEAD + "header = 0", ["header"]),
    (HEAD + "nest_tolerance_m = inf", ["nest_tolerance_m"]),
    (HEAD + "nest_tolerance_m = nan", ["nest_tolerance_m"]),
])  # fmt: skip
def test_what_is_not_of_the_form_names_the_place(tmp_path, text, words):
    with pytest.raises(UserError) as caught:
        read_mapping(write(tmp_path, text))
    for lang in Lang:
        sentence = caught.value.to_sentence(lang)
        assert "\n" not in sentence
        assert all(word in sentence for word in words)


@pytest.mark.parametrize(("said", "words"), [
    ('fields = {subject_id = "id", status = {value = "active"}}', ["table 1", "from_on"]),
    (GOOD.replace('"active"', '"asleep"'), ["table 1, status", "asleep"]),
    (GOOD.replace("subject_id =", "subject ="), ["subject", "subject_id"]),
    (GOOD.replace('"day"', '{column = "day", dates = "%d/%m"}'), ["table 1, from_on", "%d/%m"]),
    (GOOD.replace('"day"', '{column = "day", regex = "("}'), ["table 1, from_on", "("]),
    (GOOD.replace('"id"', '{column = "id", replace = [["(x)", "\\\\2"]]}'), ["table 1, subject_id", "(x)"]),
    (GOOD.replace('"id"', '{column = "id", replace = [["x", "\\\\g<y>"]]}'), ["table 1, subject_id", "x"]),
    (GOOD.replace('"day"', '{column = "day", value = "2015-12-03"}'), ["table 1, from_on"]),
    (GOOD.replace('"id"', '{column = "id", within = true}'), ["table 1, subject_id"]),
    (GOOD.replace('"id"', '{default = "a b"}'), ["table 1, subject_id", "a b"]),
    (GOOD + "epsg = 1234\n", ["1234"]),
    (GOOD + 'where = [{column = "x", regex = "["}]\n', ["table 1, where"]),
])  # fmt: skip
def test_what_it_says_of_kinds_and_fields_is_checked(tmp_path, said, words):
    mapping = read_mapping(write(tmp_path, HEAD + said))
    found = find_mapping_faults(mapping)
    assert found
    assert any(all(word in sentence for word in words) for sentence in found), found
    with pytest.raises(UserError, match=r"m\.toml"):
        check_mapping(mapping)


def test_a_kind_nobody_knows(tmp_path):
    (sentence,) = find_mapping_faults(read_mapping(write(tmp_path, HEAD.replace("statuses", "cows") + GOOD)))
    assert "cows" in sentence
    assert "statuses" in sentence


def test_a_good_one_and_a_name_nobody_ships(tmp_path):
    assert find_mapping_faults(read_mapping(write(tmp_path, HEAD + GOOD))) == []
    with pytest.raises(UserError, match="uk_residues"):
        read_mapping("no_such")
    assert set(shipped_mappings()) == {"datav", "district_office", "points_and_polygons", "uk_residues"}


def test_a_changed_file_is_read_anew(tmp_path):
    file = write(tmp_path, HEAD + GOOD)
    assert read_mapping(file).title[Lang.EN] == "A"
    write(tmp_path, HEAD.replace('"A"', '"Bee"') + GOOD)
    assert read_mapping(file).title[Lang.EN] == "Bee"


@pytest.mark.parametrize("model", [FormatMapping, TableMapping, FieldMapping, Only, GeometryMapping])
def test_every_key_is_documented(model):
    assert [name for name, info in model.model_fields.items() if not info.description] == []


def test_the_words_a_draft_goes_by_name_kinds_and_fields_that_are_there():
    assert set(said_of_kind()) <= set(discover())
    fields = {field.name for source in discover().values() for field in source.fields}
    assert set(said_in_headings()) <= fields
