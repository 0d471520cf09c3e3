"""The directory of business processes (the order's appendix 4): a lane for each actor, the steps one below the other."""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final, NamedTuple

from contracts.generate.drawing import svg
from contracts.generate.drawing.svg import PAD

_LANE: Final = 256
_SIDE: Final = 24
_LETTERS: Final = 24
_ROW: Final = 17
_GAP: Final = 36
_HEADS: Final = 48


class Cell(NamedTuple):
    """A step in the lane of its actor; `only` says when it is done, if not always, `after` which cells it waits for."""

    lane: int
    head: str
    limit: str
    does: str
    only: str = ""
    after: tuple[int, ...] = ()

    @property
    def lines(self) -> list[tuple[str, str]]:
        limit = [("small who", each) for each in wrap(self.limit, _LETTERS, break_on_hyphens=False)]
        does = [("small", each) for each in wrap(self.does, _LETTERS, break_on_hyphens=False)]
        only = [("small only", each) for each in wrap(self.only, _LETTERS, break_on_hyphens=False)]
        return [("small head", self.head), *limit, *does, *only]

    @property
    def height(self) -> int:
        return len(self.lines) * _ROW + PAD + 4


def draw(title: str, lanes: Sequence[str], cells: Sequence[Cell]) -> str:
    width = _LANE * len(lanes) + 2 * PAD
    parts, top = svg.heading(title, int(width / 12.5), PAD)
    y = top + _HEADS + _GAP // 2
    body: list[str] = []
    bottoms: list[int] = []
    waited_for = {each for cell in cells for each in cell.after}
    for number, cell in enumerate(cells):
        for before in cell.after:
            if before + 1 == number:
                body += _way(_x(cells[before]), bottoms[before], _x(cell), y)
            else:
                body += _past(cells[before], bottoms[before], cell, y)
        body += _box(cell, y)
        bottoms.append(y + cell.height)
        if cell.only and number in waited_for:
            body += _round(cell, cells[number + 1], y - _GAP // 2, bottoms[-1] + _GAP // 2)
        y = bottoms[-1] + _GAP
    end = y - _GAP // 2
    for number, name in enumerate(lanes):
        parts += _lane(PAD + number * _LANE, name, top, end)
    return svg.sheet(title, width, end + PAD, [*parts, *body], f"{svg.STYLE}\n{svg.FINE}")


def _x(cell: Cell) -> int:
    return PAD + cell.lane * _LANE + _LANE // 2


def _lane(x: int, name: str, top: int, end: int) -> Iterator[str]:
    lines = wrap(name, 27)
    yield f'<rect class="lane" x="{x}" y="{top}" width="{_LANE}" height="{end - top}"/>'
    yield f'<rect class="band" x="{x}" y="{top}" width="{_LANE}" height="{_HEADS}"/>'
    for number, line in enumerate(lines):
        y = top + _HEADS // 2 + 5 - (len(lines) - 1) * 8 + number * 16
        yield svg.text("small head", x + _LANE // 2, y, line, "middle")


def _box(cell: Cell, top: int) -> Iterator[str]:
    left = _x(cell) - _LANE // 2 + _SIDE
    kind = "block sometimes" if cell.only else "block"
    yield f'<rect class="{kind}" x="{left}" y="{top}" width="{_LANE - 2 * _SIDE}" height="{cell.height}" rx="6"/>'
    for number, (style, words) in enumerate(cell.lines):
        yield svg.text(style, left + 8, top + 18 + number * _ROW, words)


def _way(x: int, top: int, to: int, bottom: int) -> Iterator[str]:
    turn = (top + bottom) // 2
    across = f"V {turn} H {to} V {bottom - 7}" if x != to else f"V {bottom - 7}"
    yield f'<path class="way" d="M {x} {top} {across}"/>'
    yield f'<path class="tip" d="M {to - 5} {bottom - 8} L {to + 5} {bottom - 8} L {to} {bottom} Z"/>'


def _past(before: Cell, bottom: int, cell: Cell, top: int) -> Iterator[str]:
    """The line runs past the cells between, at the edge of the lane, at its own height, so that no two lines meet."""
    x, edge, third = _x(cell), _x(cell) - _LANE // 2 + _SIDE // 2, _GAP // 3
    way = f"M {_x(before)} {bottom} V {bottom + third} H {edge} V {top - third} H {x} V {top - 7}"
    yield f'<path class="way" d="{way}"/>'
    yield f'<path class="tip" d="M {x - 5} {top - 8} L {x + 5} {top - 8} L {x} {top} Z"/>'


def _round(cell: Cell, below: Cell, top: int, bottom: int) -> Iterator[str]:
    """The way around a step that is not always done, within its lane."""
    x, left = _x(cell), _x(cell) - _LANE // 2 + _SIDE // 2
    yield f'<path class="way" d="M {x} {top} H {left} V {bottom} H {_x(below)}"/>'
