"""A block diagram as SVG: blocks one below the other, a dashed one where a step is not always done."""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

_WIDTH: Final = 620
_LEFT, _BLOCK = 60, 500
_LINE: Final = 20
_PAD: Final = 12
_GAP: Final = 34
_LETTERS: Final = 58
_TITLE_LETTERS: Final = 46


class Block(NamedTuple):
    """`only` says when the step is done, if not always."""

    head: str
    who: str
    does: str
    only: str = ""

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Style class and text of each line."""
        only = [("only", each) for each in wrap(self.only, _LETTERS)]
        return [("head", self.head), ("who", self.who), *(("does", each) for each in wrap(self.does, _LETTERS)), *only]

    @property
    def height(self) -> int:
        return len(self.lines) * _LINE + 2 * _PAD


def draw(title: str, blocks: Sequence[Block]) -> str:
    heading = wrap(title, _TITLE_LETTERS)
    top = _PAD + len(heading) * (_LINE + 4) + _PAD
    parts = [
        f'<text class="title" x="{_LEFT}" y="{_PAD + (number + 1) * (_LINE + 4) - 6}">{escape(line)}</text>'
        for number, line in enumerate(heading)
    ]
    for number, block in enumerate(blocks):
        parts += _block(block, top)
        bottom = top + block.height
        if number < len(blocks) - 1:
            parts += _arrow(bottom, bottom + _GAP)
            if block.only:
                parts += _round(top - _GAP // 2, bottom + _GAP // 2)
        top = bottom + _GAP
    height = top - _GAP + _PAD
    return "\n".join(
        (
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
                f'role="img" aria-label={quoteattr(title)}>'
            ),
            _STYLE,
            f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
            *parts,
            "</svg>",
            "",
        )
    )


_STYLE: Final = """<style>
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


def _block(block: Block, top: int) -> Iterator[str]:
    kind = "block sometimes" if block.only else "block"
    yield f'<rect class="{kind}" x="{_LEFT}" y="{top}" width="{_BLOCK}" height="{block.height}" rx="6"/>'
    for number, (style, text) in enumerate(block.lines):
        y = top + _PAD + (number + 1) * _LINE - 6
        yield f'<text class="{style}" x="{_LEFT + _PAD}" y="{y}">{escape(text)}</text>'


def _arrow(top: int, bottom: int) -> Iterator[str]:
    x = _LEFT + _BLOCK // 2
    yield f'<path class="way" d="M {x} {top} V {bottom - 7}"/>'
    yield f'<path class="tip" d="M {x - 5} {bottom - 8} L {x + 5} {bottom - 8} L {x} {bottom} Z"/>'


def _round(top: int, bottom: int) -> Iterator[str]:
    """The way around a step that is not always done."""
    x, left = _LEFT + _BLOCK // 2, _LEFT - 24
    yield f'<path class="way" d="M {x} {top} H {left} V {bottom} H {x}"/>'
