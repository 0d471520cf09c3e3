"""A block diagram as SVG: blocks one below the other, a dashed one where a step is not always done."""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final, NamedTuple

from contracts.generate import svg
from contracts.generate.svg import LINE, PAD

_WIDTH: Final = 620
_LEFT, _BLOCK = 60, 500
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
        return len(self.lines) * LINE + 2 * PAD


def draw(title: str, blocks: Sequence[Block]) -> str:
    parts, top = svg.heading(title, _TITLE_LETTERS, _LEFT)
    for number, block in enumerate(blocks):
        parts += _block(block, top)
        bottom = top + block.height
        if number < len(blocks) - 1:
            parts += _arrow(bottom, bottom + _GAP)
            if block.only:
                parts += _round(top - _GAP // 2, bottom + _GAP // 2)
        top = bottom + _GAP
    return svg.sheet(title, _WIDTH, top - _GAP + PAD, parts)


def _block(block: Block, top: int) -> Iterator[str]:
    kind = "block sometimes" if block.only else "block"
    yield f'<rect class="{kind}" x="{_LEFT}" y="{top}" width="{_BLOCK}" height="{block.height}" rx="6"/>'
    for number, (style, text) in enumerate(block.lines):
        y = top + PAD + (number + 1) * LINE - 6
        yield svg.text(style, _LEFT + PAD, y, text)


def _arrow(top: int, bottom: int) -> Iterator[str]:
    x = _LEFT + _BLOCK // 2
    yield f'<path class="way" d="M {x} {top} V {bottom - 7}"/>'
    yield f'<path class="tip" d="M {x - 5} {bottom - 8} L {x + 5} {bottom - 8} L {x} {bottom} Z"/>'


def _round(top: int, bottom: int) -> Iterator[str]:
    """The way around a step that is not always done."""
    x, left = _LEFT + _BLOCK // 2, _LEFT - 24
    yield f'<path class="way" d="M {x} {top} H {left} V {bottom} H {x}"/>'
