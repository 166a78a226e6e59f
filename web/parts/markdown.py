"""The codebook as a page: the few marks of Markdown that it uses, everything else as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from markupsafe import Markup

_INLINE = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\(([^)]+)\)")
_CELL = re.compile(r"(?<!\\)\|")
_ANCHOR = re.compile(r"[^\w\- ]")


@cache
def codebook() -> Markup:
    """Returns docs/codebook.md as HTML, without its first heading."""
    text = files("web").joinpath("codebook.md").read_text(encoding="utf-8")
    return Markup("\n").join(_blocks(text.partition("\n")[2]))


def _blocks(text: str) -> Iterator[Markup]:
    for block in re.split(r"\n{2,}", text.strip()):
        lines = block.split("\n")
        while lines and (heading := re.match(r"(#{2,4}) (.+)", lines[0])):
            level, said = len(heading[1]), heading[2]
            anchor = _ANCHOR.sub("", said.lower()).replace(" ", "-")
            yield Markup('<h{} id="{}">{}</h{}>').format(level, anchor, _inline(said), level)
            lines = lines[1:]
        if not lines:
            continue
        if lines[0].startswith("```"):
            yield Markup('<pre tabindex="0">{}</pre>').format("\n".join(lines[1:-1]))
        elif lines[0].startswith("|"):
            yield _table(lines)
        elif lines[0].startswith("- "):
            items = (Markup("<li>{}</li>").format(_inline(line[2:])) for line in lines)
            yield Markup("<ul>{}</ul>").format(Markup("").join(items))
        else:
            yield Markup("<p>{}</p>").format(_inline(" ".join(lines)))


def _table(lines: list[str]) -> Markup:
    head, _, *rows = ([part.strip() for part in _CELL.split(line.strip().strip("|"))] for line in lines)
    named = Markup("").join(Markup('<th scope="col">{}</th>').format(_inline(cell)) for cell in head)
    body = Markup("")
    for first, *rest in rows:
        cells = Markup("").join(Markup("<td>{}</td>").format(_inline(cell)) for cell in rest)
        body += Markup('<tr><th scope="row">{}</th>{}</tr>').format(_inline(first), cells)
    return Markup(
        '<div class="wide" tabindex="0" role="group" aria-label="{}"><table><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>"
    ).format(head[0], named, body)


def _inline(text: str) -> Markup:
    found, at = Markup(""), 0
    for mark in _INLINE.finditer(text):
        found += _plain(text[at : mark.start()])
        code, strong, soft, words, target = mark.groups()
        if code:
            found += Markup("<code>{}</code>").format(code.replace("\\|", "|"))
        elif strong or soft:
            tag = "strong" if strong else "em"
            found += Markup("<{0}>{1}</{0}>").format(Markup(tag), _inline(strong or soft))  # noqa: S704
        elif target.startswith("#"):
            found += Markup('<a href="{}">{}</a>').format(target, words)
        else:  # a document beside the codebook, which is not served
            found += _plain(words)
        at = mark.end()
    return found + _plain(text[at:])


def _plain(text: str) -> Markup:
    return Markup("{}").format(text.replace("\\|", "|"))
