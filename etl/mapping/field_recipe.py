"""A field's text, made from the columns of an outside file as its mapping says; each distinct text is made once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime

import numpy as np
import pandas as pd

from etl.kinds.cell_text import clean_text, is_uncalculated, respell_cell, whole_text
from etl.mapping.mapping_file import FieldMapping
from etl.recognise.headings import fold_heading

_DIGEST_SIGNS = 20


def make_texts(recipe: FieldMapping, cells: pd.DataFrame, places: tuple[int, ...]) -> pd.Series:
    """The texts of a field for each row of ``cells`` (None: nothing said).

    What a step cannot do (no such part, no date of that form) leaves the text as it was, so that the field's own parser
    tells the person what is wrong with it.

    Parameters
    ----------
    recipe
        How the field is made.
    cells
        Texts or None in columns 0, 1, …, index row number.
    places
        The columns it is made of, in the order they are joined; none: of no column.

    Returns
    -------
    texts
        Index of ``cells``.
    """
    if recipe.value is not None or not places:
        return pd.Series(recipe.value if recipe.value is not None else recipe.default, cells.index, dtype=object)
    if recipe.untouched:
        # the field's parser cleans it as it cleans any cell; cleaned twice, an apostrophe before a sign would be lost
        return cells[places[0]]
    given = cells[places[0]] if len(places) == 1 else _joined(cells, places, recipe.by)
    positions, distinct = pd.factorize(given, use_na_sentinel=True)
    step = _steps(recipe)
    outcome = np.empty(len(distinct) + 1, dtype=object)
    outcome[:-1] = [step(text) for text in distinct]
    # a blank cell is the last place, which -1 finds
    outcome[-1] = recipe.default
    return pd.Series(outcome[positions], cells.index, dtype=object)


def _joined(cells: pd.DataFrame, places: tuple[int, ...], by: str) -> pd.Series:
    columns = [cells[place].tolist() for place in places]
    rows = (
        by.join(filter(None, (whole_text(text) for text in row if isinstance(text, str))))
        for row in zip(*columns, strict=True)
    )
    return pd.Series([row or None for row in rows], cells.index, dtype=object)


def _steps(recipe: FieldMapping) -> Callable[[str], str | None]:
    """The function from one text to another, in the order the keys of ``FieldMapping`` stand in."""
    blank = {fold_heading(each) for each in recipe.blank}
    words = {fold_heading(key): said for key, said in recipe.dictionary.items()}

    def make(raw: str) -> str | None:
        # a formula without a result stays one: the parser tells
        text = raw if is_uncalculated(raw) else whole_text(raw)
        if not text or fold_heading(clean_text(text)) in blank:
            return recipe.default
        text = respell_cell(_cut(recipe, text), recipe.replace)
        text = getattr(text, recipe.case)() if recipe.case else text
        if words:
            text = words.get(fold_heading(clean_text(text)), text if recipe.otherwise is None else recipe.otherwise)
        text = _shaped(recipe, text.strip())
        return f"{recipe.prefix}{text}{recipe.suffix}" if text else recipe.default

    return make


def _cut(recipe: FieldMapping, text: str) -> str:
    if recipe.split is not None:
        pieces = text.split(recipe.split)
        at = recipe.part - 1 if recipe.part > 0 else recipe.part
        text = pieces[at].strip() if -len(pieces) <= at < len(pieces) else text
    if recipe.regex is not None and (found := re.search(recipe.regex, text)):
        text = (found[1] if found.re.groups else found[0]) or ""
    return text


def _shaped(recipe: FieldMapping, text: str) -> str:
    for form in recipe.dates:
        try:
            text = datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 - only its day is kept
            break
        except ValueError:
            continue
    if recipe.pad and text.isdigit():
        text = text.zfill(recipe.pad)
    if recipe.code:
        text = re.sub(r"\s+", "_", text)
    if recipe.digest and text:
        text = hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_SIGNS]
    return text
