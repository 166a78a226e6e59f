"""What a person can do next about a run that needs attention: a command that works now, or where to look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from storage.language.messages import Message, message
from storage.vocabulary import Verdict


def next_step(run: Mapping[str, Any]) -> Message:
    """Returns what to do about a run of the summary, by its verdict.

    `run` has `district_id` and `portal`, and `id` and `verdict` where they are known.
    """
    portal, district = run["portal"], run["district_id"]
    match run.get("verdict"):
        case Verdict.BROKEN:
            return message(
                "Next: open {portal} in a browser. If it looks new: huyen districts probe {portal}",
                portal=portal,
            )
        case Verdict.UNREACHABLE:
            return message(
                "Next: open {portal} in a browser. If it opens there, set a proxy: docs/registry.md",
                portal=portal,
            )
        case Verdict.MOVED:
            return message(
                "Next: huyen districts check {district} --write shows what to change in the registry",
                district=district,
            )
        case Verdict.DIED:
            return message(
                "Next: huyen crawl {district} takes in what was fetched, and goes on",
                district=district,
            )
        case _:
            return message(
                "Next: huyen runs {id} shows the counts. The first time, wait a night",
                id=run.get("id", "ID"),
            )
