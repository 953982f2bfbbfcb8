"""The search among a million names, as a station head's and as the leader's login; what one more name costs to write.

The names are made of common signs, so every text that is typed here has tens of thousands of near misses, and
some have as many hits. They lie in a thousand more villages, in towns of ten: the station head's town has its share.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, text

from geodata import embedded
from geodata.calendar import today
from geodata.database.engine import application_engine, make_engine
from geodata.database.scope import Scope, read_transaction
from geodata.search.find_things import find_things
from tests.benchmarks.table import Row

NAMES = 1_000_000
AT_ONCE = 50_000
TYPED = (
    "七道江镇", "qdj", "qidaojiang", "王伟", "wangwei", "ww", "张芳娜黄瓜", "黄瓜", "huanggua", "农场", "合作社",
    "N0123456", "12345", "七道红镇", "张芳哪黄瓜家庭农场", "zhangfangnahuangua", "没有这个名字", "s", "王",
)  # fmt: skip
"""Whole names, parts, pinyin, initials, numbers, wrong signs, nothing, one sign: in this order."""
PIECES = {
    "surnames": "张王李赵刘陈杨黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹",
    "given": "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉力宁福生"
    "龙玉林春成凯国建华志鑫海云波宇浩然博晨瑞天德忠良长行重乐安永泰和"
    "顺发兴旺盛丰裕祥庆吉康健源泉江河山石",
    "products": ["黄瓜", "玉米", "人参", "蓝莓", "香菇", "番茄", "白菜", "辣椒", "大豆", "水稻", "葡萄", "苹果"],
    "kinds": ["种植户", "家庭农场", "专业合作社", "农资店", "商行", "收购站", "食品有限公司", "养殖场"],
}
LAND = """
INSERT INTO grid.unit SELECT 'X' || t || v, CASE v WHEN '' THEN 'town' ELSE 'village' END
FROM generate_series(101, 200) AS t CROSS JOIN unnest(CAST('{"",0,1,2,3,4,5,6,7,8,9}' AS text[])) AS v;
INSERT INTO grid.unit_version (code, level, name, kind, parent_code, batch_id)
SELECT u.code, u.level, '外' || u.code || '村', u.level, CASE u.level WHEN 'town' THEN d.code ELSE left(u.code, 4) END,
       (SELECT min(id) FROM grid.load_batch)
FROM grid.unit AS u CROSS JOIN (SELECT code FROM grid.unit WHERE level = 'district' LIMIT 1) AS d WHERE u.code ~ '^X'
"""
GROW = """
WITH v AS (
    SELECT code, row_number() OVER (ORDER BY code) - 1 AS n, count(*) OVER () AS of_all
    FROM grid.unit WHERE level = 'village'
), named AS (
    SELECT i, CAST(:surnames AS text[]) AS a, CAST(:given AS text[]) AS b, CAST(:products AS text[]) AS c,
           CAST(:kinds AS text[]) AS d FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS i
)
INSERT INTO grid.subject (subject_id, name, kinds, sectors, products, village_code, entry_on, batch_id)
SELECT 'N' || lpad(i::text, 7, '0'), a[1 + i * 7919 % cardinality(a)] || b[1 + i * 104729 % cardinality(b)]
       || b[1 + i / cardinality(b) * 1299709 % cardinality(b)] || c[1 + i * 31 % cardinality(c)]
       || d[1 + i * 17 % cardinality(d)], '{grower}', '{vegetable}', c[1 + i * 31 % cardinality(c)], v.code,
       '2024-01-01', (SELECT min(id) FROM grid.load_batch)
FROM named JOIN v ON v.n = i * 613 % v.of_all
"""


def rows(home: Path) -> Iterator[Row]:
    """Times of the search; ``home`` holds the demonstration with its accounts."""
    url = embedded.start_cluster(home)
    owner, seconds = _grown(url)
    yield Row(f"search: one more name, of {NAMES:,} written {AT_ONCE:,} at once", seconds / NAMES * 1000, "ms")
    yield from search_times(owner)
    owner.dispose()


def search_times(owner: Engine) -> Iterator[Row]:
    """Median and worst of what is typed, as two logins."""
    visitor, day = application_engine(owner.url), today()
    with read_transaction(owner) as db:
        asked = text(
            "SELECT DISTINCT ON (p.role) p.role, a.login FROM grid.account AS a JOIN grid.post AS p USING (person_no)"
        )
        logins = {row.role: row.login for row in db.execute(asked)}
    for role in ("station_head", "district_leader"):
        scope, found = Scope(logins[role], everything=role == "district_leader"), {}
        for typed in TYPED:
            times = []
            for _ in range(6):
                with read_transaction(visitor, scope) as db:
                    begun = time.perf_counter()
                    find_things(db, typed, day, 20)
                    times.append((time.perf_counter() - begun) * 1000)
            found[typed] = statistics.median(times[1:])
        worst = max(found, key=lambda typed: found[typed])
        yield Row(f"search among {NAMES:,} names, {role}, median", statistics.median(found.values()), "ms", aim=50)
        yield Row(f"search among {NAMES:,} names, {role}, worst ({worst})", found[worst], "ms", aim=50)
    visitor.dispose()


def _grown(url: str) -> tuple[Engine, float]:
    """A copy of the demonstration with a million subjects more, and how long they took to be written."""
    small = make_engine(url)
    small.dispose()
    other = make_engine(small.url.set(database="postgres"))
    with other.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text("DROP DATABASE IF EXISTS searched WITH (FORCE)"))
        db.execute(text(f"CREATE DATABASE searched TEMPLATE {small.url.database}"))
    other.dispose()
    engine = make_engine(small.url.set(database="searched"))
    pieces = {name: list(said) for name, said in PIECES.items()}
    with engine.begin() as db:
        for statement in LAND.split(";\n"):
            db.execute(text(statement))
    begun = time.perf_counter()
    for first in range(1, NAMES, AT_ONCE):
        with engine.begin() as db:
            db.execute(text(GROW), pieces | {"first": first, "last": first + AT_ONCE - 1})
    seconds = time.perf_counter() - begun
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text("VACUUM ANALYZE"))
    return engine, seconds
