"""Tables of the algorithm pages, so that tests repeat what the pages show."""

from pathlib import Path

from django.conf import settings


def rows_under(page: str, first_heading: str) -> list[dict[str, str]]:
    """Rows of the page's table whose first column has this heading, each as heading -> cell."""
    text = (Path(settings.BASE_DIR) / "docs" / "algorithms" / page).read_text()
    lines = iter(text.splitlines())
    headings = next(_cells(line) for line in lines if _cells(line)[0] == first_heading)
    next(lines)  # the rule under the headings
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append(dict(zip(headings, _cells(line), strict=True)))
    return rows


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]
