"""Which links lead to documents: by the address, or by what stands in and beside the link."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, unquote

from lxml import html

from storage.text import fold, visible

_EXTENSIONS = "pdf|docx?|xlsx?|pptx?|odt|ods|rtf|zip|rar|7z"
# a slash may follow: Liferay sets a document's version behind its name
_DOCUMENT = re.compile(r"\.(pdf|docx?|xlsx?|pptx?|odt|ods|zip|rar|7z)(?=$|[?#&/])", re.I)
_FILE_NAME = re.compile(rf"[^\s/\\:*?\"<>|]\.({_EXTENSIONS})(?![\w.]|\s*\w+@)", re.I)
_KIND = re.compile(
    rf"\b(?:file|tệp|bản|định dạng|dạng|tải|download)\s+({_EXTENSIONS}|word|excel)\b"
    rf"|[(\[]\s*({_EXTENSIONS}|word|excel)\s*[)\],;]",
    re.I,
)
_OFFICE = {"word": "doc", "excel": "xls"}
_MIME = {
    "application/pdf": "pdf", "application/msword": "doc", "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/zip": "zip", "application/x-rar-compressed": "rar",
}  # fmt: skip
# Programs that hand out files: DNN's LinkClick, SharePoint's and other handlers, the portals' own
_HANDLER = re.compile(
    r"linkclick\.aspx\?(?:[^#]*&)?fileticket=|\.ashx(?:[?#]|$)|download|getfile|get_file|viewfile|openfile"
    r"|attach"
    r"|dinh-?kem|tai-?ve|tai-?file|taifile|filehandler|fileid=|file_id=|/file/d/|/document/d/|/documents/d/"
    r"|onedrive\.live\.com|1drv\.ms|dropbox\.com/s|/wp-content/uploads/[^?#]*/download",
    re.I,
)
_SURE = re.compile(
    r"linkclick\.aspx\?(?:[^#]*&)?fileticket=|drive\.google\.com/(?:file/d/|open\?id=|uc\?)", re.I
)
# A part of the path that is a program's name, not an article's: "/DownloadFile.ashx", "/tai-ve/77"
_FILE_PATH = re.compile(
    r"(?:^|/)(?:\w*download\w*|tai-?(?:ve|xuong|file)|\w*get_?-?file|view-?file|\w*attachments?|(?:file-?)?dinh-?kem)"
    r"(?:\.(?:ashx|axd|aspx?|php|jsp|do))?(?:/|$)|\.(?:ashx|axd)$",
    re.I,
)
_FILE_KEY = re.compile(r"file|file_?id|att_?id|attachment_?id|doc_?id|document_?id|download|filename", re.I)
_FILE_WORDS = re.compile(r"\b(?:tai (?:ve|xuong|file|tep|van ban)|download|dinh kem|phu luc)\b")
_NUMBERED_WORDS = re.compile(r"\b(?:van ban|quyet dinh|ke hoach|cong van|thong bao|to trinh) so\b")
_PAGE_PATH = re.compile(r"\.(?:html?|aspx?|php|jsp)$|/$|^$", re.I)
_VIEWER = re.compile(r"view|embed|pdfjs|flip|reader", re.I)
# What stands before the files of an article on their line; the words that say "attached" need no colon
_ATTACHED = r"(?:(?:dinh|gui) kem(?: theo)?|kem theo)"
_FILES = r"(?:cac |nhung )?(?:tep|tap|files?|tai lieu|van ban|bieu mau|phu luc)(?: tin| van ban| tai lieu)?"
_LABEL = re.compile(
    rf"\W*(?:(?:{_FILES} )?{_ATTACHED}|download(?: files?)?|attach(?:ments?|ed files?))\W*"
    rf"|\W*(?:{_FILES}|(?:van ban|tai lieu) (?:goc|day du)|toan van(?: van ban)?"
    rf"|tai (?:ve|xuong)(?: {_FILES})?|tai {_FILES}(?: ve)?)\s*:\W*"
)
_SIZE = re.compile(r"\d[\d.,]*\s*(?:kb|mb|bytes?|luot tai)\b|\b(?:va|\d+)\b")
_LONGEST_LABEL = 80  # letters; most lines are longer and need no look
_BESIDE = 300  # letters of the line, row or list item around a link in which its file may be named


def document_of(url: str) -> str:
    """Returns the document that `url` shows: what a viewer's `file`, `src` or `url` parameter names, else
    `url`.
    """
    query = url.partition("?")[2].partition("#")[0]
    for name, value in parse_qsl(query):
        shown = "/" in value or _VIEWER.search(url) is not None
        if shown and name.lower() in ("file", "src", "url", "fileurl") and document_type(value):
            return value
    return url


def document_type(url: str) -> str | None:
    """Returns the lower-case extension where `url` leads to a document (pdf, docx …), else None."""
    match = _DOCUMENT.search(url)
    return match.group(1).lower() if match else None


def linked_type(link: html.HtmlElement) -> str | None:
    """Returns the type of the document that the element `a` leads to, None where it leads to a page.

    Where the address does not tell, `download` and `type` do; behind a program that hands out files, the name
    of the file in the link, in its title or beside it. "file": a file whose type nothing tells.
    """
    href = (link.get("href") or "").strip()
    if not href or href.startswith(("#", "javascript:", "mailto:", "tel:")):
        return None
    if kind := document_type(href) or _MIME.get((link.get("type") or "").strip().lower()):
        return kind
    text = visible("".join(link.itertext()))
    saved = link.get("download")
    if saved is not None or _HANDLER.search(unquote(href)):
        for said in (saved or "", link.get("title") or "", text, _beside(link)):
            if kind := _named_type(said):
                return kind
        return "file" if saved is not None or _SURE.search(href) else None
    return None


def labels_files(text: str) -> bool:
    """Returns whether a line says no more than that files follow it: "Tệp đính kèm:"."""
    return len(text) <= _LONGEST_LABEL and _LABEL.fullmatch(fold(text)) is not None


def named_links(element: html.HtmlElement) -> list[tuple[str, bool]]:
    """Returns the text of each link in `element` that has one, and whether it leads to a document."""
    said = ((visible("".join(a.itertext())), a) for a in element.iter("a"))
    return [(name, linked_type(a) is not None) for name, a in said if name]


def lists_files(text: str, links: Iterable[tuple[str, bool]]) -> bool:
    """Returns whether the line `text` is nothing but links to documents and a label: "Tệp đính kèm: Kế hoạch
    số 45/KH-BCH (120 KB)". `links` are the `named_links` of its element.
    """
    own = [(name, leads) for name, leads in links if name in text]
    if not own or not all(leads for _, leads in own):
        return False
    for name, _ in own:
        text = text.replace(name, " ", 1)
    rest = _SIZE.sub(" ", fold(text))
    return not any(map(str.isalpha, rest)) or labels_files(rest)


def may_be_document(link: html.HtmlElement) -> bool:
    """Returns whether the element `a`, of which `linked_type` knows nothing, may lead to a document all the
    same: by a program that hands out files, or by its words where its address is none of a page.
    """
    href = (link.get("href") or "").strip()
    if not href or href.startswith(("#", "javascript:", "mailto:", "tel:")):
        return False
    path, _, query = unquote(href).partition("#")[0].partition("?")
    if _FILE_PATH.search(path) or any(_FILE_KEY.fullmatch(name) for name, _ in parse_qsl(query)):
        return True
    if _PAGE_PATH.search(path):
        return False
    words = fold(visible("".join(link.itertext())))
    return bool(_FILE_WORDS.search(words) or (query and _NUMBERED_WORDS.search(words)))


def _named_type(text: str) -> str | None:
    """The type of the file that a text names: "45-KH.docx", "bản PDF", "(word)"."""
    if match := _FILE_NAME.search(text):
        return match.group(1).lower()
    if match := _KIND.search(text):
        kind = next(group for group in match.groups() if group).lower()
        return _OFFICE.get(kind, kind)
    return None


def _beside(link: html.HtmlElement) -> str:
    """The text of the line around a link, or of the row, where few other links share it."""
    around, text = link, ""
    for _ in range(3):
        parent = around.getparent()
        if (
            parent is None
            or parent.tag in ("body", "table", "tbody", "ul", "ol")
            or len(list(parent.iter("a"))) > 2
        ):
            break
        around = parent
        told = visible(" ".join(around.itertext()))
        if len(told) > _BESIDE:
            break
        text = told
    return text


def shown_document(element: html.HtmlElement) -> str:
    """Returns the address of the document that a viewer (iframe, embed, object, a box for a script) shows, or
    "".
    """
    names = (
        ("src", "data", "data-src")
        if element.tag != "div"
        else ("data-url", "data-pdf", "data-file", "data-src")
    )
    for name in names:
        value = (element.get(name) or "").strip()
        if value and document_type(document_of(value)):
            return value
    if element.tag == "object":
        for part in element.iter("param", "embed"):
            value = (part.get("value") or part.get("src") or "").strip()
            if document_type(document_of(value)):
                return value
    return ""
