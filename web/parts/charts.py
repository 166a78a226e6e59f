"""Charts as SVG, drawn here: no script, printable, each with the table behind it."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

_BAR, _HEIGHT, _LEFT, _TOP = 7, 120, 44, 8
_MONTHS = 12


def months(first: str, last: str) -> list[str]:
    """Returns each month from `first` to `last` (YYYY-MM), both included."""
    year, month = int(first[:4]), int(first[5:7])
    found = []
    while f"{year:04}-{month:02}" <= last:
        found.append(f"{year:04}-{month:02}")
        year, month = (year, month + 1) if month < _MONTHS else (year + 1, 1)
    return found


def bars(counts: Sequence[tuple[str, int]], title: str) -> Markup:
    """Returns the articles of each month as bars, gaps shown as gaps; "" where there are none."""
    if not counts:
        return Markup("")
    known = dict(counts)
    shown = months(counts[0][0], counts[-1][0])
    most = max(known.values())
    width = _LEFT + len(shown) * _BAR + 8
    parts = [
        Markup('<svg class="chart" role="img" viewBox="0 0 {} {}" width="{}" aria-label="{}">').format(
            width, _HEIGHT + _TOP + 22, width, title
        )
    ]
    for share in (0.0, 0.5, 1.0):
        y = _TOP + _HEIGHT * (1 - share)
        parts.append(
            Markup(
                '<line class="rule" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>'
                '<text x="{}" y="{:.1f}">{}</text>'
            ).format(_LEFT, width, y, y, 0, y + 4, round(most * share))
        )
    for at, month in enumerate(shown):
        height = _HEIGHT * known.get(month, 0) / most
        x = _LEFT + at * _BAR
        if month.endswith("-01") or at == 0:
            parts.append(Markup('<text x="{}" y="{}">{}</text>').format(x, _HEIGHT + _TOP + 16, month[:4]))
        if height:
            parts.append(
                Markup(
                    '<rect x="{}" y="{:.1f}" width="{}" height="{:.1f}"><title>{}: {}</title></rect>'
                ).format(x, _TOP + _HEIGHT - height, _BAR - 1, height, month, known[month])
            )
    return Markup("").join([*parts, Markup("</svg>")])
