"""A check as an alert: what changed since the check before, for a mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from storage.text import counted

_LINES = 50  # changes named in a mail; all are in its attachment


def subject(summary: Mapping[str, Any]) -> str:
    """Returns a check in one line."""
    count = len(summary["changed"])
    return f"huyen on {summary['host']}: {counted(count, 'portal')} changed"


def letter(summary: Mapping[str, Any]) -> str:
    """Returns the changes, one a line, and where to find more."""
    lines = [one["line"] for one in summary["changed"]]
    more = [f"… and {len(lines) - _LINES} more"] if len(lines) > _LINES else []
    hint = "\nEarlier checks: huyen districts check --history. About each state: docs/codebook.md."
    return "\n".join([*lines[:_LINES], *more, hint])
