"""The tree of errors a person may be shown; anything else is a bug."""

from __future__ import annotations

from geodata.locale import Lang, read_catalogue, translate


class GridError(Exception):
    """Base of every error this project raises on purpose.

    Made either from a catalogue key and its values, so that each surface says it in its own language, or from a
    sentence that is already said. A class tells how each surface ends: the command line with ``exit_code``, an address
    with ``http_status``, a page under the heading ``banner`` (a catalogue key).
    """

    exit_code = 1
    http_status = 500
    banner = "banner.broken"

    def __init__(self, text: str, /, **values: object) -> None:
        super().__init__(text)
        self.text = text
        self.values = values

    def to_sentence(self, lang: Lang | str = Lang.ZH) -> str:
        """What to tell the person: where, what, how to mend.

        Parameters
        ----------
        lang
            The language wanted; a text that is no catalogue key stands as it is.

        Returns
        -------
        sentence
            Without line ends.
        """
        said = translate(self.text, lang, **self.values) if self.text in read_catalogue(Lang(lang)) else self.text
        # what files and addresses hold may have line ends, or half a sign that nothing can write; a sentence has none
        return " ".join(said.splitlines()).encode("utf-8", "replace").decode()

    def __str__(self) -> str:
        return self.to_sentence()


class UserError(GridError):
    """Something the person can mend: one sentence saying where, what and how."""

    exit_code = 2
    http_status = 400
    banner = "banner.not_done"


class NotFound(UserError):
    """A unit, subject or indicator that is not there (or not in force on that day)."""

    exit_code = 3
    http_status = 404
    banner = "banner.not_found"
    is_open = False
    """Whether pages may say what is missing; else all they say is the same whatever was asked for."""

    @classmethod
    def told_openly(cls, text: str, /, **values: object) -> NotFound:
        """The error for what lies in no place, or in one that whoever asks does see: a rule, a file that was lost.

        Parameters
        ----------
        text
            Catalogue key of the sentence.
        **values
            Name of a place of the sentence → what stands there.

        Returns
        -------
        error
            To be raised.
        """
        found = cls(text, **values)
        found.is_open = True
        return found


class Forbidden(UserError):
    """Something the person may not see or do; one sentence says what is open instead."""

    exit_code = 6
    http_status = 403
    banner = "banner.refused"


class SetupError(GridError):
    """The machine lacks something the program needs; the sentence says what to install."""

    exit_code = 4
    http_status = 503
    banner = "banner.not_ready"


class Unavailable(GridError):
    """What the program stands on is away for a moment; the same again in some seconds may well be done."""

    exit_code = 75
    http_status = 503
    banner = "banner.unavailable"


class Rejected(UserError):
    """A file was refused as a whole; nothing of it was loaded."""

    exit_code = 5
    http_status = 422
    banner = "banner.rejected"
