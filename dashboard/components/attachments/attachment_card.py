"""What is attached to a visit or work item, with what may be done about it; small pictures for other pages."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component
from flask_wtf.csrf import generate_csrf

from dashboard.components import forms
from dashboard.components.cards import card
from dashboard.components.html_markup import Tag
from dashboard.request.context import AppContext
from dashboard.request.view import View
from geodata.attachments.attachment_list import Attachment, Owner, list_attachments, may_attach
from geodata.file_type import ENDINGS, MEDIA_TYPES
from geodata.locale import Lang, label_of, translate

MOST_FILES = 10
"""Files that may go up at once."""


def attachment_card(ctx: AppContext, view: View, owner: Owner) -> Component:
    """The attachments of a visit or item, the newest last, on a page without scripts.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Language and theme, as the address says them.
    owner
        The visit or item.

    Returns
    -------
    card
        With the forms that add and remove where the visitor may; they are not printed.
    """
    lang = view.lang
    found: Sequence[Attachment] = ctx.query(list_attachments, owner)
    allowed = ctx.query(may_attach, owner)
    inside: list[Component] = [html.Ul([_entry(each, view, allowed) for each in found], className="attached")]
    if not found:
        inside = [html.P(translate("ui.attachment.none", lang), className="none")]
    if allowed:
        inside.append(_adding(ctx, view, owner))
    return card(translate("ui.attachment.title", lang), *inside, beside=str(len(found) or ""))


def small_pictures(attached: Sequence[Attachment], page: str, lang: Lang) -> Component:
    """The first few photographs and the number of all, as a link to where they stand.

    Parameters
    ----------
    attached
        Of one visit or item.
    page
        Address of the page that shows them all.
    lang
        Language of the words.

    Returns
    -------
    link
        Also without any: attaching begins there.
    """
    words = translate("ui.attachment.count" if attached else "ui.attachment.open", lang, n=len(attached))
    photos = [_picture(each, lang) for each in attached if each.is_photo][:4]
    return html.A([*photos, html.Span(words)], href=page, className="attached-few")


def _entry(each: Attachment, view: View, allowed: bool) -> Component:
    lang = view.lang
    told = [f"{label_of(each.file_type, lang)} · {_size(each.size_bytes)}", *_photo_words(each, lang)]
    told.append(translate("ui.attachment.added", lang, at=f"{each.added_at:%Y-%m-%d %H:%M}", who=each.added_by))
    face = _picture(each, lang) if each.is_photo else html.Span("PDF", className="no-picture")
    ways = [_download(each, translate("ui.attachment.download", lang), "button")]
    words = [_download(each, each.file_name, "name"), *(html.Div(line, className="mute") for line in told)]
    if allowed:
        ways.append(_removing(each, view))
    return html.Li([_download(each, face, "face"), html.Div([*words, html.Div(ways, className="acts")])])


def _photo_words(each: Attachment, lang: Lang) -> list[str]:
    """Time and place of a photograph; that they were taken out is said too."""
    if each.is_stripped:
        return [translate("ui.attachment.stripped", lang)]
    taken = f"{each.taken_at:%Y-%m-%d %H:%M}" if each.taken_at else ""
    place = f"{each.lon:.5f}, {each.lat:.5f}" if each.lon is not None else ""
    words = [translate("ui.attachment.taken", lang, at=taken)] if taken else []
    return words + ([translate("ui.attachment.place", lang, place=place)] if place else [])


def _download(each: Attachment, inside: object, kind: str) -> Component:
    return html.A(inside, href=f"/attachments/{each.number}", className=kind, download=each.file_name)


def _picture(each: Attachment, lang: Lang) -> Component:
    alt = translate("ui.attachment.picture", lang, name=each.file_name)
    return html.Img(src=f"/attachments/{each.number}/thumb", alt=alt, height="96")


def _size(size: int) -> str:
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{max(1, size // 2**10)} KB"


def _removing(each: Attachment, view: View) -> Component:
    lang = view.lang
    reason = forms.labelled_field(
        f"reason-{each.number}", translate("ui.attachment.reason", lang), maxlength="200", autoComplete="off"
    )
    form = forms.action_form(
        view, f"/attachments/{each.number}/remove", reason, button=translate("ui.attachment.remove", lang)
    )
    return html.Details([html.Summary(translate("ui.attachment.remove", lang)), form], className="unprinted")


def _adding(ctx: AppContext, view: View, owner: Owner) -> Component:
    lang, most = view.lang, ctx.settings.attachment_mb
    endings = [ending for each in ENDINGS.values() for ending in each]
    chosen = Tag("input", type="file", name="file", id="field-file", required=True, multiple="multiple",
                 accept=",".join([*MEDIA_TYPES.values(), *endings]))  # fmt: skip
    label = html.Label(translate("ui.attachment.choose", lang, mb=most, most=MOST_FILES), htmlFor="field-file")
    fields = [
        forms.hidden_field("csrf_token", generate_csrf()),
        forms.hidden_field("visit", owner.visit_no or ""),
        forms.hidden_field("item", owner.item_no or ""),
        html.Div([label, chosen], className="drop"),  # type: ignore[list-item]
        forms.tick_box("strip", translate("ui.attachment.strip", lang)),
        forms.submit_button(translate("ui.attachment.add", lang)),
    ]
    return html.Form(
        fields,
        method="post",
        action=view.link_to("/attachments/add"),
        encType="multipart/form-data",
        className="form unprinted",
    )
