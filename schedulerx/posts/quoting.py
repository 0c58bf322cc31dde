"""Words of platforms, as they may be kept and told on. Pure."""

from __future__ import annotations

import re

_LONGEST = 2000  # characters
# Platforms quote addresses they were given, and what signs one lets whoever reads it in.
_QUERY = re.compile(r"(https?://[^\s?#\"'<>]+)[?#][^\s\"'<>]*", re.IGNORECASE)
_BOT = re.compile(r"(/(?:file/)?bot)\d+:[\w-]+", re.IGNORECASE)  # Telegram's token is in the path
_BEARER = re.compile(r"((?:bearer|authorization:\s*basic)\s+)[\w.~+/=-]{8,}", re.IGNORECASE)
_JWT = re.compile(r"\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?")  # RFC 7519; begins with {"
_USER = re.compile(r"(https?://)[^\s/?#@\"'<>]{1,200}@", re.IGNORECASE)
_FIELD = re.compile(
    r"((?:access_token|refresh_token|id_token|client_secret|client_assertion|app_secret"
    r"|appsecret_proof|accessJwt|refreshJwt|accessToken|refreshToken|oauth_token|oauth_signature|x-api-key|api_?key"
    r"|password|fb_exchange_token)"
    r"[\"']?\s*[=:]\s*[\"']?)[^\s&\"',}]+",
    re.IGNORECASE,
)


def quoted(words: str) -> str:
    """The words, without what opens a door: signatures of addresses, tokens, passwords; of long
    ones the beginning.
    """
    if len(words) > _LONGEST:
        words = f"{words[:_LONGEST]}…"
    words = _USER.sub(r"\1…@", words)
    words = _QUERY.sub(r"\1?…", words)
    words = _BOT.sub(r"\1…", words)
    words = _JWT.sub("…", words)
    words = _BEARER.sub(r"\1…", words)
    return _FIELD.sub(r"\1…", words)
