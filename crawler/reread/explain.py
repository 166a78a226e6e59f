"""`huyen read --explain`: what each block of a page was taken for, or why it was cut.

What the archive has learned of a portal's furniture is used for every page that `huyen read` reads of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from storage.language.messages import gettext as _
from storage.language.messages import message

if TYPE_CHECKING:
    from crawler.config import Config
    from pipelines.items import Article, Hints
    from storage.articles.furniture import Learned

WIDTH = 110  # columns of a terminal that a line may take
SAME = 3  # lines shown of a run that was cut for one reason behind the article
_LONG_RUNS = ("after the article", "behind the article", "above the headline")

Learner = Callable[[str], "Sequence[Learned]"]


def learner(config: Config) -> Learner:
    """Tells of a portal's URL what the archive has learned of its furniture; nothing without an archive."""

    @cache
    def learned(portal: str) -> Sequence[Learned]:
        from storage.articles import furniture
        from storage.database import open_database
        from storage.errors import StorageError

        try:
            with closing(open_database(config.database_url, create=False, retry_seconds=0)) as database:
                return furniture.learned(database, portal)
        except StorageError:  # a page can be read without an archive
            return []

    return learned


def hinted(hints: Hints, learned: Sequence[Learned]) -> Hints:
    """Returns `hints` with what is `learned`."""
    if not learned:
        return hints
    from storage.articles.furniture import as_hints

    return replace(hints, **as_hints(learned))


def lines(article: Article, learned: Sequence[Learned]) -> list[dict[str, Any]]:
    """Returns every block of the part of the page with the article, in order: role, text, and why it was cut.

    Of learned furniture also on how many pages it stood (`pages`), of how many that were looked at (`of`).
    """
    from storage.articles.block_keys import keys, picture_key

    known = {one.key: one for one in learned}
    blocks = article.explain()
    found = []
    for block, key in zip(blocks, keys([block.text for block in blocks]), strict=True):
        line: dict[str, Any] = {"role": block.role, "text": block.text, "reason": block.reason}
        one = known.get(key) or known.get(picture_key(urljoin(article.page.url, block.text)))
        if one is not None and block.role == "cut":
            line |= {"pages": one.pages, "of": one.of}
        found.append(line)
    return found


def shown(answer: Mapping[str, Any]) -> str:
    """Returns the same for a person: how sure the reading is, then a block a line, what was cut indented,
    with the reason behind it. `answer` is what `huyen read --explain --json` prints.
    """
    return "\n".join([_sure(answer), *_shown(answer["explain"])])


def _sure(answer: Mapping[str, Any]) -> str:
    """Returns the line with the confidence, the witnesses, and what the second reader took where asked."""
    agreed = ", ".join(answer["witnesses"]) or message("none")
    second = answer["agreement"]
    said = _("witnesses: {agreed}", agreed=agreed)
    if second is not None:
        said += "; " + _("the second reader took {share:.0%} of the text", share=second)
    return f"{_('confidence'):<11}{answer['confidence']:.2f}  {said}"


def _shown(explained: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for reason, run in groupby(explained, key=lambda line: line["reason"]):
        held = list(run)
        most = SAME if reason in _LONG_RUNS and len(held) > SAME + 1 else len(held)
        for line in held[:most]:
            yield _line(line)
        if len(held) > most:
            yield "    - … " + _("{left} more blocks", left=len(held) - most) + f"  [{reason}]"


def _line(line: Mapping[str, Any]) -> str:
    if line["role"] != "cut":
        return f"{line['role']:<11}{_first(line['text'], WIDTH - 11)}"
    reason = f"{line['reason']}, on {line['pages']} of {line['of']} pages" if "of" in line else line["reason"]
    return f"    - {_first(line['text'], WIDTH - 10 - len(reason))}  [{reason}]"


def _first(text: str, width: int) -> str:
    """Returns the first words of `text`, in `width` columns."""
    return text if len(text) <= width else text[: width - 1].rsplit(" ", 1)[0] + "…"
