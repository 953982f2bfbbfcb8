"""What is typed into the search, and what comes first."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from geodata.search.find_things import COUNTED, find_things
from tests.ascii_table import rows
from tests.visitors import add_accounts

DAY = date(2026, 6, 30)
NAMED = """
table        | key        | is | name
unit_version | code       | T1 | 三道沟镇
unit_version | code       | V1 | 三道沟村
unit_version | code       | V2 | 重阳村
subject      | subject_id | S1 | 长兴蔬菜专业合作社
subject      | subject_id | S2 | 三道沟长乐农资店
subject      | subject_id | S3 | 老王建国家庭农场
subject      | subject_id | S4 | Green Field 2号棚
person       | person_no  | Hu1 | 王建国
person       | person_no  | As1 | 单雄
"""


@pytest.fixture
def office(world):
    """The small world with names as they are, a sample, and everybody's account."""
    for row in rows(NAMED):
        statement = f"UPDATE grid.{row['table']} SET name = :name WHERE {row['key']} = :is"
        world.db.execute(text(statement), {"name": row["name"], "is": row["is"]})
    world.db.execute(
        text("UPDATE grid.subject SET products = '黄瓜、玉米', uscc = '93220602MA0Y000163' WHERE subject_id = 'S1'")
    )
    world.samples("sample | subject | on\nCY2026-0042 | S4 | 2026-02-01")
    add_accounts(world)
    return world


def found(world, typed, login="lin", day=DAY, most=20):
    """What a login finds: kind and key, best first."""
    return [(hit.kind, hit.key) for hit in asked(world, typed, login, day, most).hits]


def asked(world, typed, login="lin", day=DAY, most=20):
    with world.db.begin_nested() as point:
        world.db.execute(text("SELECT grid.take_on(:login, '')"), {"login": login})
        sees_all = world.db.execute(text("SELECT grid.sees_all()")).scalar_one()
        world.db.execute(text(f"SET LOCAL ROLE {'grid_all' if sees_all else 'grid_app'}"))
        answer = find_things(world.db, typed, day, most)
        point.rollback()
    return answer


@pytest.mark.parametrize(
    "row",
    rows("""
typed                | kind    | key
三道沟镇             | unit    | T1
三道沟               | unit    | T1
道沟                 | unit    | T1
sandaogou            | unit    | T1
SAN DAO GOU          | unit    | T1
daogouzh             | unit    | T1
sdg                  | unit    | T1
三道勾               | unit    | T1
三大沟               | unit    | T1
三沟镇               | unit    | T1
三道道沟镇           | unit    | T1
sandaogpu            | unit    | T1
T1                   | unit    | T1
chongyang            | unit    | V2
zhongyang            | unit    | V2
cyc                  | unit    | V2
长兴蔬菜             | subject | S1
changxing            | subject | S1
cxsc                 | subject | S1
蔬菜专业             | subject | S1
张兴蔬菜             | subject | S1
章兴蔬菜             | subject | S1
黄瓜                 | subject | S1
huanggua             | subject | S1
93220602MA0Y000163   | subject | S1
2ma0y0               | subject | S1
93220602MA0Y000164   | subject | S1
green field          | subject | S4
ＧＲＥＥＮ           | subject | S4
fild                 | subject | S4
2号                  | subject | S4
王建国               | person  | Hu1
王建                 | person  | Hu1
wangjianguo          | person  | Hu1
wjg                  | person  | Hu1
汪建国               | person  | Hu1
单雄                 | person  | As1
shanxiong            | person  | As1
danxiong             | person  | As1
丹雄                 | person  | As1
CY2026-0042          | sample  | CY2026-0042
cy20260042           | sample  | CY2026-0042
0042                 | sample  | CY2026-0042
CY2026-0043          | sample  | CY2026-0042
豇豆                 | sample  | CY2026-0042
"""),
    ids=lambda row: row["typed"],
)
def test_what_comes_first(office, row):
    """Chinese, pinyin and its initials, part of a code, and one wrong sign where nothing has the right ones."""
    assert found(office, row["typed"])[:1] == [(row["kind"], row["key"])]


@pytest.mark.parametrize(
    "typed", ["", "   ", "没有这个名字", "zzzz", "三道沟镇政府大楼", "\\", "%", "_", "'", "(", "[", "*", "💥"]
)
def test_what_finds_nothing(office, typed):
    """Signs that mean something to a database or a pattern mean themselves."""
    assert found(office, typed) == []


def test_a_whole_name_comes_before_its_beginning_and_that_before_a_part_and_pinyin(office):
    assert found(office, "三道沟") == [("unit", "T1"), ("unit", "V1"), ("subject", "S2")]
    office.db.execute(text("UPDATE grid.subject SET name = '三道沟' WHERE subject_id = 'S4'"))
    assert found(office, "三道沟")[0] == ("subject", "S4")
    assert found(office, "王建国") == [("person", "Hu1"), ("subject", "S3")]


