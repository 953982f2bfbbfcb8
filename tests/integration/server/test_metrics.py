"""What an operator's own programs are told: alive, ready, and the figures for who knows the token."""

from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, create_engine, text

from dashboard.app.create_app import GridDash
from geodata.database.scope import write_transaction
from tests.builders import small_world
from tests.visitors import add_accounts, application, signed_in

TOKEN = "a-token-for-the-figures"


@pytest.fixture(scope="module")
def app(module_db: Engine) -> GridDash:
    with write_transaction(module_db) as db:
        add_accounts(small_world(db))
    return application(module_db, metrics_token=TOKEN)


def figures(app: GridDash) -> dict[tuple[str, ...], float]:
    """Name and labels of each figure → its value, as a Prometheus reads them."""
    answer = app.server.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.get_data(as_text=True))
    return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


@pytest.mark.parametrize(
    "said",
    [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Basic QQ==", "Basic é", "Bearer é"],
)
def test_without_the_token_there_are_no_metrics(app, said):
    headers = {} if said is None else {"Authorization": said}
    for asked in (app.server.test_client(), signed_in(app, "su1")):
        refused = asked.get("/metrics", headers=headers)
        assert (refused.status_code, "grid_" in refused.text) == (404, False)


def test_an_installation_without_a_token_has_none_for_nobody(module_db, app):
    plain = application(module_db)
    for said in ("Bearer ", "Bearer", ""):
        assert plain.server.test_client().get("/metrics", headers={"Authorization": said}).status_code == 404
    assert signed_in(plain, "su1").get("/metrics").status_code == 404


def test_requests_are_counted_by_endpoint_and_how_they_ended(app):
    before = figures(app)
    client = app.server.test_client()
    for _ in range(3):
        client.get("/healthz/alive")
    client.get("/nowhere-at-all")
    now = figures(app)
    alive, nowhere = ("grid_http_requests_total", "alive", "2xx"), ("grid_http_requests_total", "none", "4xx")
    assert now[alive] - before.get(alive, 0) == 3
    whole = sum(value for (name, *_), value in now.items() if name == "grid_http_requests_total")
    assert now[("grid_http_request_seconds_count",)] == now[("grid_http_request_seconds_bucket", "+Inf")] == whole
    assert nowhere in now or any(labels[-1] == "4xx" for labels in now)


def test_how_it_stands(app, module_db):
    with module_db.begin() as db:
        columns, values = "kind, login, address, lang, job_key, arguments", "'look', 'su1', '', 'zh', :key, '{}'"
        waiting = f"INSERT INTO grid.job ({columns}) VALUES ({values})"
        for key in ("a", "b"):
            db.execute(text(waiting), {"key": key})
    found = figures(app)
    assert found[("grid_database_up",)] == found[("grid_schema_current",)] == 1
    assert found[("grid_worker_up",)] == 0
    assert found[("grid_jobs", "waiting")] == 2
    assert found[("grid_free_bytes", "home")] > 2**20


def test_a_database_that_is_away_is_a_figure_and_a_process_that_is_alive(app, monkeypatch):
    away = create_engine("postgresql+psycopg://nobody@/nothing?host=/nowhere")
    monkeypatch.setattr(app.ctx, "engine", away)
    found = figures(app)
    assert found[("grid_database_up",)] == 0
    assert ("grid_worker_up",) not in found
    client = app.server.test_client()
    assert client.get("/healthz/alive").status_code == 200
    assert [client.get(path).status_code for path in ("/healthz", "/healthz/ready")] == [503, 503]


def test_no_figure_names_anybody(app):
    said = app.server.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).get_data(as_text=True)
    assert not [word for word in ("su1", "T1", "农") if word in said.replace("utf", "")]
