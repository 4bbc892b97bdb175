"""A plot of lines as SVG, both axes logarithmic: all that docs/speed.md needs of plotting."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from itertools import cycle

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 230, 40, 50
# Told apart without colour too: each line ends beside its name. After the last colour the first comes again.
COLOURS = ("#1b4f8a", "#b3541e", "#2f7d4f", "#7a3b8f", "#a02c3c", "#5b6470", "#8a6d1b", "#3a8fa6", "#c0842c")
# Names beside one another need so much room.
LINE_HEIGHT = 15.0

Lines = Mapping[str, Sequence[tuple[float, float]]]


def plot(lines: Lines, *, title: str, across: str, up: str) -> str:
    """The lines, their names beside their last points. Every value must be above zero."""
    points = [point for line in lines.values() for point in line]
    xs, ys = _decades([x for x, _ in points]), _decades([y for _, y in points])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="12"><title>{escape(title)}</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _text(LEFT, 20, title, size=14),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, across, anchor="middle"),
        _text(LEFT, TOP - 6, up, size=11),
        *(_grid_across(x, xs) for x in range(xs[0], xs[1] + 1)),
        *(_grid_up(y, ys) for y in range(ys[0], ys[1] + 1)),
    ]
    ends = _spread({name: _up(line[-1][1], ys) for name, line in lines.items()})
    for (name, line), colour in zip(lines.items(), cycle(COLOURS), strict=False):
        parts += _line(name, [(_across(x, xs), _up(y, ys)) for x, y in line], colour, ends[name])
    return "\n".join([*parts, "</svg>"]) + "\n"


def _line(name: str, places: Sequence[tuple[float, float]], colour: str, end: float) -> list[str]:
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return [
        f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places),
        _text(WIDTH - RIGHT + 10, end + 4, name, colour=colour),
    ]


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _across(value: float, span: tuple[int, int]) -> float:
    return LEFT + (math.log10(value) - span[0]) / (span[1] - span[0]) * (WIDTH - LEFT - RIGHT)


def _up(value: float, span: tuple[int, int]) -> float:
    return HEIGHT - BOTTOM - (math.log10(value) - span[0]) / (span[1] - span[0]) * (HEIGHT - TOP - BOTTOM)


def _grid_across(decade: int, span: tuple[int, int]) -> str:
    x = _across(10.0**decade, span)
    line = f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" stroke="#d8dce0"/>'
    return line + _text(x, HEIGHT - BOTTOM + 16, _number(decade), anchor="middle")


def _grid_up(decade: int, span: tuple[int, int]) -> str:
    y = _up(10.0**decade, span)
    line = f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#d8dce0"/>'
    return line + _text(LEFT - 8, y + 4, _number(decade), anchor="end")


def _number(decade: int) -> str:
    return f"{10**decade:,}" if decade >= 0 else f"{10.0**decade:.{-decade}f}"


def _spread(wanted: Mapping[str, float]) -> dict[str, float]:
    """Heights of the names: where their lines end, moved down as far as they would cover one another."""
    places: dict[str, float] = {}
    last = -math.inf
    for name, y in sorted(wanted.items(), key=lambda item: item[1]):
        last = max(y, last + LINE_HEIGHT)
        places[name] = last
    return places


def _text(
    x: float, y: float, words: str, *, anchor: str = "start", size: int = 12, colour: str = "#222222"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">'
        f"{escape(words)}</text>"
    )
