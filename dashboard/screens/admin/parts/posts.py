"""Posts of units: who holds which now or soon; give one, end one. What an account opens follows from this list."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import forms
from dashboard.components.cards import card, table
from dashboard.components.html_markup import Tag
from dashboard.request.context import Desk
from dashboard.request.view import View
from dashboard.screens.admin.admin_part import Part, Said, Told, act, search
from dashboard.screens.admin.view_model import units_and_people
from geodata.calendar import day_of, today
from geodata.errors import UserError
from geodata.locale import Lang, label, say
from geodata.responsibility import posts
from geodata.responsibility.posts import UNIT_ROLES, Post
from geodata.vocabulary import Role


def body(desk: Desk, view: View) -> list[Component | None]:
    """The list with its search, and the form for a new post."""
    lang = view.lang
    heads = [say(f"admin.posts.{name}", lang) for name in ("place", "role", "name", "since", "until", "do")]
    found = desk.look(posts.posts, desk.day(view), view.find or "")
    listed = table(heads, [_row(post, view) for post in found], heads[0], lang)
    return [
        card(say("admin.posts.new", lang), _new(desk, view)),
        card(say("admin.posts.title", lang), search(view, "posts"), listed, beside=len(found)),
    ]


def _row(post: Post, view: View) -> list[object]:
    lang = view.lang
    place = [post.unit_name or "", html.Span(f" {post.unit_code}", className="mute")]
    name = [html.B(post.name), html.Span(f" {post.person_no}", className="mute")]
    since = [html.Time(post.from_on.isoformat()), say("admin.posts.later", lang) if post.begins_later else ""]
    spoken = {"aria-label": say("admin.posts.until", lang)}
    last = Tag("input", type="date", name="last", value=today().isoformat(), **spoken)
    ending = act(view, "posts", "end", forms.hidden("post", post.post_no), last, button=say("admin.posts.end", lang))
    until = post.to_on or "—"
    return [place, label(post.role, lang), name, since, until, ending]


def _new(desk: Desk, view: View) -> Component:
    lang = view.lang
    units, people = desk.look(units_and_people)
    inside = [
        forms.field("person", say("admin.posts.person", lang), list="people", maxLength=64, autoComplete="off"),
        forms.choice("role", say("admin.posts.role", lang), [(role.value, label(role, lang)) for role in UNIT_ROLES]),
        forms.field("unit", say("admin.posts.unit", lang), list="units", maxLength=64, autoComplete="off"),
        forms.field("first", say("admin.posts.since", lang), kind="date", value=today().isoformat()),
        forms.field("last", say("admin.posts.until", lang), kind="date", required=False),
        forms.field("document", say("admin.posts.document", lang), required=False, maxLength=80),
        Tag("datalist", [Tag("option", row.name, value=row.person_no) for row in people], id="people"),
        Tag("datalist", [Tag("option", row.name, value=row.code) for row in units], id="units"),
    ]
    return act(view, "posts", "give", *inside, button=say("admin.posts.give", lang), soft=False)


def give(desk: Desk, said: Said, lang: Lang) -> Told:
    """Put somebody into a post."""
    role = said.get("role", "")
    if role not in set(UNIT_ROLES):
        raise UserError("admin.posts.no_role", role=role)
    first = day_of(said.get("first", ""))
    last = day_of(said["last"]) if said.get("last") else None
    person, unit = said.get("person", "").strip(), said.get("unit", "").strip()
    desk.change(posts.give, person, Role(role), unit, first, last, said.get("document", "").strip())
    return Told(say("admin.posts.given", lang, person=person, role=label(Role(role), lang), unit=unit, day=first))


def end(desk: Desk, said: Said, lang: Lang) -> Told:
    """Enter the last day of a post."""
    last = day_of(said.get("last", ""))
    desk.change(posts.end, said.get("post", ""), last)
    return Told(say("admin.posts.ended", lang, day=last))


PART = Part(
    key="posts",
    order=20,
    roles=frozenset({Role.ADMINISTRATOR, Role.SECTION_HEAD}),
    body=body,
    actions={"give": give, "end": end},
)
