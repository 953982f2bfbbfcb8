"""How every act of a form ends: what came of it is told once, on the next page, as a status or as an alert."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import flash, redirect
from werkzeug.wrappers import Response

from dashboard.request.json_reply import asked_language
from geodata.errors import UserError
from geodata.locale import translate

DONE, REFUSED = "done", "refused"
"""The two sorts of a sentence that is told on the next page (``components.notices.act_notices``)."""


@dataclass
class Act:
    """An act under way; once it is over, ``response`` is what the browser gets."""

    address: str
    sentences: list[str] = field(default_factory=list)
    answer: Response | None = None
    response: Response = field(init=False)

    def tell_done(self, key: str, /, **values: object) -> None:
        """Tell a success by a catalogue key, its places filled.

        Parameters
        ----------
        key
            Catalogue key of the sentence.
        **values
            Name of a place → what stands there.
        """
        self.tell_sentence(translate(key, asked_language(), **values))

    def tell_sentence(self, sentence: str) -> None:
        """Tell a success by a sentence that is already said.

        Parameters
        ----------
        sentence
            In the language of the request.
        """
        self.sentences.append(sentence)

    def go_to(self, address: str) -> None:
        """Lead to another page than the one before, unless something is refused.

        Parameters
        ----------
        address
            Path with its search string, of this server.
        """
        self.address = address

    def answer_with(self, answer: Response) -> None:
        """Answer with a page instead of a redirect, unless something is refused: for what is shown once.

        Parameters
        ----------
        answer
            The page; sentences told stay for the next one.
        """
        self.answer = answer


@contextmanager
def redirect_after(back: str) -> Iterator[Act]:
    """Do an act, tell what came of it, and answer 303 either way.

    A ``UserError`` inside the block is told as an alert, nothing else is; the error has undone the
    act's transaction on its way here. Any other error goes on to where errors become pages.

    Parameters
    ----------
    back
        Address of the page the form stands on; a refusal always leads there.

    Yields
    ------
    act
        Takes what there is to tell; its ``response`` is there after the block.
    """
    act = Act(back)
    try:
        yield act
    except UserError as refused:
        flash(refused.to_sentence(asked_language()), REFUSED)
        act.response = redirect(back, 303)
    else:
        for sentence in act.sentences:
            flash(sentence, DONE)
        act.response = act.answer or redirect(act.address, 303)
