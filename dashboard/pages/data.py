"""``/data``: the place where files come in, and the batches that can be taken back."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import notice
from dashboard.components.account import plain_frame
from dashboard.components.shell import Crumb
from dashboard.data import keep_panels, panels
from dashboard.desk import Desk
from dashboard.page import Audience, Page
from dashboard.view import View
from geodata import batches
from geodata.words import say

MOST = 40


def layout(desk: Desk, view: View) -> Component:
    """The whole page."""
    found = desk.look(batches.batches, MOST)
    upload = panels.upload(view, desk.settings.upload_mb)
    inside = [*notice.told(), upload, keep_panels.kept_list(view), panels.batch_list(view, found)]
    body = html.Main(html.Div(inside, className="broad"))
    return plain_frame(view, "/data", [Crumb(say("data.title", view.lang))], body, desk.visitor)


PAGE = Page(key="data", path="/data", title="data.title", order=0, audience=Audience.STEWARD, layout=layout, plain=True)
