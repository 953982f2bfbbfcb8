"""Checklists on the screens: a visit's own list in the order on paper, and all lists with their periods."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from dashboard.app.guard import CALLBACKS
from geodata.database.scope import write_transaction
from tests.builders import small_world
from tests.integration.pages.test_matrix import outputs
from tests.visitors import add_accounts, application, signed_in, token

NOTE = "两瓶<script>过期</script>"


@pytest.fixture(scope="module")
def app(module_db):
    with write_transaction(module_db) as db:
        world = small_world(db)
        add_accounts(world)
        world.visits("""
            visit | subject | on         | by
            X     | S5      | 2026-03-01 | Su2
            Y     | S5      | 2026-04-01 | Su2
        """)
        answers = {"items": json.dumps({"licence": "yes", "goods": "no"}), "notes": json.dumps({"goods": NOTE})}
        db.execute(
            text(
                "UPDATE grid.visit SET items = CAST(:items AS jsonb), item_notes = CAST(:notes AS jsonb)"
                " WHERE visit_no = 'X'"
            ),
            answers,
        )
        world.put(
            "finding", finding_no="F1", subject_id="S5", visit_no="X", item="goods", description="过期农药未下架",
            found_on="2026-03-01", deadline_on="2026-03-15",
        )  # fmt: skip
        world.put(
            "checklist", checklist_no="dealer_2026", title="三项", title_en="three heads", kinds="{input_dealer}",
            from_on="2026-05-01", source="示文",
        )  # fmt: skip
        world.put("checklist_item", checklist_no="dealer_2026", item="film", position_no=1, wording="农膜回收")
    return application(module_db)


def subject_page(app, login: str, subject: str, lang: str) -> str:
    client = signed_in(app, login)
    output = next(name for name in app.guard.callbacks if "screen.children" in name)
    asked = {"path": f"/subject/{subject}", "search": f"?asof=2026-11-22&lang={lang}", "machine": {}}
    body = {
        "output": output,
        "outputs": outputs(output),
        "inputs": [{"id": "asked", "property": "data", "value": asked}],
        "changedPropIds": ["asked.data"],
    }
    answer = client.post(CALLBACKS, data=json.dumps(body), content_type="application/json",
                         headers={"X-CSRFToken": token(client)})  # fmt: skip
    return json.dumps(answer.get_json(), ensure_ascii=False)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "zh",
            [
                "农资经营主体巡查九项",
                "检查 2/9 项",
                "否 1 项",
                "经营许可证有效",
                "签订承诺书",
                "F1 · 过期农药未下架",
                "检查项：",
            ],
        ),
        ("en", ["the nine heads of a dealer's patrol", "2 of 9 items checked", "licence valid", "item: no banned"]),
    ],
)
def test_a_visit_shows_its_own_list_with_notes_and_findings(app, lang, words):
    page = subject_page(app, "hu2", "S5", lang)
    assert [word for word in words if word not in page] == []
    order = [page.index(mark) for mark in ('"children": "✓"', '"children": "·"', '"children": "✗"')]
    assert order == sorted(order)
    assert page.index("✗") < page.index(json.dumps(NOTE, ensure_ascii=False)[1:-1]) < page.index("过期农药未下架 ")
    assert page.count('"className": "checklist"') == 1


def test_another_town_sees_neither_visit_nor_answers(app):
    assert "过期" not in subject_page(app, "hu1", "S5", "zh")


def test_the_lists_stand_with_their_kinds_and_periods_beside_the_rules(app):
    page = signed_in(app, "qin").get("/admin/rules?lang=zh").text
    for said in (
        "检查清单",
        "农资经营主体巡查九项",
        "三项",
        "农膜回收",
        "2026-04-30",
        "2026-05-01",
        "农药管理条例第24至28条",
    ):
        assert said in page, said
    assert "three heads" in signed_in(app, "qin").get("/admin/rules?lang=en").text
