"""What all diagrams share: the sheet with its title, the style, the tip of an arrow."""

from collections.abc import Iterable
from textwrap import wrap
from typing import Final
from xml.sax.saxutils import escape, quoteattr

LINE: Final = 20
PAD: Final = 12
STYLE: Final = """<style>
text { font-family: "Noto Sans", "DejaVu Sans", Arial, sans-serif; font-size: 14px; fill: #1b2733; }
.title { font-size: 17px; font-weight: 600; }
.head { font-weight: 600; }
.who { fill: #31597f; }
.only { font-style: italic; fill: #7a4b00; }
.block { fill: #f2f6fa; stroke: #31597f; stroke-width: 1.5; }
.sometimes { fill: #fff8ea; stroke: #b07a1e; stroke-dasharray: 6 4; }
.way { fill: none; stroke: #31597f; stroke-width: 1.5; }
.tip { fill: #31597f; }
</style>"""
FINE: Final = """<style>
.small { font-size: 12px; }
.small.head { font-weight: 600; }
.topic { font-family: "Noto Sans Mono", "DejaVu Sans Mono", monospace; font-size: 11px; fill: #5a6b7b; }
.life { stroke: #a9bccd; stroke-width: 1; stroke-dasharray: 3 5; }
.behind { fill: #ffffff; }
.lane { fill: none; stroke: #c9d6e2; stroke-width: 1; }
.band { fill: #e6eef5; stroke: #c9d6e2; stroke-width: 1; }
.way.sometimes { fill: none; stroke: #b07a1e; }
.tip.sometimes { fill: #b07a1e; stroke: none; }
</style>"""


def heading(title: str, letters: int, left: int) -> tuple[list[str], int]:
    """The title's lines, and where what follows may begin."""
    lines = wrap(title, letters)
    parts = [text("title", left, PAD + (number + 1) * (LINE + 4) - 6, line) for number, line in enumerate(lines)]
    return parts, PAD + len(lines) * (LINE + 4) + PAD


def text(style: str, x: int, y: int, words: str, anchor: str = "") -> str:
    place = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text class="{style}" x="{x}" y="{y}"{place}>{escape(words)}</text>'


def sheet(title: str, width: int, height: int, parts: Iterable[str], style: str = STYLE) -> str:
    return "\n".join(
        (
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
                f'role="img" aria-label={quoteattr(title)}>'
            ),
            style,
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            *parts,
            "</svg>",
            "",
        )
    )
