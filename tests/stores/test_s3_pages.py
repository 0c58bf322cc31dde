from __future__ import annotations

from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.errors import RetryableError
from schedulerx.stores.s3_pages import Entry, Page, parse_page

SPACE = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'


def answer(body: str, space: str = SPACE) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f"{head}<ListBucketResult{space}>{body}</ListBucketResult>".encode()


def contents(key: str, size: int) -> str:
    return (
        f"<Contents><Key>{quote_plus(key, safe='/')}</Key>"
        "<LastModified>2026-01-02T03:04:05.000Z</LastModified>"
        f"<ETag>&quot;ab-2&quot;</ETag><Size>{size}</Size><StorageClass>STANDARD</StorageClass>"
        "<Owner><ID>1</ID><DisplayName>Key</DisplayName></Owner></Contents>"
    )


@pytest.mark.parametrize("space", [SPACE, ""])
@given(keys=st.lists(st.text(st.characters(codec="utf-8"), min_size=1)), size=st.integers(0))
def test_any_key_is_read_as_it_was_written(space: str, keys: list[str], size: int) -> None:
    body = "".join(contents(key, size) for key in keys)
    expected = [Entry(key, "ab-2", size) for key in keys]
    assert parse_page(answer(body, space)).entries == expected


def without_shortcut(body: bytes) -> Page:
    """A comment among the objects sends all of them through the parser."""
    return parse_page(body.replace(b"<Contents>", b"<Contents><!-- slow -->"))


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1)))
def test_the_shortcut_reads_what_the_parser_reads(keys: list[str]) -> None:
    tail = "<CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes><IsTruncated>false</IsTruncated>"
    body = answer("<Name>b</Name>" + "".join(contents(key, 7) for key in keys) + tail)
    assert parse_page(body) == without_shortcut(body)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<Key>a</Key>", "<Key><![CDATA[a]]></Key>"),
        ("<Key>a</Key>", "<Key>&#97;</Key>"),
        ("&quot;ab-2&quot;", '"ab-2"'),
        ("&quot;ab-2&quot;", "&#34;ab-2&#34;"),
        ("</Contents>", "</Contents><CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes>"),
        ("<Contents>", "\n  <Contents>\n    "),
        ("<Contents>", "<Contents lang='en'>"),
        ("<Size>7</Size>", "<Size> 7 </Size>"),
    ],
)
def test_other_spellings_mean_the_same(old: str, new: str) -> None:
    body = answer((contents("a", 7) + contents("b", 7)).replace(old, new))
    assert parse_page(body).entries == [Entry("a", "ab-2", 7), Entry("b", "ab-2", 7)]


def test_an_answer_cut_off_among_its_objects_is_asked_for_again() -> None:
    body = answer(contents("a", 7) * 3)
    for length in range(len(body)):
        with pytest.raises(RetryableError):
            parse_page(body[:length])


def test_the_next_token_counts_only_in_a_truncated_answer() -> None:
    token = "<NextContinuationToken>1+2/=</NextContinuationToken>"
    assert parse_page(answer(f"<IsTruncated>true</IsTruncated>{token}")).next_token == "1+2/="
    assert parse_page(answer(f"<IsTruncated>false</IsTruncated>{token}")) == Page([], [], None)


def test_common_prefixes_are_decoded() -> None:
    body = "<Prefix>a</Prefix><CommonPrefixes><Prefix>a+b/</Prefix></CommonPrefixes>"
    assert parse_page(answer(body)).prefixes == ["a b/"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (answer("")[:-9], "cut off"),
        (b"<Error><Code>InternalError</Code></Error>", "answered a listing with <Error>"),
        (b'<!DOCTYPE x [<!ENTITY y "z">]><ListBucketResult/>', "document type"),
        ("<!DOCTYPE x><ListBucketResult/>".encode("utf-16"), "document type"),
    ],
)
def test_what_is_no_listing_is_asked_for_again(body: bytes, says: str) -> None:
    with pytest.raises(RetryableError, match=says):
        parse_page(body)
