"""What a page keeps from a reader's eye: by markup, by inline style, by the rules of its own style sheets.

Intruders hide links so; templates hide what scripts show later. So a style sheet's rule alone never hides
prose, and rules that hold only for a screen size or while something fades in are not believed.
"""

import itertools
import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from lxml import etree, html

# What would need a layout engine (one element over another, a colour from elsewhere) is not among them.
_HIDDEN_STYLE = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|(?<![\w-])opacity:0?(?:\.0\d*)?(?=;|!|$)|alpha\(opacity=0\)"
    r"|font-size:(?:0(?:px|pt|em|rem|%)?|1px|0?\.\d+px)(?=;|!|$)"
    r"|(?<![\w-])(?:left|top|right|bottom|text-indent):-(?:[5-9]\d\d|\d{4,})(?:px|em|pt|%)"
    r"|margin(?:-left|-top)?:-\d{4,}px|transform:scale\(0\)|clip-path:inset\((?:50|100)%"
    r"|clip:rect\([01](?:px)?[,;]?[01]"
)
_NO_SIZE = re.compile(r"(?<![\w-])(?:max-)?(?:height|width):[01](?:px)?(?=;|!|$)")
_WHITE = re.compile(r"(?<![\w-])color:(?:#fff(?:fff)?|white|rgb\(255,255,255\))(?=;|!|$)")
_ON_WHITE = re.compile(r"background(?:-color)?:(?:#fff(?:fff)?|white|rgb\(255,255,255\))(?=;|!|$)")
_FADES = re.compile(r"transition|animation")
_SHOWN_STYLE = re.compile(r"display:(?!none)|visibility:visible|(?<![\w-])opacity:(?:1|0?\.[1-9])")
_SIMPLE = re.compile(r"^(?:[a-z][a-z0-9]*)?((?:[.#][\w-]+)+)$", re.I)
_MAX_CSS = 500_000  # letters; sheets beyond that are frameworks, whose rules hide their own widgets
_MAX_HIDES = 300  # a sheet with more is a framework's
_PROSE = 600  # letters of unlinked text: the length of two paragraphs
_PARAGRAPHS = 300  # letters of a short text; a message to visitors without scripts is shorter


def is_hidden(element: html.HtmlElement) -> bool:
    """Returns whether markup or inline style hides the element from a reader's eye."""
    style = element.get("style")
    if style and style_hides(style):
        return True
    return element.get("hidden") is not None or (
        element.get("aria-hidden") == "true" and element.tag not in ("i", "span", "a")
    )


@lru_cache(maxsize=4096)
def style_hides(style: str) -> bool:
    """Returns whether the declarations of a `style` attribute or of a rule hide what they apply to."""
    plain = "".join(style.lower().split())
    if _HIDDEN_STYLE.search(plain):
        return True
    if "overflow:hidden" in plain and _NO_SIZE.search(plain):
        return True
    return bool(_WHITE.search(plain) and _ON_WHITE.search(plain))


def mark_hidden(tree: html.HtmlElement) -> None:
    """Gives the attribute `hidden` to elements that a rule of the page's own style sheets hides.

    Read are rules outside of @media and its kin whose selector is one compound of classes and ids (".a.b"); a
    rule for more of them that shows the element again (".tab.active") wins.
    """
    css = "".join(style.text or "" for style in tree.iter("style"))
    if not css or len(css) > _MAX_CSS:
        return
    hides, shows, candidates = _sheet(css)
    for element in candidates(tree) if candidates else ():
        own = {f".{name}" for name in (element.get("class") or "").split()} | {f"#{element.get('id')}"}
        hidden = max((len(c) for c in hides if c <= own), default=0)
        if hidden and not any(len(c) > hidden and c <= own for c in shows) and not _is_prose(element):
            element.set("hidden", "")


_Compounds = tuple[frozenset[str], ...]


