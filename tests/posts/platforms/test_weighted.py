from __future__ import annotations

import pytest

from schedulerx.posts.platforms.weighted import weighted_length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("abc", 3),
        ("café", 4),
        ("cafe\u0301", 4),  # composed first
        ("日本", 4),
        ("한국", 4),
        ("€", 2),
        ("“quoted”", 8),
        ("😀", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("👍🏽", 2),
        ("🇫🇷", 2),
        ("1️⃣", 2),
        ("❤️", 2),
        ("https://example.org", 23),
        ("https://example.org/" + "x" * 200, 23),
        ("(https://example.org/a).", 26),
        ("see example.com now", 31),
        ("see example.com/a/b?c=d", 27),
        ("someone@example.com", 19),
        ("a sentence.Next one", 19),
        ("x.co", 23),
        ("bbc.uk/news", 23),
        ("www.example.com, ok", 27),
        ("e.g. this", 9),
        ("©", 2),
    ],
)
def test_a_text_counts_as_x_counts_it(text: str, length: int) -> None:
    assert weighted_length(text) == length
