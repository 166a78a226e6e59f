"""A check as an alert: what changed since the check before, for a mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from storage.language.messages import gettext as _
from storage.language.messages import ngettext, shown

_LINES = 50  # changes named in a mail; all are in its attachment


def subject(summary: Mapping[str, Any]) -> str:
    """Returns a check in one line."""
    count = len(summary["changed"])
    return ngettext(
        "huyen on {host}: {n} portal changed",
        "huyen on {host}: {n} portals changed",
        count,
        host=summary["host"],
    )


def letter(summary: Mapping[str, Any]) -> str:
    """Returns the changes, one a line, and where to find more."""
    lines = [shown(one["line"]) for one in summary["changed"]]
    more = ["… " + _("and {more} more", more=len(lines) - _LINES)] if len(lines) > _LINES else []
    hint = "\n" + _("Earlier checks: huyen districts check --history. About each state: docs/codebook.md.")
    return "\n".join([*lines[:_LINES], *more, hint])