@lru_cache(maxsize=64)  # the pages of a portal share their sheets
def _sheet(css: str) -> tuple[_Compounds, _Compounds, etree.XPath | None]:
    """What a sheet hides, what it shows, and the XPath of the elements that the first may be about."""
    hides: list[frozenset[str]] = []
    shows: list[frozenset[str]] = []
    for selectors, declarations in _rules(css):
        hiding = style_hides(declarations) and not _FADES.search(declarations)
        if hiding or _SHOWN_STYLE.search(declarations.replace(" ", "")):
            (hides if hiding else shows).extend(_compounds(selectors))
    if len(hides) > _MAX_HIDES:
        return (), (), None
    tests = [
        f"@id='{name[1:]}'"
        if name.startswith("#")
        else f"contains(concat(' ', normalize-space(@class), ' '), ' {name[1:]} ')"
        for name in sorted({max(compound) for compound in hides})
    ]
    return tuple(hides), tuple(shows), etree.XPath(f"//*[{' or '.join(tests)}]") if tests else None


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of the rules at the top level of a style sheet."""
    css = re.sub(r"/\*.*?\*/|<!--|-->", " ", css, flags=re.S)
    head = ""
    depth = start = opened = 0
    for brace in re.finditer(r"[{}]", css):
        if brace.group() == "{":
            depth += 1
            opened = brace.end() if depth == 1 else opened
            head = css[start : brace.start()] if depth == 1 else head
        else:
            if depth == 1 and "@" not in head:
                yield head, css[opened : brace.start()]
            depth = max(0, depth - 1)
            start = brace.end() if depth == 0 else start


def _compounds(selectors: str) -> Iterator[frozenset[str]]:
    for selector in selectors.split(","):
        if match := _SIMPLE.match(selector.strip()):
            yield frozenset(re.findall(r"[.#][\w-]+", match.group(1)))


_CANDIDATES = etree.XPath(
    "//body/descendant-or-self::*/@hidden/.. | //body/descendant-or-self::*/@style/.."
    " | //body/descendant-or-self::*/@aria-hidden[. = 'true']/.."
)
_LONG_TEXTS = etree.XPath(
    "descendant::text()[string-length(.) >= 60][not(ancestor::a or parent::script or parent::style)]"
)
_ALL_TEXTS = etree.XPath("//body/descendant::text()[not(parent::script or parent::style)]")
_ALL_LETTERS = etree.XPath("descendant::text()[not(ancestor::a or parent::script or parent::style)]")
# What a script's fade, tab or "read more" uses. Intruders push text off the screen, or print it white or
# tiny.
_TRICK = re.compile(r"(?:left|top|right|bottom|indent):-|font-size|margin|scale|clip|color:")
_CONTINUES = 120  # letters of hidden prose beside visible prose: a message to visitors is shorter


def open_noscript(tree: html.HtmlElement) -> None:
    """Makes boxes of the <noscript> elements that hold the page's only prose: its scripts draw the same."""
    held = [e for e in tree.iter("noscript") if _unlinked(e) > _PARAGRAPHS]
    body = tree.find("body")
    if held and body is not None and 2 * sum(map(_unlinked, held)) > _unlinked(body):
        for element in held:
            element.tag = "div"


def _unlinked(element: html.HtmlElement) -> int:
    texts = (t for t in _ALL_LETTERS(element) if t.strip())
    return sum(len(t) for t in texts)


def reveal(tree: html.HtmlElement, is_furniture: Callable[[html.HtmlElement], bool]) -> None:
    """Shows what only a script would: hidden prose that is the page's only one, or goes on where visible
    prose ends.

    A hidden copy of what is seen stays hidden (it is for the printer), and so do boxes that `is_furniture`
    names (messages, menus, popups) and text that no script would show again.
    """
    hidden = [e for e in _CANDIDATES(tree) if is_hidden(e) and not _hides_for_good(e)]
    hidden = [e for e in hidden if _prose(e)]
    if not hidden:
        return
    all_hidden = {*_CANDIDATES(tree)} & {e for e in _CANDIDATES(tree) if is_hidden(e)}
    seen = [t for t in _LONG_TEXTS(tree) if not any(a in all_hidden for a in _above(t))]
    text = _plain("".join(t for t in _ALL_TEXTS(tree) if not any(a in all_hidden for a in _above(t))))
    own = sum(len(t) for t in seen if not any(map(is_furniture, _above(t))))
    for element in hidden:
        path = (element, *element.iterancestors())
        prose = _prose(element)
        letters = sum(map(len, prose))
        if any(map(is_furniture, path)) or _is_copy(_plain("".join(prose)), text):
            continue
        around = {element.getparent(), *itertools.islice(element.iterancestors(), 1, 2)} - {
            tree,
            tree.find("body"),
            None,
        }
        beside = any(not around.isdisjoint(_above(t)) for t in seen)
        if own < _CONTINUES or letters > 3 * own or (beside and letters >= _CONTINUES):
            for name in ("hidden", "aria-hidden", "style"):
                element.attrib.pop(name, None)


def _is_copy(prose: str, seen: str) -> bool:
    parts = [prose[i : i + 40] for i in range(0, len(prose), 100)]
    return 2 * sum(part in seen for part in parts) > len(parts)


def _above(text: etree._ElementUnicodeResult) -> list[html.HtmlElement]:
    parent = text.getparent()
    parent = parent.getparent() if text.is_tail else parent
    return [parent, *parent.iterancestors()]


def _prose(element: html.HtmlElement) -> list[str]:
    total = len("".join(element.itertext()))
    linked = sum(len("".join(a.itertext())) for a in element.iter("a"))
    return [str(t) for t in _LONG_TEXTS(element)] if linked < 0.2 * total else []


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _hides_for_good(element: html.HtmlElement) -> bool:
    style = "".join((element.get("style") or "").lower().split())
    return bool(style and style_hides(style) and _TRICK.search(style))


def _is_prose(element: html.HtmlElement) -> bool:
    if element.tag in ("html", "body", "head", "style", "script"):
        return True
    total = len("".join(element.itertext()))
    linked = sum(len("".join(a.itertext())) for a in element.iter("a"))
    # a rule that hides the whole page until a script comes hides its menus, too
    page = next(element.iter("main", "article", "h1"), None) is not None
    return total - linked > (_PARAGRAPHS if page else _PROSE) and (page or linked < 0.2 * total)