def test_one_wrong_sign_is_looked_for_only_where_nothing_has_the_right_ones(office):
    assert found(office, "三道沟村") == [("unit", "V1")]
    assert found(office, "三道沟乡") == [("unit", "T1"), ("unit", "V1"), ("subject", "S2")]


def test_a_mobile_or_an_office_telephone_finds_nobody(office):
    office.db.execute(text("UPDATE grid.person SET private_mobile = '13900001111', office_phone = '0439-3330000'"))
    office.db.execute(text("UPDATE grid.subject SET office_phone = '0439-3330000'"))
    assert [found(office, typed) for typed in ("13900001111", "0439-3330000", "3330000")] == [[], [], []]


def test_everybody_finds_what_lies_in_the_own_area_and_the_names_above_it(office):
    assert found(office, "CY2026", "hu1") == []
    assert found(office, "CY2026", "hu2") == [("sample", "CY2026-0042")]
    assert found(office, "长兴", "hu1") == [("subject", "S1")]
    assert found(office, "长兴", "hu2") == []
    assert found(office, "甲区", "as1") == [("unit", "D")]
    assert found(office, "Lin", "as1") == [("person", "Lin")]
    assert found(office, "三道沟", "as3") == []
    assert found(office, "三道沟", "nobody") == []


def test_whoever_was_at_a_place_is_found_from_it(office):
    """As the policy of people says: by a post, by a visit, by a check."""
    assert found(office, "Su2", "hu1") == []
    office.visits("subject | on | by | role\nS1 | 2026-02-01 | Su2 | supervisor")
    assert found(office, "Su2", "hu1") == [("person", "Su2")]
    office.db.execute(text("DELETE FROM grid.chain_record"))
    office.db.execute(text("DELETE FROM grid.visit"))
    assert found(office, "Su2", "hu1") == []


def test_what_has_ended_says_when_and_what_is_to_come_from_when(office):
    office.statuses("subject | from | status\nS1 | 2026-03-01 | closed")
    office.end_post("Hu1", "2026-04-30")
    office.db.execute(text("UPDATE grid.unit_version SET valid = '[,2026-05-01)' WHERE code = 'V2'"))
    told = {
        hit.key: (hit.ended_on, hit.begins_on)
        for q in ("长兴", "王建国", "重阳", "CY2026")
        for hit in asked(office, q).hits
    }
    assert told["S1"] == (date(2026, 3, 1), None)
    assert told["Hu1"] == (date(2026, 4, 30), None)
    assert told["V2"] == (date(2026, 4, 30), None)
    early = date(2025, 12, 31)
    assert [hit.begins_on for hit in asked(office, "CY2026", day=early).hits] == [date(2026, 2, 1)]
    assert [hit.ended_on for hit in asked(office, "长兴", day=early).hits] == [None]
    assert [hit.begins_on for hit in asked(office, "长兴", day=early).hits] == [date(2026, 1, 1)]


def test_a_unit_is_found_by_a_name_it_had(office):
    office.db.execute(text("UPDATE grid.unit_version SET valid = '[2026-01-01,)' WHERE code = 'V3'"))
    office.units(
        "code | level | name | kind | parent_code | west | valid\n"
        "V3 | village | 旧屯村 | village | T2 | 126.2 | [,2026-01-01)"
    )
    hit = asked(office, "旧屯").hits[0]
    assert (hit.key, hit.label, hit.matched) == ("V3", "三社", "旧屯村")
    assert asked(office, "旧屯", day=date(2025, 6, 1)).hits[0].label == "旧屯村"


def test_each_hit_tells_its_place_from_the_root_down(office):
    names = {hit.key: [step.name for step in hit.path] for hit in asked(office, "王建国").hits}
    assert names == {"Hu1": ["甲区", "三道沟镇"], "S3": ["甲区", "三道沟镇", "重阳村"]}


def test_what_is_not_shown_is_counted(office):
    """Up to 200 of a kind; of more it is said that there are more."""
    add = "subject | village | entry_on\n" + "\n".join(f"M{n:03} | V3 | 2026-01-01" for n in range(COUNTED + 5))
    office.subjects(add)
    answer = asked(office, "主体M")
    assert len(answer.hits) == 20
    assert answer.more == (("subject", COUNTED - 20),)
    assert answer.beyond == {"subject"}
    answer = asked(office, "主体M00", most=4)
    assert (len(answer.hits), answer.more, answer.beyond) == (4, (("subject", 6),), frozenset())
