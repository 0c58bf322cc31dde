from __future__ import annotations

from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.errors import RetryableError
from schedulerx.stores.s3_listing import Entry, Page, parse_page

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
