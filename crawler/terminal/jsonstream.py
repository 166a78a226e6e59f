"""JSON printed item by item: what is held in memory does not grow with the number of items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crawler.terminal.escapes import json_text
from crawler.terminal.tables import plain


def print_array(items: Iterable[object], margin: str = "") -> None:
    """Prints a JSON array, an item a line; moments in Vietnamese time."""
    mark = "["
    for item in items:  # in one line each: indenting takes three times as long
        print(f"{mark}\n{margin}  {json_text(item, default=plain)}", end="")
        mark = ","
    print(f"\n{margin}]" if mark == "," else "[]", end="" if margin else "\n")


def print_object(head: Mapping[str, object], name: str, items: Iterable[object]) -> None:
    """Prints a JSON object: what `head` holds, one key or more, then an array of `items` under `name`."""
    lines = json_text(head, indent=2, default=plain).split("\n")
    print(*lines[:-1], sep="\n", end=f",\n  {json_text(name)}: ")
    print_array(items, "  ")
    print("\n}")
