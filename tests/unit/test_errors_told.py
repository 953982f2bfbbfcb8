"""The tree of errors a person is told: each class ends each surface in its own way, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from dash import html
from flask import Flask, get_flashed_messages, session
from sqlalchemy import create_engine

from dashboard.app import error_pages, router
from dashboard.components.html_markup import html_markup
from dashboard.request.admission import PUBLIC
from dashboard.request.context import AppContext
from dashboard.request.pages import Page
from dashboard.request.redirect_after import DONE, REFUSED, redirect_after
from dashboard.request.view import View
from geodata.cli.exit_codes import run_command_line
from geodata.errors import Forbidden, GridError, NotFound, Rejected, SetupError, Unavailable, UserError
from geodata.locale import Lang, translate
from geodata.permissions import Permission
from geodata.settings import settings
from geodata.territory.ended_unit import UnitEnded

KEY = "door.not_for_you"
ENDS = {
    GridError: (1, 500, "这一页没能画出来"),
    UserError: (2, 400, "这一步没有完成"),
    NotFound: (3, 404, "没有这一页"),
    UnitEnded: (7, 410, "这个单元已不在册"),
    Forbidden: (6, 403, "这里没有开放"),
    Rejected: (5, 422, "文件没有载入"),
    SetupError: (4, 503, "系统还没有就绪"),
    Unavailable: (75, 503, "暂时不可用"),
}
"""Exit code, status and heading of each class."""


def said(kind: type[GridError], lang: Lang) -> str:
    """What pages and programs are told: of what is not there always the same."""
    return translate("door.http.404" if issubclass(kind, NotFound) else KEY, lang)


def tree(kind: type[GridError] = GridError) -> Iterator[type[GridError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from tree(below)


KINDS = sorted({kind for kind in tree() if not kind.__module__.startswith("tests")}, key=lambda kind: kind.__name__)
PEOPLES = [kind for kind in KINDS if issubclass(kind, UserError)]
every_kind = pytest.mark.parametrize("kind", KINDS)
every_kind_of_the_persons = pytest.mark.parametrize("kind", PEOPLES)
both_languages = pytest.mark.parametrize("lang", Lang)


def test_each_class_has_its_own_end():
    assert {kind: (kind.exit_code, kind.http_status, translate(kind.banner)) for kind in KINDS} == ENDS
    # of what is not there now HTTP has one status; the heading says whether waiting helps
    codes, statuses, headings = zip(*ENDS.values(), strict=True)
    for column in (codes, headings):
        assert len(set(column)) == len(ENDS), "two classes that end alike cannot be told apart"
    assert len(set(statuses)) == len(ENDS) - 1


def raising(kind: type[GridError]) -> Page:
    def layout(_ctx: AppContext, _view: View) -> html.Div:
        raise kind(KEY)

    return Page(key="x", path="/x", title="ui.title", permission=PUBLIC, layout=layout, plain=True)


@pytest.fixture(scope="module")
def ctx() -> AppContext:
    return AppContext(settings(), create_engine("postgresql+psycopg://nobody@/nothing"))


@pytest.fixture
def served(kind, ctx) -> Flask:
    """A server with one page, one address and one act that end with the error."""
    server = Flask("told", static_folder=None)
    server.secret_key = "only here"
    error_pages.install_error_pages(server, ctx)
    router.serve_plain(server, ctx, raising(kind))

    @server.get("/api/x")
    def table() -> str:
        raise kind(KEY)

    @server.post("/x")
    def change() -> object:
        with redirect_after("/x?back") as act:
            act.tell_done("me.saved")
            raise kind(KEY)
        return act.response

    return server


@every_kind
@both_languages
def test_the_command_line(kind, lang, monkeypatch, capsys):
    monkeypatch.setenv("GRID_LANG", lang.value)
    settings.cache_clear()

    def command() -> None:
        raise kind(KEY)

    with pytest.raises(SystemExit) as left:
        run_command_line(command)
    monkeypatch.undo()
    settings.cache_clear()
    assert left.value.code == kind.exit_code
    assert capsys.readouterr().err == translate(KEY, lang) + "\n"


@every_kind
@both_languages
def test_an_address_for_programs(served, kind, lang):
    answer = served.test_client().get(f"/api/x?lang={lang.value}")
    assert (answer.status_code, answer.json) == (kind.http_status, {"error": said(kind, lang)})


@every_kind
@both_languages
def test_a_page_without_scripts(served, kind, lang):
    answer = served.test_client().get(f"/x?lang={lang.value}", headers={"Accept": "text/html"})
    assert answer.status_code == kind.http_status
    assert f"<h1>{translate(kind.banner, lang)}</h1><p>{said(kind, lang)}</p>" in answer.text
    assert f"<title>{translate(kind.banner, lang)} · " in answer.text


@every_kind_of_the_persons
@both_languages
def test_a_page_that_dash_lays_out(ctx, kind, lang):
    page = Page(key="x", path="/x", title="ui.title", permission=PUBLIC, layout=raising(kind).layout)
    shown, title = router.lay_out(ctx, page, View(lang=lang), {}, None)
    assert title == translate(kind.banner, lang)
    assert f"<h1>{title}</h1><p>{said(kind, lang)}</p>" in html_markup(shown)


@both_languages
def test_a_page_that_is_not_the_visitors_is_no_unknown_address(ctx, lang):
    page = Page(key="x", path="/x", title="ui.title", permission=Permission.SEE_AREA, layout=raising(NotFound).layout)
    shown, title = router.lay_out(ctx, page, View(lang=lang), {}, None)
    assert title == translate(Forbidden.banner, lang)
    assert translate("door.not_for_you", lang) in html_markup(shown)


@every_kind_of_the_persons
@both_languages
def test_an_act(served, kind, lang):
    with served.test_client() as client:
        answer = client.post(f"/x?lang={lang.value}")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/x?back")
        assert [tuple(each) for each in session["_flashes"]] == [(REFUSED, translate(KEY, lang))]
        assert get_flashed_messages(category_filter=[DONE]) == []


def test_a_sentence_can_be_written_whatever_it_quotes():
    assert UserError("door.bad_value", name="find", value="a\ud800\nb").to_sentence("zh").encode() != b""
    assert "a? b" in UserError("door.bad_value", name="find", value="a\ud800\nb").to_sentence("en")
