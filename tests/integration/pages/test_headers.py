"""What the server says of itself and to the browser: strict policies, no banners, no door left open by a library."""

from __future__ import annotations

import ast
import logging
import re

import pytest
from sqlalchemy import text

from geodata.accounts.visitor import Visitor
from layers.figure import graph_config
from tests.architecture.source import PROJECT, modules, name, tree
from tests.visitors import application, signed_in


@pytest.fixture(scope="module")
def app(small_app):
    return small_app


@pytest.mark.parametrize(
    "address", ["/", "/sign-in", "/me", "/api/subjects", "/nowhere", "/api/nothing", "/assets/20_grid.css"]
)
def test_every_answer_keeps_the_browser_at_home(app, address):
    with signed_in(app, "su1").get(address) as answer:
        headers = answer.headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    scripts = policy.get("script-src", "")
    assert "unsafe" not in scripts
    assert re.fullmatch(r"|'self'( 'sha256-[\w+/=]+')+", scripts)
    assert "http" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers, "only behind TLS"


def test_a_page_without_scripts_allows_none(app):
    assert "script-src" not in signed_in(app, "su1").get("/me").headers["Content-Security-Policy"]
    assert "script-src" in signed_in(app, "su1").get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/sign-in", "/me", "/healthz", "/api/nothing", "/nowhere"])
def test_no_answer_says_which_version_of_what_runs(app, address):
    answer = signed_in(app, "su1").get(address)
    said = " ".join(f"{key}: {value}" for key, value in answer.headers.items() if key != "Content-Security-Policy")
    for word in ("dash", "flask", "werkzeug", "python", "gunicorn/", "postgres", "psycopg"):
        assert word not in said.lower()
        assert address == "/nowhere" or word not in answer.text.lower().replace("python -m dashboard", "")


@pytest.mark.parametrize("address", ["/_mcp", "/mcp", "/_dash-mcp", "/_alive_x", "/_reload-hash/x", "/console"])
def test_no_door_of_dash_that_was_not_asked_for_is_open(app, address, monkeypatch):
    monkeypatch.setenv("DASH_MCP_ENABLED", "true")
    client = signed_in(app, "lin")
    assert client.post(address, json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).status_code in {400, 404, 405}
    assert not [rule for rule in app.server.url_map.iter_rules() if "mcp" in rule.rule.lower()]


def test_mcp_stays_off_whatever_the_environment_says(empty_db, monkeypatch):
    for variable in ("DASH_MCP_ENABLED", "DASH_ENABLE_MCP"):
        monkeypatch.setenv(variable, "true")
    made = application(empty_db)
    assert not [rule for rule in made.server.url_map.iter_rules() if "mcp" in rule.rule.lower()]
    assert made.server.debug is False


def test_every_graph_is_without_the_button_that_sends_figures_away(app):
    config = graph_config("zh")
    assert config["showSendToCloud"] is False
    assert config["plotlyServerURL"] == ""
    graphs = [
        (name(path), node)
        for path in modules("dashboard")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "Graph"
    ]
    assert graphs
    for where, node in graphs:
        given = {word.arg: word.value for word in node.keywords}
        assert isinstance(given.get("config"), ast.Call), where
        assert given["config"].func.id == "graph_config", where
    assert "dash.dcc.Graph" not in (PROJECT / "dashboard" / "app" / "create_app.py").read_text(encoding="utf-8")


def test_a_fault_of_ours_is_a_sentence_and_a_number_and_the_log_holds_no_name(app, caplog, monkeypatch):
    def stumble(_self: Visitor, _level: object) -> None:
        raise RuntimeError("主体S1 13900000000")

    monkeypatch.setattr(Visitor, "must_see", stumble)
    with caplog.at_level(logging.DEBUG):
        answer = signed_in(app, "su1").get("/api/subjects")
        page = signed_in(app, "su1").get("/api/subjects", headers={"Accept": "text/html"})
    assert (answer.status_code, page.status_code) == (500, 500)
    for told in (answer.text, page.text):
        assert "RuntimeError" not in told
        assert "Traceback" not in told
        assert "13900000000" not in told
    number = re.search(r"故障编号 ([0-9a-f]{8})", answer.json["error"])
    assert number is not None
    assert f"incident {number.group(1)} /api/subjects: RuntimeError at" in caplog.text
    assert "geodata" not in answer.text
    assert "13900000000" not in caplog.text
    assert "主体S1" not in caplog.text


def test_a_statement_that_fails_quotes_no_values(app):
    from sqlalchemy.exc import DBAPIError

    with pytest.raises(DBAPIError) as refused, app.ctx.engine.begin() as db:
        db.execute(text("SELECT CAST(:name AS integer) / 0"), {"name": "7"})
    assert "'7'" not in str(refused.value)
