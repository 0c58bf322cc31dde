"""Kinds of text, told by content. A name's extension only breaks ties between text types."""

from __future__ import annotations

import csv
import re
from collections import Counter

_BOMS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# Control characters no text has; tab, line ends, form feed, backspace, bell and escape may occur.
_CONTROL = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]")
_JSON_TOKENS = re.compile(
    r'(?:[\s{}\[\],:]++|"(?:[^"\\]|\\.)*+"|-?\d[\d.eE+-]*+|true|false|null)*+', re.DOTALL
)
_HEADER = re.compile(r"^([!-9;-~]+):[ \t]?.*$|^[ \t]+\S.*$")
_MAIL_HEADERS = frozenset({
    "from", "to", "cc", "subject", "date", "received", "message-id", "mime-version", "sender",
    "return-path", "delivered-to", "content-type", "content-transfer-encoding", "reply-to",
    "authentication-results", "x-mailer",
})  # fmt: skip
_MBOX_LINE = re.compile(r"From \S+ +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ")
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|script|table|div|p|h[1-6]|meta|iframe)\b",
    re.IGNORECASE,
)
_XML_ROOT = re.compile(r"<(?!\?|!)(?:[\w.-]+:)?([\w.-]+)")
_DOCTYPE = re.compile(r"<!doctype\s+([\w.:-]+)", re.IGNORECASE)
_XML_PROLOGUE = re.compile(r"(?:\s++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_XML_TYPES: dict[str, str] = {
    "svg": "image/svg+xml",
    "plist": "application/x-plist",
    "html": "text/html",
    "kml": "application/vnd.google-earth.kml+xml",
    "gpx": "application/gpx+xml",
    "xmpmeta": "application/rdf+xml",
    "RDF": "application/rdf+xml",
}
_STARTS: tuple[tuple[str, str], ...] = (
    ("BEGIN:VCARD", "text/vcard"),
    ("BEGIN:VCALENDAR", "text/calendar"),
    ("{\\rtf", "text/rtf"),
    ("%PDF-", "application/pdf"),
)
_TABLE_EXTENSIONS = {".csv": ",;\t|", ".tsv": "\t", ".tab": "\t"}
_BY_EXTENSION = {".md": "text/markdown", ".markdown": "text/markdown", ".mbox": "application/mbox"}


def decoded(head: bytes, *, whole: bool) -> str | None:
    """The head as text, or None where it is no text. `whole`: it is all of the file."""
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return head.decode(encoding, "ignore" if not whole else "replace").lstrip("\ufeff")
    wide = _wide_encoding(head)
    if wide is not None:
        return head.decode(wide, "replace")
    controls = len(_CONTROL.findall(head))
    try:
        text = head.decode("utf-8") if whole else _cut(head).decode("utf-8")
    except UnicodeDecodeError:
        # A single-byte encoding; binary data has a control character in ten bytes.
        return head.decode("cp1252", "replace") if controls * 200 <= len(head) else None
    return text if controls * 20 <= len(head) else None


def _wide_encoding(head: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of Western text is zero."""
    half = len(head) // 2
    if half < 4:
        return None
    if head[1::2].count(0) > 0.8 * half and head[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if head[::2].count(0) > 0.8 * half and head[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _cut(head: bytes) -> bytes:
    """Without the last character, which the end of the head may have cut."""
    for back in range(1, min(4, len(head)) + 1):
        if head[-back] & 0xC0 != 0x80:
            return head[:-back] if head[-back] >= 0xC0 else head
    return head


def text_media_type(text: str, extension: str, *, whole: bool) -> str:
    """The media type of text. `extension` in lower case with its dot, or empty."""
    start = text.lstrip()
    for prefix, media_type in _STARTS:
        if start[: len(prefix)].upper() == prefix.upper():
            return media_type
    if start.startswith("<"):
        markup = _markup(start)
        if markup is not None:
            return markup
    if start.startswith(("{", "[")):
        json = _json(start, whole=whole)
        if json is not None:
            return json
    return _mail(text, extension) or _table(text, extension) or _plain(extension)


def _plain(extension: str) -> str:
    return _BY_EXTENSION.get(extension, "text/plain")


def _markup(start: str) -> str | None:
    declared = start.startswith("<?xml")
    prologue = _XML_PROLOGUE.match(start)
    rest = start[prologue.end() :] if prologue else start
    if not declared and _HTML.match(rest):
        return "text/html"
    kind = _DOCTYPE.match(rest)
    if kind is not None:
        return _XML_TYPES.get(kind.group(1).lower(), "text/xml")
    root = _XML_ROOT.match(rest)
    if root is not None:
        return _XML_TYPES.get(root.group(1), "text/xml")
    return "text/xml" if declared else None


def _json(start: str, *, whole: bool) -> str | None:
    """JSON where every token is one of JSON's; lines of objects are NDJSON."""
    tokens = _JSON_TOKENS.match(start)
    end = tokens.end() if tokens else 0
    # A head may end within a string; in a whole file that is a cut string.
    if end < len(start) and not (start[end] == '"' and (not whole or "\n" not in start[end:])):
        return None
    if not re.match(r'\{\s*["}]|\{\s*\Z|\[', start):
        return None
    lines = [line for line in start.split("\n", 3)[:3] if line.strip()]
    closed = [line.rstrip().endswith(("}", "]")) and line.startswith(("{", "[")) for line in lines]
    if len(lines) > 1 and closed[0] and closed[1] and _balanced(lines[0]):
        return "application/x-ndjson"
    return "application/json"


def _balanced(line: str) -> bool:
    bare = re.sub(r'"(?:[^"\\]|\\.)*+"', "", line)
    return bare.count("{") == bare.count("}") and bare.count("[") == bare.count("]")


def _mail(text: str, extension: str) -> str | None:
    """A header of at least two mail fields; several messages, or the name, make it a mailbox."""
    boxed = _MBOX_LINE.match(text) is not None
    lines = text.split("\n", 200)[:200]
    names = Counter[str]()
    for line in lines[1:] if boxed else lines:
        header = _HEADER.match(line.rstrip("\r"))
        if header is None:
            break
        names[(header.group(1) or "").lower()] += 1
    if len(_MAIL_HEADERS & names.keys()) < 2:
        return None
    if boxed and (extension == ".mbox" or re.search(r"\n\r?\n" + _MBOX_LINE.pattern, text)):
        return "application/mbox"
    return "message/rfc822"


def _table(text: str, extension: str) -> str | None:
    """Delimited rows. Without a table's name the rows must agree on three columns or more."""
    rows = [line for line in text.splitlines()[:51] if line.strip()][:50]
    named = extension in _TABLE_EXTENSIONS
    for delimiter in _TABLE_EXTENSIONS.get(extension, ",;\t|"):
        widths = _widths(rows, delimiter)
        if not widths:
            continue
        width, count = widths.most_common(1)[0]
        agreed = count / sum(widths.values())
        if named and width >= 2 and agreed >= 0.3:
            return _table_type(delimiter)
        if width >= 3 and agreed == 1 and len(rows) >= 3:
            return _table_type(delimiter)
    return "text/csv" if named and rows else None


def _widths(rows: list[str], delimiter: str) -> Counter[int]:
    try:
        return Counter(len(row) for row in csv.reader(rows, delimiter=delimiter) if row)
    except csv.Error:
        return Counter()


def _table_type(delimiter: str) -> str:
    return "text/tab-separated-values" if delimiter == "\t" else "text/csv"
