"""What is typed, and what comes first."""

from __future__ import annotations

from sqlalchemy import text

from geodata.calendar import today
from geodata.search.find_things import find_things


def test_x(world):
    world.db.execute(text("UPDATE grid.unit_version SET name='三道沟镇' WHERE code='T1'"))
    world.db.execute(text("UPDATE grid.subject SET name='长兴蔬菜合作社', products='黄瓜、玉米' WHERE subject_id='S1'"))
    world.db.execute(text("SELECT grid.take_on('qin','')"))
    world.db.execute(text("INSERT INTO grid.account (login, person_no) VALUES ('qin','Qin')"))
    world.db.execute(text("SELECT grid.take_on('qin','')"))
    for q in (
        "三道沟",
        "sdg",
        "sandao",
        "daogou",
        "三道勾",
        "三大沟",
        "长兴",
        "cx",
        "changxing",
        "huanggua",
        "hg",
        "黄瓜",
        "S1",
        "s",
        "Hu1",
        "T1",
        "玉",
        "zhangxing",
        "章兴蔬菜",
        "sandaogu",
    ):
        f = find_things(world.db, q, today(), 20)
        print(q, [(h.kind, h.label, h.matched, h.note, [s.name for s in h.path]) for h in f.hits][:4], f.more)
    print(world.db.execute(text("select kind,key,forms,units from grid.search_entry limit 40")).all())
    assert 0
