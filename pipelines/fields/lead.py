"""The lead of an article (sapo, chapeau), where a class of its element says so."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence

from lxml import html

from pipelines.article import phrases
from pipelines.article.navigation import is_date_line
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
_PROSE = 12  # words of a paragraph that is no label
_LEVELS = 3


def take_marked_lead(roles: Roles, found: Sequence[Block], in_body: Collection[int]) -> None:
    """Sets the lead of `roles` to the block that its class marks so, before the second paragraph of the text.

    `found` are the blocks behind the headline, `in_body` the indexes of those in the body node.
    """
    body = {id(block): index for index, block in enumerate(roles.body)}
    own = sorted(i for i in in_body if id(found[i]) in body)
    # a name and a date may stand above it
    first = next((i for i in own if found[i].words >= _WORDS), own[0] if own else len(found))
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
        if mark is None or (
            pattern is _MAYBE and inside is not None and not _stands_apart(mark, index, found, own)
        ):
            continue
        lead = [block]
        for part in found[index + 1 :]:
            if not part.text or _mark(part, pattern) is not mark:
                break
            lead.append(part)
        if inside is not None and len(roles.body) <= len(lead):
            return  # there is no other text
        if is_date_line(block.text):
            continue
        passed = _passed_over(roles.lead, found, lead)
        roles.lead = " ".join(part.text for part in lead)
        taken = {id(part) for part in lead}
        if inside is not None and pattern is _LEAD:  # a name, a date, a player
            above = [part for part in roles.body[:inside] if part.words < _WORDS]
            roles.cut += [("above the lead", part) for part in above]
            taken |= {id(part) for part in above}
        roles.body[:] = [part for part in roles.body if id(part) not in taken]
        roles.cut[:] = [(why, part) for why, part in roles.cut if all(part is not one for one in lead)]
        if (
            passed is not None and passed > index
        ):  # the first paragraph, which stands outside of the body's box
            roles.body.insert(0, found[passed])
        return


def _passed_over(told: str | None, found: Sequence[Block], lead: Sequence[Block]) -> int | None:
    """The index of the paragraph that was the lead (`told`) by its place, where `lead` takes that over."""
    if not told or any(told == part.text for part in lead):
        return None
    texts = (i for i, block in enumerate(found) if block.text == told and block.words >= _PROSE)
    return next((i for i in texts if phrases.ends_sentence(found[i].text) and found[i].linked < 0.3), None)


def _stands_apart(mark: html.HtmlElement, index: int, found: Sequence[Block], own: Sequence[int]) -> bool:
    """Whether the box `mark` of the block `index` holds nothing else of the text, and what follows stands in
    a box of its own: the vote for the text took the box around both.
    """
    rest = [found[i].element for i in own if i > index and found[i].words >= _WORDS]
    if not rest or any(mark in (element, *element.iterancestors()) for element in rest):
        return False
    return mark.getparent() is not rest[0].getparent()


def _mark(block: Block, pattern: re.Pattern[str]) -> html.HtmlElement | None:
    """The element at or above a block whose class or id matches `pattern`."""
    above = itertools.islice(block.element.iterancestors(), _LEVELS - 1)
    for element in itertools.chain((block.element,), above):
        if element.tag == "body":
            break
        if pattern.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            return element
    return None
