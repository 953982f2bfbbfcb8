"""What ``/jobs`` shows: the list, and one job with how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dash import html
from dash.development.base_component import Component

from dashboard.components import forms
from dashboard.components.cards import card, html_table
from dashboard.components.job_progress import job_progress, job_state, job_words
from dashboard.components.list_pages import ListPage, page_links
from dashboard.request.view import View
from geodata.accounts.visitor import Visitor
from geodata.jobs.job_list import JobLine
from geodata.locale import Lang, read_catalogue, translate
from geodata.permissions import Permission, is_permitted


def job_table(view: View, me: Visitor | None, jobs: Sequence[JobLine], page: ListPage) -> Component:
    """The list of jobs, each with its state, how far it is or what came of it, and the way to stop it.

    Parameters
    ----------
    view
        Language, as the address says it.
    me
        Whoever looks.
    jobs
        In the order they are shown in.
    page
        The page of the list they stand on.

    Returns
    -------
    card
        Kind and number of a job lead to its own page; whoever sees after jobs can have attachments tidied.
    """
    lang = view.lang
    heads = [translate(f"jobs.{name}", lang) for name in ("what", "who", "told", "state", "asked", "took", "do")]
    rows = [_row(view, me, each) for each in jobs]
    found = html.Div(html_table(heads, rows, translate("jobs.title", lang), lang, stacked=True), className="stack")
    tidying = forms.action_form(view, "/jobs/tidy", button=translate("jobs.tidy", lang))
    allowed = me is not None and is_permitted(me.roles, Permission.SEE_JOBS)
    return card(
        translate("jobs.title", lang), found, *([tidying] if allowed else []), beside=page_links(view, "/jobs", page)
    )


def _row(view: View, me: Visitor | None, job: JobLine) -> list[object]:
    lang = view.lang
    what = html.A(f"{kind_words(job.kind, lang)} {job.number}", href=view.link_to(f"/jobs/{job.number}"))
    stop: object = _stop(view, job) if job.is_open and not job.is_stopping else "—"
    return [
        what,
        name_owner(job, me),
        job_words(job, lang),
        job_state(job, lang),
        _at(job.asked_at),
        _took(job, lang),
        stop,
    ]


@dataclass(frozen=True)
class Onward:
    """Where what came of a job is looked at, or saved."""

    address: str
    is_file: bool = False


def job_card(view: View, me: Visitor | None, job: JobLine, onward: Onward | None) -> Component:
    """One job: how far it is, or what came of it and where to look at that.

    Parameters
    ----------
    view
        Language, as the address says it.
    me
        Whoever looks.
    job
        As it stands.
    onward
        Where what came of it is; None where nothing did.

    Returns
    -------
    card
        Read out by a screen reader when it changes.
    """
    lang = view.lang
    facts = html.Dl(
        [
            part
            for name, shown in (
                ("who", name_owner(job, me)),
                ("asked", _at(job.asked_at)),
                ("took", _took(job, lang)),
            )
            for part in (html.Dt(translate(f"jobs.{name}", lang)), html.Dd(shown))
        ]
    )
    way = _onward(view, onward) if onward else None
    if job.is_open:
        way = None if job.is_stopping else _stop(view, job)
    return card(
        kind_words(job.kind, lang),
        job_progress(view, job),
        facts,
        html.Div(way, className="form row"),
        beside=str(job.number),
    )


def name_owner(job: JobLine, me: Visitor | None) -> str:
    """Whose a job is, by name where the reader may know it.

    Parameters
    ----------
    job
        As it stands.
    me
        Whoever looks; one's own name is no secret.

    Returns
    -------
    name
        Else the login.
    """
    return me.name if me is not None and me.login == job.login else job.name or job.login


def kind_words(kind: str, lang: Lang) -> str:
    """What a kind of job is called.

    Parameters
    ----------
    kind
        Key of the kind.
    lang
        Language of the words.

    Returns
    -------
    words
        The key itself for a kind this version does not know.
    """
    key = f"job.{kind}.name"
    return translate(key, lang) if key in read_catalogue(lang) else kind


def _onward(view: View, onward: Onward) -> Component:
    words = translate("jobs.save" if onward.is_file else "jobs.onward", view.lang)
    return html.A(words, href=view.link_to(onward.address), className="button")


def _stop(view: View, job: JobLine) -> Component:
    return forms.action_form(view, f"/jobs/{job.number}/stop", button=translate("jobs.stop", view.lang))


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _took(job: JobLine, lang: Lang) -> str:
    """To a tenth below a minute: most jobs are shorter."""
    if job.took is None:
        return "—"
    seconds = max(0.0, job.took.total_seconds())
    return translate("jobs.seconds", lang, n=f"{seconds:.1f}") if seconds < 60 else str(timedelta(seconds=int(seconds)))
