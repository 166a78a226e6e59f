"""What a check found: a state, a sentence, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """`ok` needs nothing, `note` is worth knowing, `attention` should be mended before the next night."""

    OK = "ok"
    NOTE = "note"
    ATTENTION = "attention"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `huyen doctor`: what was checked, its state, what was found, and what to do ("" if ok)."""

    name: str
    state: State
    said: str
    todo: str = ""


def ok(name: str, said: str) -> Finding:
    return Finding(name, State.OK, said)


def note(name: str, said: str, todo: str = "") -> Finding:
    return Finding(name, State.NOTE, said, todo)


def attention(name: str, said: str, todo: str) -> Finding:
    return Finding(name, State.ATTENTION, said, todo)


def bad(findings: Iterable[Finding]) -> list[Finding]:
    """Returns the findings that need attention."""
    return [one for one in findings if one.state is State.ATTENTION]
