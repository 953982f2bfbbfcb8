"""What the browser told about the machine it runs on, and what follows for the drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geodata.errors import UserError
from layers.camera import Viewport
from layers.palette import PROJECTOR_SCALE

WIDE = 1600
PHONE = 820
OFFICE_WIDE_SCALE = 1.15
"""The stylesheet's own breakpoints and scale (``20_grid.css``): map texts grow with the page's."""
SCALES = (1.0, OFFICE_WIDE_SCALE, PROJECTOR_SCALE)
"""Every scale there is."""


@dataclass(frozen=True)
class Client:
    """Window size in CSS pixels, and whether maps can be drawn with WebGL2; unknown things keep the office default."""

    width: int = 1366
    height: int = 768
    webgl: bool = True

    @classmethod
    def parse(cls, said: object) -> Client:
        """The machine the browser described; anything unreadable keeps its default.

        Parameters
        ----------
        said
            ``width`` and ``height`` in CSS pixels, each from 200 to 20000; ``webgl``. Anything may come.

        Returns
        -------
        client
            Never an error.
        """
        told: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
        width, height = told.get("width"), told.get("height")
        return cls(
            width=int(width) if isinstance(width, int | float) and 200 <= width <= 20000 else cls.width,
            height=int(height) if isinstance(height, int | float) and 200 <= height <= 20000 else cls.height,
            webgl=told.get("webgl") is not False,
        )

    @classmethod
    def from_args(cls, asked: Mapping[str, str]) -> Client:
        """The machine an address describes.

        Parameters
        ----------
        asked
            Its parameters, decoded: ``width`` and ``height`` in CSS pixels, ``webgl`` as ``true`` or ``false``;
            each may be missing.

        Returns
        -------
        client
            A size no window has keeps its default.

        Raises
        ------
        UserError
            A value cannot be meant.
        """
        told: dict[str, Any] = {
            name: _read_pixels(name, asked[name]) for name in ("width", "height") if asked.get(name)
        }
        said = asked.get("webgl") or "true"
        if said not in ("true", "false"):
            raise UserError("door.bad_value", name="webgl", value=said[:60])
        return cls.parse(told | {"webgl": said == "true"})

    def screen_scale(self, theme: str) -> float:
        """How much larger than on an office screen everything is.

        Parameters
        ----------
        theme
            ``light`` or ``dark``, which stands for a projector.

        Returns
        -------
        factor
            1 on windows narrower than ``WIDE``.
        """
        if self.width < WIDE:
            return 1.0
        return PROJECTOR_SCALE if theme == "dark" else OFFICE_WIDE_SCALE

    def map_viewport(self, theme: str) -> Viewport:
        """The map's pane on the one map: what the window leaves beside the column and under the bar.

        Parameters
        ----------
        theme
            ``light`` or ``dark``; see ``screen_scale``.

        Returns
        -------
        viewport
            CSS pixels, with the room to leave free at its sides.
        """
        scale = self.screen_scale(theme)
        if self.width <= PHONE:
            return Viewport(self.width - 16, round(self.height * 0.58), 56, 16, 36, 16)
        column = 384 if self.width <= 1280 else 452
        wide, tall = self.width - round((column + 14 + 36) * scale), self.height - round((52 + 28) * scale)
        return Viewport(wide, tall, round(24 * scale), 40, round(72 * scale), round(276 * scale))


def read_scale(said: str | None) -> float:
    """A factor of letters and pictures, as an address says it.

    Parameters
    ----------
    said
        One of ``SCALES``; nothing: 1.

    Returns
    -------
    factor
        As ``screen_scale`` gives it.

    Raises
    ------
    UserError
        There is no such scale.
    """
    found = next((each for each in SCALES if f"{each:g}" == (said or "1")), None)
    if found is None:
        raise UserError("door.bad_value", name="scale", value=str(said)[:60])
    return found


def _read_pixels(name: str, said: str) -> int:
    if not (said.isascii() and said.isdecimal() and len(said) < 6):
        raise UserError("door.bad_value", name=name, value=said[:60])
    return int(said)
