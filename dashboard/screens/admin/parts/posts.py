"""Posts of units: who holds which now or soon; give one, end one. What an account opens follows from this list."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import forms
from dashboard.components.cards import card, html_table
from dashboard.components.html_markup import Tag
from dashboard.request.context import AppContext
from dashboard.request.view import View
from dashboard.screens.admin.admin_part import ActionResult, FormValues, Part, part_form, part_search
from dashboard.screens.admin.view_model import units_and_people
from geodata.calendar import day_of, today
from geodata.errors import UserError
from geodata.locale import Lang, label_of, translate
from geodata.permissions import Permission
from geodata.responsibility import posts
from geodata.responsibility.posts import UNIT_ROLES, Post
from geodata.vocabulary import Role


def posts_body(ctx: AppContext, view: View) -> list[Component | None]:
    """The list with its search, and the form for a new post.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        As-of day and the text looked for, as the address says them.

    Returns
    -------
    inside
        A card each; posts held on the day or beginning later.
    """
    lang = view.lang
    heads = [translate(f"admin.posts.{name}", lang) for name in ("place", "role", "name", "since", "until", "do")]
    found = ctx.query(posts.list_posts, ctx.as_of_day(view), view.find or "", view.lang)
    listed = html_table(heads, [_row(post, view) for post in found], heads[0], lang)
    return [
        card(translate("admin.posts.new", lang), _new(ctx, view)),
        card(translate("admin.posts.title", lang), part_search(view, "posts"), listed, beside=len(found)),
    ]


def _row(post: Post, view: View) -> list[object]:
    lang = view.lang
    place = [post.unit_name or "", html.Span(f" {post.unit_code}", className="mute")]
    name = [html.B(post.name), html.Span(f" {post.person_no}", className="mute")]
    since = [html.Time(post.from_on.isoformat()), translate("admin.posts.later", lang) if post.begins_later else ""]
    spoken = {"aria-label": translate("admin.posts.until", lang)}
    last = Tag("input", type="date", name="last", value=today().isoformat(), **spoken)
    ending = part_form(
        view, "posts", "end", forms.hidden_field("post", post.post_no), last, button=translate("admin.posts.end", lang)
    )
    until = post.to_on or "—"
    return [place, label_of(post.role, lang), name, since, until, ending]


def _new(ctx: AppContext, view: View) -> Component:
    lang = view.lang
    units, people = ctx.query(units_and_people)
    inside = [
        forms.labelled_field(
            "person", translate("admin.posts.person", lang), list="people", maxLength=64, autoComplete="off"
        ),
        forms.choice_field(
            "role", translate("admin.posts.role", lang), [(role.value, label_of(role, lang)) for role in UNIT_ROLES]
        ),
        forms.labelled_field(
            "unit", translate("admin.posts.unit", lang), list="units", maxLength=64, autoComplete="off"
        ),
        forms.labelled_field("first", translate("admin.posts.since", lang), kind="date", value=today().isoformat()),
        forms.labelled_field("last", translate("admin.posts.until", lang), kind="date", required=False),
        forms.labelled_field("document", translate("admin.posts.document", lang), required=False, maxLength=80),
        Tag("datalist", [Tag("option", row.name, value=row.person_no) for row in people], id="people"),
        Tag("datalist", [Tag("option", row.name, value=row.code) for row in units], id="units"),
    ]
    return part_form(view, "posts", "give", *inside, button=translate("admin.posts.give", lang), soft=False)


def enter_post(ctx: AppContext, said: FormValues, lang: Lang) -> ActionResult:
    """Put somebody into a post.

    Parameters
    ----------
    ctx
        The post is given on behalf of the visitor.
    said
        ``person`` (number), ``role``, ``unit`` (code), ``first`` and ``last`` (YYYY-MM-DD, both inclusive; no ``last``:
        open), ``document`` (may be empty).
    lang
        Language of the answer.

    Returns
    -------
    told
        Who holds what from when.

    Raises
    ------
    UserError
        A day cannot be read, the last lies before the first, the role is none of a unit's, the person or unit is not
        known or does not fit, or the post is held already.
    Forbidden
        The post is not the visitor's to give.
    """
    role = said.get("role", "")
    if role not in set(UNIT_ROLES):
        raise UserError("admin.posts.no_role", role=role)
    first = day_of(said.get("first", ""))
    last = day_of(said["last"]) if said.get("last") else None
    person, unit = said.get("person", "").strip(), said.get("unit", "").strip()
    ctx.execute(posts.give_post, person, Role(role), unit, first, last, said.get("document", "").strip())
    return ActionResult(
        translate("admin.posts.given", lang, person=person, role=label_of(Role(role), lang), unit=unit, day=first)
    )


def enter_last_day(ctx: AppContext, said: FormValues, lang: Lang) -> ActionResult:
    """Enter the last day of a post.

    Parameters
    ----------
    ctx
        The post is ended on behalf of the visitor.
    said
        ``post`` (number), ``last`` (YYYY-MM-DD, the last day in post, inclusive).
    lang
        Language of the answer.

    Returns
    -------
    told
        The day that was entered.

    Raises
    ------
    UserError
        The day cannot be read.
    NotFound
        There is no such post to end on that day, or it is not the visitor's to end.
    """
    last = day_of(said.get("last", ""))
    ctx.execute(posts.end_post, said.get("post", ""), last)
    return ActionResult(translate("admin.posts.ended", lang, day=last))


PART = Part(
    key="posts",
    order=20,
    permission=Permission.GIVE_POSTS,
    body=posts_body,
    actions={"give": enter_post, "end": enter_last_day},
)
