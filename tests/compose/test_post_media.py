from __future__ import annotations

from pathlib import Path

import pytest

from schedulerx.compose.post_media import local_media
from schedulerx.errors import ConfigurationError

AWS = {"AWS_REGION": "eu-central-1"}


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "an-id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-key")


def test_a_folder_has_no_public_url(tmp_path: Path) -> None:
    _, public = local_media(tmp_path, {})
    assert public is None


def test_a_store_that_speaks_s3_signs_urls_at_its_own_address(tmp_path: Path) -> None:
    env = {**AWS, "MEDIA_BUCKET": "media", "MEDIA_ENDPOINT_URL": "https://store.example"}
    _, public = local_media(tmp_path, env)
    assert public is not None
    url = public("posts/media/ab/a picture.jpg")
    assert url.startswith("https://store.example/media/posts/media/ab/a%20picture.jpg?")
    assert "Signature" in url
    assert "a-key" not in url


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "auto"])
def test_urls_are_signed_as_new_buckets_want_them_in_every_region(
    tmp_path: Path, region: str
) -> None:
    _, public = local_media(tmp_path, {"AWS_REGION": region, "MEDIA_BUCKET": "media"})
    assert public is not None
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in public("a.jpg")


def test_a_store_elsewhere_needs_no_region(tmp_path: Path) -> None:
    env = {"MEDIA_BUCKET": "media", "MEDIA_ENDPOINT_URL": "https://store.example"}
    _, public = local_media(tmp_path, env)
    assert public is not None
    assert "%2Fauto%2Fs3%2F" in public("a.jpg")


def test_a_public_address_is_used_as_it_is(tmp_path: Path) -> None:
    env = {**AWS, "MEDIA_BUCKET": "media", "MEDIA_PUBLIC_URL": "https://media.example/"}
    _, public = local_media(tmp_path, env)
    assert public is not None
    assert public("a b.jpg") == "https://media.example/a%20b.jpg"


@pytest.mark.parametrize("address", ["media.example", "http://media.example", "https://", "s3://b"])
def test_an_address_no_platform_fetches_from_is_told(tmp_path: Path, address: str) -> None:
    env = {**AWS, "MEDIA_BUCKET": "media", "MEDIA_PUBLIC_URL": address}
    with pytest.raises(ConfigurationError, match="begins with https://"):
        local_media(tmp_path, env)


def test_an_address_without_a_bucket_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="set MEDIA_BUCKET"):
        local_media(tmp_path, {"MEDIA_ENDPOINT_URL": "https://store.example"})
