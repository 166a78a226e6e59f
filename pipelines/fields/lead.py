"""The lead of an article (sapo, chapeau), where a class of its element says so."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence

from lxml import html

from pipelines.article.roles import Roles
from pipelines.html.blocks import Block

# Names that mark a lead and nothing else, in the templates of Vietnamese newspapers and portals
_LEAD = re.compile(
    r"(?<![a-z])(?:sapo\w*|chapp?eau|standfirst|hometext|home-text|intro-?text|cms-desc|tom-?tat|mo-?ta"
    r"|trich-?yeu"
    r"|short-?desc(?:ription)?|(?:article|news|detail|post|entry|content)[-_]+(?:lead|intro|sapo|summary"
    r"|desc(?:ription)?))"
    r"(?![a-z])",
    re.I,
)
# Names of other things as well: a lead only between headline and text
_MAYBE = re.compile(
    r"(?<![a-z])(?<!with-)"  # Drupal's text-with-summary is the whole text
    r"(?:description|summary|excerpt|lead|intro|teaser|subtitle|sub-?head(?:line)?)(?![a-z])",
    re.I,
)
_WORDS = 6
_LEVELS = 3


def take_marked_lead(roles: Roles, found: Sequence[Block], in_body: Collection[int]) -> None:
    """Sets the lead of `roles` to the block that its class marks so, before the second paragraph of the text.

    `found` are the blocks behind the headline, `in_body` the indexes of those in the body node.
    """
    body = {id(block): index for index, block in enumerate(roles.body)}
    first = min((i for i in in_body if id(found[i]) in body), default=len(found))
    for index, block in enumerate(found[: first + 1]):
        inside = body.get(id(block))
        if (
            block.kind not in ("text", "heading")
            or block.words < _WORDS
            or block.linked > 0.5
            or block.in_figure
        ):
            continue
        pattern = _LEAD if _mark(block, _LEAD) is not None else _MAYBE
        mark = _mark(block, pattern)
        if mark is None or (pattern is _MAYBE and inside is not None):
            continue
        lead = [block]
        for part in found[index + 1 :]:
            if not part.text or _mark(part, pattern) is not mark:
                break
            lead.append(part)
        if inside is not None and len(roles.body) <= len(lead):
            return  # there is no other text
        roles.lead = " ".join(part.text for part in lead)
        taken = {id(part) for part in lead}
        roles.body[:] = [part for part in roles.body if id(part) not in taken]
        roles.cut[:] = [(reason, part) for reason, part in roles.cut if id(part) not in taken]
        return


def _mark(block: Block, pattern: re.Pattern[str]) -> html.HtmlElement | None:
    """The element at or above a block whose class or id matches `pattern`."""
    above = itertools.islice(block.element.iterancestors(), _LEVELS - 1)
    for element in itertools.chain((block.element,), above):
        if element.tag == "body":
            break
        if pattern.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            return element
    return None
