"""A block diagram as SVG: blocks one below the other, side branches beside, a dashed one where a step is not always done."""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final, NamedTuple

from contracts.generate.drawing import svg
from contracts.generate.drawing.svg import LINE, PAD

_WIDTH: Final = 620
_SIDE: Final = 550
_LEFT, _BLOCK = 60, 500
_GAP: Final = 34
_LETTERS: Final = 58
_TITLE_LETTERS: Final = 46


class Block(NamedTuple):
    """`only` says when the step is done, if not always; `beside`, that nothing of the main way waits for it.

    `after` is the number of the block that sets a side one running.
    """

    head: str
    who: str
    does: str
    only: str = ""
    beside: bool = False
    after: int = 0

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
    tops = list(_tops(blocks, top))
    main = [number for number, block in enumerate(blocks) if not block.beside]
    for number, block in enumerate(blocks):
        parts += _block(block, tops[number])
        bottom = tops[number] + block.height
        if block.beside:
            parts += _branch(blocks, tops, number)
        elif number != main[-1]:
            parts += _arrow(bottom, bottom + _GAP)
            if block.only:
                parts += _round(tops[number] - _GAP // 2, bottom + _GAP // 2)
    end = max(top + block.height for block, top in zip(blocks, tops, strict=True))
    width = _WIDTH + _SIDE if len(main) < len(blocks) else _WIDTH
    return svg.sheet(title, width, end + PAD, parts)


def _tops(blocks: Sequence[Block], top: int) -> Iterator[int]:
    """Where each block begins: below the one before of its column, a side one below what it waits for too."""
    tops: list[int] = []
    free = {False: top, True: top}
    for block in blocks:
        waits_for = tops[block.after] + blocks[block.after].height + _GAP if block.beside else top
        tops.append(max(free[block.beside], waits_for))
        free[block.beside] = tops[-1] + block.height + _GAP
        yield tops[-1]


def _block(block: Block, top: int) -> Iterator[str]:
    kind = "block sometimes" if block.only else "block"
    left = _LEFT + _SIDE * block.beside
    yield f'<rect class="{kind}" x="{left}" y="{top}" width="{_BLOCK}" height="{block.height}" rx="6"/>'
    for number, (style, text) in enumerate(block.lines):
        y = top + PAD + (number + 1) * LINE - 6
        yield svg.text(style, left + PAD, y, text)


def _branch(blocks: Sequence[Block], tops: Sequence[int], number: int) -> Iterator[str]:
    """From below the block that sets it running to the side; straight down where that one stands at the side too."""
    block, from_ = blocks[number], blocks[number].after
    bottom = tops[from_] + blocks[from_].height
    if blocks[from_].beside:
        yield from _arrow(bottom, tops[number], _SIDE)
        return
    start, turn, end = _LEFT + _BLOCK // 2, bottom + _GAP // 3, _LEFT + _SIDE
    middle = tops[number] + block.height // 2
    yield f'<path class="way" d="M {start} {turn} H {end - 25} V {middle} H {end - 7}"/>'
    yield f'<path class="tip" d="M {end - 8} {middle - 5} V {middle + 5} L {end} {middle} Z"/>'


def _arrow(top: int, bottom: int, aside: int = 0) -> Iterator[str]:
    x = _LEFT + _BLOCK // 2 + aside
    yield f'<path class="way" d="M {x} {top} V {bottom - 7}"/>'
    yield f'<path class="tip" d="M {x - 5} {bottom - 8} L {x + 5} {bottom - 8} L {x} {bottom} Z"/>'


def _round(top: int, bottom: int) -> Iterator[str]:
    """The way around a step that is not always done."""
    x, left = _LEFT + _BLOCK // 2, _LEFT - 24
    yield f'<path class="way" d="M {x} {top} H {left} V {bottom} H {x}"/>'
