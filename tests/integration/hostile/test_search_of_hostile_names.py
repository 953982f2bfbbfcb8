"""Whatever something is called, it is found by what it is called, and the list says the name itself."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from dashboard.app.create_app import GridDash
from tests.integration.hostile.test_pages_and_interfaces import Texts, strings
from tests.integration.hostile.words import Place, changed
from tests.visitors import signed_in

FOUND_BY = {("units", "name"): "unit", ("subjects", "name"): "subject", ("people", "name"): "person",
            ("subjects", "products"): "subject", ("samples", "product"): "sample"}  # fmt: skip
"""What of the hostile files things are found by, and the kind it finds."""
MOST = 60
"""Signs the box takes."""


def ends(texts: dict[Place, str], place: tuple[str, str]) -> list[str]:
    """A few texts of a column, as much of their ends as the box takes."""
    return [said for key, said in sorted(texts.items()) if key[:2] == place][:4]


@pytest.mark.parametrize("place", FOUND_BY, ids=lambda place: ".".join(place))
def test_every_hostile_text_finds_what_it_names_and_is_shown_as_it_is(app: GridDash, texts: dict[Place, str], place):
    client = signed_in(app, "qin")
    said = ends(texts, place)
    assert said
    for each in said:
        asked = quote(each[-MOST:], safe="")
        answer = client.get(f"/search.json?find={asked}")
        found = [text for text in strings(json.loads(answer.data)) if each in text]
        assert found, (answer.text[:700], asked)
        assert [
            wrong for text in strings(json.loads(answer.data)) for wrong in changed(text, texts) if each in text
        ] == []
        page = Texts(client.get(f"/search?find={asked}").text)
        assert not page.tags & {"script", "script1", "x"}
        assert any(each in text for text in page.found)
