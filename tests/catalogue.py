"""The catalogue of messages: `make messages` brings it up to date with the code.

Babel finds what is marked with a function of storage.language.messages; help texts and docstrings of commands
are found here, as Typer takes them as they are.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from typer.main import get_command

from crawler.cli import app
from storage.language.codes import CODES

ROOT = Path(__file__).parents[1]
PO = ROOT / "storage/language/locale/vi/LC_MESSAGES/huyen.po"
MO = PO.with_suffix(".mo")
_PLAIN, _COUNTED, _IN_CONTEXT = None, (1, 2), ((1, "c"), 2)  # the places of template, plural and context
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "message", "marked"), _PLAIN),
    **dict.fromkeys(("ngettext", "nmessage"), _COUNTED),
    **dict.fromkeys(("pgettext", "pmessage", "pmarked"), _IN_CONTEXT),
}


def extracted() -> Catalog:
    """Returns every message of the code."""
    found = Catalog()
    for room in ("crawler", "pipelines", "storage", "web"):
        for path in sorted((ROOT / room).rglob("*.py")):
            code = path.read_bytes()
            if b"storage.language" in code:
                for _, text, _, context in extract("python", BytesIO(code), KEYWORDS):
                    found.add(text, context=context)
                for context, texts in _inside_f_strings(code):
                    found.add(texts, context=context)
            if b"counted(" in code:
                for one, many in _nouns(code):
                    found.add((f"{{n}} {one}", f"{{n}} {many}"))
    for group, codes in CODES.items():
        for code in codes:
            found.add(code, context=group)
    for text in _help_texts(get_command(app)):
        found.add(text)
    return found


def _nouns(code: bytes) -> Iterator[tuple[str, str]]:
    """Yields what storage.text.counted is asked to count; Babel does not look into f-strings."""
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id != "counted":
            continue
        if nouns := [arg.value for arg in node.args[1:] if isinstance(arg, ast.Constant)]:
            yield nouns[0], nouns[-1] if nouns[1:] else f"{nouns[0]}s"


def _inside_f_strings(code: bytes) -> Iterator[tuple[str | None, str | tuple[str, str]]]:
    """Yields context and text of messages inside of f-strings, which Babel does not look into."""
    for outer in ast.walk(ast.parse(code)):
        for node in ast.walk(outer) if isinstance(outer, ast.JoinedStr) else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
                said = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                places = KEYWORDS[node.func.id]
                if places is _IN_CONTEXT and len(said) > 1:
                    yield said[0], said[1]
                elif places is _COUNTED and len(said) > 1:
                    yield None, (said[0], said[1])
                elif places is _PLAIN and said:
                    yield None, said[0]


def _help_texts(command: Any) -> Iterator[str]:
    told = [command.help, *(getattr(option, "help", None) for option in command.params)]
    yield from (inspect.cleandoc(text) for text in told if text)
    for inner in getattr(command, "commands", {}).values():
        yield from _help_texts(inner)


def translations() -> Catalog:
    """Returns the Vietnamese catalogue."""
    with PO.open("rb") as file:
        return read_po(file, locale="vi", domain="huyen")


def compiled(catalogue: Catalog) -> bytes:
    """Returns a catalogue as gettext reads it."""
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def update() -> None:
    """Takes new messages into the catalogue, drops those that the code has no more, and compiles it."""
    catalogue = translations()
    catalogue.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    catalogue.project, catalogue.version = "huyen", ""
    catalogue.msgid_bugs_address = catalogue.last_translator = ""
    catalogue.language_team = "Vietnamese"
    with PO.open("wb") as file:
        write_po(file, catalogue, width=100, no_location=True, sort_output=True)
    MO.write_bytes(compiled(translations()))
    missing = [repr(message.id) for message in catalogue if message.id and not _whole(message.string)]
    print(f"{len(catalogue)} messages, {len(missing)} without a translation", *missing, sep="\n  ")


def _whole(text: str | tuple[str, ...]) -> bool:
    return bool(text) if isinstance(text, str) else bool(text) and all(text)


if __name__ == "__main__":
    update()
