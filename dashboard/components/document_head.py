"""What every document says in its head: the language, the theme's colours."""

from __future__ import annotations

from geodata.locale import Lang
from layers.palette import css_variables

HTML_LANG = {Lang.ZH: "zh-CN", Lang.EN: "en"}

_PAPER = f"@media print {{ :root, :root[data-theme=dark] {{ {css_variables('light')} }} }}"
TOKENS = f"""<style>:root {{ {css_variables("light")} }} :root[data-theme=dark] {{ {css_variables("dark")} }} {_PAPER}
</style>"""
"""The design tokens as CSS variables, before the stylesheet that uses them."""
