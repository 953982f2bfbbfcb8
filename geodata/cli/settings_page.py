"""The page ``docs/settings.md``: every setting with its default and meaning; see ``make docs``."""

from __future__ import annotations

from pathlib import Path

from pydantic.fields import FieldInfo

from geodata.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"

HEAD = """\
# Settings

Set in the environment before `make run` or any command. This page is generated (`make docs`).

| variable | default | meaning |
|---|---|---|
"""


def render_page() -> str:
    """The page's text, one row per field of ``Settings`` in the order they are declared.

    Returns
    -------
    text
        Markdown, a table; a field without a default shows a dash.
    """
    rows = (
        f"| `{environment_variable(name, field)}` | {_shown(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    )
    return HEAD + "\n".join(rows) + "\n"


def environment_variable(name: str, field: FieldInfo) -> str:
    """The environment variable that sets a field.

    Parameters
    ----------
    name
        The field's name in ``Settings``.
    field
        The field; its own alias, a text, goes before the name.

    Returns
    -------
    variable
        In capitals, with the prefix of all settings unless the field has an alias.
    """
    alias = field.validation_alias
    return alias if isinstance(alias, str) else f"{Settings.model_config['env_prefix']}{name}".upper()


def _shown(field: FieldInfo) -> str:
    return "–" if field.default in (None, "") else f"`{field.default}`"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(render_page(), encoding="utf-8")
