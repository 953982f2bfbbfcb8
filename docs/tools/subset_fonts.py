"""Makes the bundled "Grid Sans": subsets of Noto Sans CJK SC, cut into slices a page loads only when it needs them.

Run ``PYTHONPATH=. python docs/tools/subset_fonts.py`` on a machine with Debian's fonts-noto-cjk after the catalogues
have changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

from geodata.locale import Lang, read_catalogue

SOURCE = Path("/usr/share/fonts/opentype/noto")
ASSETS = Path(__file__).parents[2] / "dashboard" / "app" / "assets"
SLICES = 6
_SIGNS = "\u00a0\u2009\u202f·×÷±–—‘’“”…‰′″→←↑↓≤≥≠✓✗▶⏸‹›☑☐，。；：！？（）【】《》、〔〕「」％＋－／～　①②③④⑤⑥⑦⑧⑨⑩℃㎡"
_ALWAYS = "".join(map(chr, range(0x20, 0x7F))) + _SIGNS
_NAMES = (
    "白山市浑江区新建通沟东兴红旗城南江北河口板石旱沟六道江七道江红土崖三道沟街道镇村社区"
    "甲乙丙丁戊己庚辛壬癸赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
)


def core() -> set[str]:
    """Every character of both catalogues, of the demonstration's place names, and Latin with its signs."""
    words = "".join("".join(read_catalogue(lang).values()) for lang in Lang)
    return set(words) | set(_NAMES) | set(_ALWAYS)


def common_hanzi() -> set[str]:
    """The 3755 hanzi of GB 2312 level 1 (rows 16 to 55)."""
    pairs = (bytes((row + 0xA0, cell + 0xA0)) for row in range(16, 56) for cell in range(1, 95))
    return {pair.decode("gb2312", errors="ignore") for pair in pairs} - {""}


def face(weight: str) -> TTFont:
    """The Simplified Chinese face of one weight out of Debian's collection."""
    collection = TTCollection(SOURCE / f"NotoSansCJK-{weight}.ttc", lazy=True)
    return next(font for font in collection.fonts if font["name"].getDebugName(1).startswith("Noto Sans CJK SC"))


def cut(weight: str, characters: Iterable[str], name: str) -> str:
    """Write one slice into the assets and return its ``unicode-range``."""
    font = face(weight)
    codes = sorted(set(map(ord, characters)) & set(font.getBestCmap()))
    options = subset.Options(flavor="woff2", layout_features=["kern", "palt", "tnum", "locl"], hinting=False)
    options.name_IDs = [0, 1, 2, 4, 13, 14]
    options.desubroutinize = True
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(font)
    subset.save_font(font, str(ASSETS / "fonts" / f"{name}.woff2"), options)
    return _ranges(codes)


def _ranges(codes: list[int]) -> str:
    runs: list[list[int]] = []
    for code in codes:
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return ",".join(f"U+{low:X}" if low == high else f"U+{low:X}-{high:X}" for low, high in runs)


def _rule(family: str, weight: str, installed: tuple[str, ...], name: str, ranges: str) -> str:
    """One @font-face: the machine's own copy of the same design first, then ours."""
    ours = f'url("/assets/fonts/{name}.woff2") format("woff2")'
    sources = ",".join([*(f'local("{known}")' for known in installed), ours])
    look = f'font-family:"{family}";font-weight:{weight};font-display:swap'
    return f"@font-face{{{look};src:{sources};unicode-range:{ranges}}}"


def main() -> None:
    """Cut all slices and write ``assets/05_fonts.css``; the other names are those that map texts ask for."""
    (ASSETS / "fonts").mkdir(parents=True, exist_ok=True)
    near, rest = core(), sorted(common_hanzi() - core())
    plain = ("Noto Sans CJK SC", "NotoSansCJKsc-Regular", "Source Han Sans SC", "SourceHanSansSC-Regular")
    bold = ("Noto Sans CJK SC Bold", "NotoSansCJKsc-Bold", "Source Han Sans SC Bold", "SourceHanSansSC-Bold")
    rules = []
    ranges = cut("Regular", near, "grid-sans")
    rules += [_rule(family, "400", plain, "grid-sans", ranges) for family in ("Grid Sans", "Open Sans Regular")]
    ranges = cut("Bold", near, "grid-sans-bold")
    rules += [_rule(family, "700", bold, "grid-sans-bold", ranges) for family in ("Grid Sans", "Grid Sans Bold")]
    step = -(-len(rest) // SLICES)
    for number in range(SLICES):
        name = f"grid-sans-{number + 1}"
        ranges = cut("Regular", rest[number * step : (number + 1) * step], name)
        rules += [_rule("Grid Sans", "400", plain, name, ranges), _rule("Grid Sans", "700", bold, name, ranges)]
    header = (
        '/* "Grid Sans": subsets of Noto Sans CJK SC, SIL Open Font License 1.1;'
        " written by docs/tools/subset_fonts.py */\n"
    )
    (ASSETS / "05_fonts.css").write_text(header + re.sub(r"\}", "}\n", "".join(rules)), encoding="utf-8")


if __name__ == "__main__":
    main()
