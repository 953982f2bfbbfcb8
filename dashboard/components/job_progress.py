"""How far a job is, on whichever page waits for it."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components.html_markup import Tag
from dashboard.request.view import View
from geodata.jobs.job_list import JobLine
from geodata.locale import Lang, label_of, translate
from geodata.vocabulary import JobState

AGAIN_SECONDS = 2
TONES = {JobState.DONE: "ok", JobState.FAILED: "danger", JobState.STOPPED: "mute"}


def looked_at_again() -> Component:
    """What makes a page without scripts look again by itself.

    Returns
    -------
    mark
        For as long as something on the page is not over.
    """
    return Tag("meta", **{"http-equiv": "refresh", "content": str(AGAIN_SECONDS)})


def job_progress(view: View, job: JobLine) -> Component:
    """State and words of a job, with a bar while it is open.

    Parameters
    ----------
    view
        Language, as the address says it.
    job
        As it stands.

    Returns
    -------
    progress
        Read out by a screen reader when it changes.
    """
    lang = view.lang
    inside: list[Component] = [html.P([job_state(job, lang), " ", job_words(job, lang)], role="status")]
    if job.is_open:
        # without steps it is a bar that only says: at work
        share = {"value": str(job.items_done), "max": str(job.items_all)} if job.items_all else {}
        inside.append(html.Progress(**share, **{"aria-label": translate("ui.job.progress", lang)}))
    return html.Div(inside)


def job_state(job: JobLine, lang: Lang) -> Component:
    """Where a job stands, in its tone.

    Parameters
    ----------
    job
        As it stands.
    lang
        Language of the words.

    Returns
    -------
    state
        A word.
    """
    words = translate("ui.job.stopping", lang) if job.is_open and job.is_stopping else label_of(job.state, lang)
    return html.Span(words, className=TONES.get(job.state, "warn"))


def job_words(job: JobLine, lang: Lang) -> str:
    """What a job does now, or what came of it.

    Parameters
    ----------
    job
        As it stands.
    lang
        Language of the words.

    Returns
    -------
    words
        A dash where there is nothing to tell.
    """
    if job.is_unattended:
        return translate("ui.job.unattended", lang)
    said = job.step if job.is_open else job.outcome
    words = said.to_words(lang) if said else ""
    count = f"{job.items_done}/{job.items_all}" if job.is_open and job.items_all else ""
    return " ".join(part for part in (count, words) if part) or "—"
