"""The plot shows every point in its place, and every line's name."""

import re
from itertools import pairwise
from xml.etree import ElementTree

from benchmarks.plot import HEIGHT, LEFT, LINE_HEIGHT, WIDTH, plot

SVG = "{http://www.w3.org/2000/svg}"


def _drawn(lines: dict[str, list[tuple[float, float]]]) -> ElementTree.Element:
    return ElementTree.fromstring(plot(lines, title="<Growth>", across="transfers", up="ms"))


def _places(line: ElementTree.Element) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"([\d.]+),([\d.]+)", line.get("points", ""))]


def test_ten_times_as_much_is_as_far_whatever_it_is_ten_times_of() -> None:
    (line,) = _drawn({"read": [(10, 0.1), (100, 1), (1000, 10)]}).iter(f"{SVG}polyline")

    (x1, y1), (x2, y2), (x3, y3) = _places(line)
    assert x1 == LEFT
    assert round(x2 - x1, 1) == round(x3 - x2, 1) > 0
    assert round(y2 - y1, 1) == round(y3 - y2, 1) < 0


def test_every_point_is_within_the_picture() -> None:
    root = _drawn({"a": [(9, 0.003), (12_345, 70)], "b": [(9, 5), (12_345, 5)]})

    places = [place for line in root.iter(f"{SVG}polyline") for place in _places(line)]
    assert len(places) == len(list(root.iter(f"{SVG}circle"))) == 4
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places)


def test_names_of_lines_that_end_together_do_not_cover_one_another() -> None:
    names = {f"line <{number}>": [(10.0, 1.0), (100.0, 2.0)] for number in range(9)}
    texts = [text for text in _drawn(names).iter(f"{SVG}text") if (text.text or "").startswith("line <")]

    heights = sorted(float(text.get("y", "")) for text in texts)
    assert {text.text for text in texts} == set(names)
    assert all(after - before >= LINE_HEIGHT - 0.1 for before, after in pairwise(heights))


def test_a_line_that_does_not_change_is_drawn_too() -> None:
    (line,) = _drawn({"same": [(10, 1), (100, 1)]}).iter(f"{SVG}polyline")

    assert len({y for _, y in _places(line)}) == 1
