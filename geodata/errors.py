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
        # what a file holds may have line ends; a sentence has none
        return " ".join(said.splitlines())

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


class Rejected(UserError):
    """A file was refused as a whole; nothing of it was loaded."""

    exit_code = 5
    http_status = 422
    banner = "banner.rejected"
