from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer

from schedulerx.compose.stack_media import MediaPlace, stack_media
from schedulerx.errors import ConfigurationError
from schedulerx.stores.aws_clients import Clients
from schedulerx.stores.stack import StackOutputs

KEYS = {"access_key_id": "an-id", "secret_access_key": "a-key"}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server that is both AWS and the store elsewhere."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def env(address: str, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    given = {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": "eu-central-1",
        "NO_PROXY": "127.0.0.1",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return given


def secret(address: str, name: str, text: str) -> str:
    client = boto3.client("secretsmanager", endpoint_url=address, region_name="eu-central-1")
    client.create_secret(Name=name, SecretString=text)
    return name


def test_a_bucket_of_s3_is_reached_with_the_functions_own_role(env: Mapping[str, str]) -> None:
    store, public = stack_media(MediaPlace(bucket="media"), Clients(env))

    assert store.location("a") == "s3://media/a"
    assert public is not None
    assert "Credential=testing%2F" in public("posts/a.jpg")


def test_a_store_elsewhere_is_reached_with_the_secrets_keys(
    address: str, env: Mapping[str, str]
) -> None:
    name = secret(address, "media/one", json.dumps(KEYS))
    place = MediaPlace(bucket="media", endpoint="https://store.example", secret=name)

    _, public = stack_media(place, Clients(env))

    assert public is not None
    url = public("posts/a.jpg")
    assert url.startswith("https://store.example/media/posts/a.jpg?")
    assert "Credential=an-id%2F" in url
    assert "%2Fauto%2Fs3%2F" in url
    assert "a-key" not in url


def test_a_public_address_goes_before_signing(address: str, env: Mapping[str, str]) -> None:
    name = secret(address, "media/two", json.dumps({**KEYS, "region": "weur"}))
    place = MediaPlace(
        bucket="media", endpoint="https://store.example", secret=name, public="https://m.example/"
    )

    _, public = stack_media(place, Clients(env))

    assert public is not None
    assert public("posts/a b.jpg") == "https://m.example/posts/a%20b.jpg"


@pytest.mark.parametrize("text", ["a-password", "[]", "{}", '{"access_key_id": 7}'])
def test_a_secret_of_another_shape_is_not_quoted(
    address: str, env: Mapping[str, str], text: str
) -> None:
    name = secret(address, f"media/{uuid4()}", text)
    place = MediaPlace(bucket="media", endpoint="https://store.example", secret=name)

    with pytest.raises(ConfigurationError, match="access_key_id") as told:
        stack_media(place, Clients(env))

    assert "a-password" not in str(told.value)
    assert told.value.__cause__ is None


def test_functions_and_an_operators_machine_are_told_the_same() -> None:
    place = MediaPlace(bucket="b", endpoint="https://e", public="https://p", secret="s")
    names = {
        "MEDIA_BUCKET": "b",
        "MEDIA_ENDPOINT_URL": "https://e",
        "MEDIA_PUBLIC_URL": "https://p",
    }
    env = {f"SCHEDULERX_{name}": value for name, value in {**names, "MEDIA_SECRET": "s"}.items()}
    outputs = StackOutputs(
        media_bucket="b", media_endpoint_url="https://e", media_public_url="https://p",
        media_secret="s",
    )  # fmt: skip

    assert MediaPlace.of(env) == MediaPlace.of_stack(outputs) == place
