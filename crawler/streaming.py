"""JSON printed item by item: what is held in memory does not grow with the number of items."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from crawler.display import plain


def print_array(items: Iterable[object], margin: str = "") -> None:
    """Prints a JSON array, indented like the rest of the program's; moments in Vietnamese time."""
    mark = "["
    for item in items:
        print(mark, *(f"{margin}  {line}" for line in _lines(item)), sep="\n", end="")
        mark = ","
    print(f"\n{margin}]" if mark == "," else "[]", end="" if margin else "\n")


def print_object(head: Mapping[str, object], name: str, items: Iterable[object]) -> None:
    """Prints a JSON object: what `head` holds, one key or more, then an array of `items` under `name`."""
    print(*_lines(head)[:-1], sep="\n", end=",\n")
    print(f"  {json.dumps(name)}: ", end="")
    print_array(items, "  ")
    print("\n}")


def _lines(value: object) -> list[str]:
    return json.dumps(value, ensure_ascii=False, indent=2, default=plain).split("\n")
