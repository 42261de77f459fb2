"""Connections: where keys come from, what is refused, and that no key ever shows."""

from __future__ import annotations

import copy
import io
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.runtime.connection import Connection, Direct, Maton, MatonAccount, from_environment
from codegen.runtime.errors import ArgumentError, CredentialMissing, KlaviyoError
from codegen.runtime.flow import Session
from codegen.runtime.secret import Secret
from tests.runtime.trouble import KEY

MATON_KEY = "mt-" + "5ecret" * 5
CONNECTION = "3f0c7a1e-0000-4000-8000-000000000000"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KLAVIYO_API_KEY", "MATON_API_KEY", "MATON_CONNECTION_ID"):
        monkeypatch.delenv(name, raising=False)


def everything_shown(error: BaseException) -> str:
    """All that a report of an error could hold: the traceback with every local, causes included."""
    report = io.StringIO()
    found = traceback.TracebackException.from_exception(error, capture_locals=True)
    for frame in found.stack:
        if "tests/" in frame.filename:
            frame.locals = None
    found.print(file=report)
    return report.getvalue() + repr(error) + str(error) + repr(error.args) + repr(vars(error))


def refused(make: Callable[[], object]) -> KlaviyoError:
    with pytest.raises(KlaviyoError) as caught:
        make()
    assert "5ecret" not in everything_shown(caught.value)
    return caught.value


# ------------------------------------------------------------------------------------------- headers


def test_direct_signs_for_klaviyo() -> None:
    connection = Direct(KEY)
    assert (connection.road, connection.base) == ("direct", "https://a.klaviyo.com")
    assert connection.headers() == (("authorization", f"Klaviyo-API-Key {KEY}"),)


def test_maton_signs_for_the_gateway_and_names_the_connection() -> None:
    connection = Maton(MATON_KEY, connection_id=CONNECTION)
    assert (connection.road, connection.base) == ("maton", "https://api.maton.ai/klaviyo")
    assert connection.headers() == (
        ("authorization", f"Bearer {MATON_KEY}"),
        ("maton-connection", CONNECTION),
    )
    assert Maton(MATON_KEY).headers() == (("authorization", f"Bearer {MATON_KEY}"),)


def test_an_account_and_its_connections_share_the_key() -> None:
    account = MatonAccount(MATON_KEY, base_url="https://gateway.test/maton/")
    assert account.base == "https://gateway.test/maton"
    connection = account.connection(CONNECTION)
    assert connection == Maton(MATON_KEY, connection_id=CONNECTION, base_url="https://gateway.test/maton")
    assert connection.account == account
    assert connection.headers()[0] == account.headers()[0]


# --------------------------------------------------------------------------------------- environment


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    error = refused(from_environment)
    assert "export KLAVIYO_API_KEY=pk_… to" in str(error)
    assert "MATON_API_KEY=… and MATON_CONNECTION_ID" in str(error)
    monkeypatch.setenv("KLAVIYO_API_KEY", KEY)
    assert from_environment() == Direct()
    assert Direct().headers() == Direct(KEY).headers()
    monkeypatch.setenv("MATON_API_KEY", MATON_KEY)
    assert "both set" in str(refused(from_environment))
    monkeypatch.setenv("KLAVIYO_API_KEY", "")
    monkeypatch.setenv("MATON_CONNECTION_ID", CONNECTION)
    found = from_environment()
    assert isinstance(found, Maton)
    assert found.connection_id == CONNECTION
    assert found.headers() == Maton(MATON_KEY, connection_id=CONNECTION).headers()


def test_a_connection_id_of_the_environment_belongs_to_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATON_CONNECTION_ID", CONNECTION)
    assert Maton(MATON_KEY).connection_id is None


@pytest.mark.parametrize("make", [Direct, Maton, MatonAccount])
def test_no_key_is_an_error_that_names_the_variable(make: Callable[[], Connection]) -> None:
    error = refused(make)
    assert isinstance(error, CredentialMissing)
    assert "export " in str(error)


# ------------------------------------------------------------------------------------------ refusals


def test_a_key_of_the_other_service_is_refused_with_a_hint() -> None:
    assert "belongs to Direct" in str(refused(lambda: Maton(KEY)))
    assert "belongs to Direct" in str(refused(lambda: MatonAccount(KEY)))
    assert "belongs to Maton" in str(refused(lambda: Direct(MATON_KEY)))


def test_a_wrong_key_of_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLAVIYO_API_KEY", KEY + "\n")
    assert "line break" in str(refused(Direct))


@given(
    st.text(st.characters(exclude_categories=[])).filter(
        lambda text: not text.isascii() or not text.isalnum()
    )
)
def test_only_visible_ascii_makes_a_key(rest: str) -> None:
    key = "pk_5ecret" + rest
    if rest and all("!" <= character <= "~" for character in rest):
        assert Direct(key).headers()[0][1].endswith(key)
    elif rest:
        refused(lambda: Direct(key))


@pytest.mark.parametrize("key", ["", " ", KEY + "\r\nx: y", KEY + "\n", " " + KEY, KEY + "\x00", KEY + "é"])
def test_flawed_keys_are_refused(key: str) -> None:
    assert isinstance(refused(lambda: Direct(key)), ArgumentError)
    assert isinstance(refused(lambda: Maton(key.replace("pk_", "mt-"))), ArgumentError)


def test_a_key_is_text() -> None:
    key: Any = b"pk_5ecret"
    assert "is not text" in str(refused(lambda: Direct(key)))


@pytest.mark.parametrize("connection_id", ["", "a b", "a\r\nx: y"])
def test_a_connection_id_brings_no_header_along(connection_id: str) -> None:
    assert "connection_id" in str(refused(lambda: Maton(MATON_KEY, connection_id=connection_id)))


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://a.klaviyo.com", "plain http"),
        ("http://127.0.0.1.example.com", "plain http"),
        ("https://user:pw@a.klaviyo.com", "user or password"),
        ("https://@a.klaviyo.com", "user or password"),
        ("https://a.klaviyo.com?x=1", "query"),
        ("https://a.klaviyo.com/#top", "fragment"),
        ("https://a.klaviyo.com/a/../b", "dot segments"),
        ("ftp://a.klaviyo.com", "no URL"),
        ("a.klaviyo.com", "no URL"),
        ("https://", "no URL"),
        ("https://a.klaviyo.com:port", "no URL"),
        ("https://[::1", "no URL"),
        ("https://a.klaviyo.com\\@evil.example", "no URL"),
        ("https://a.klaviyo.com/\r\nx", "no URL"),
        ("https://a.klaviyo.com/a b", "no URL"),
    ],
)
def test_a_key_goes_to_safe_urls_only(url: str, problem: str) -> None:
    assert problem in str(refused(lambda: Direct(KEY, base_url=url)))
    assert problem in str(refused(lambda: Maton(MATON_KEY, base_url=url)))


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://proxy.example/klaviyo/", "https://proxy.example/klaviyo"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_other_bases_are_possible(url: str, base: str) -> None:
    assert Direct(KEY, base_url=url).base == base


def test_plain_http_has_to_be_asked_for() -> None:
    assert Direct(KEY, base_url="http://klaviyo.test", insecure=True).base == "http://klaviyo.test"


# ------------------------------------------------------------------------------------------- secrets

CONNECTIONS = [Direct(KEY), Maton(MATON_KEY, connection_id=CONNECTION), MatonAccount(MATON_KEY)]


@pytest.mark.parametrize("connection", CONNECTIONS, ids=lambda connection: type(connection).__name__)
def test_connections_show_no_key_and_travel_without_it(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "5ecret" not in repr(connection) + str(connection) + repr(Session(connection, None, "tests"))
    pickled = pickle.dumps(connection)
    assert b"5ecret" not in pickled
    other = pickle.loads(pickled)
    assert type(other) is type(connection)
    assert other.base == connection.base
    assert "do not travel" in str(refused(other.headers))
    variable = "KLAVIYO_API_KEY" if connection.road == "direct" else "MATON_API_KEY"
    monkeypatch.setenv(variable, "pk_other" if connection.road == "direct" else "other")
    assert other.headers()[0][1].endswith("other")
    assert other.headers()[1:] == connection.headers()[1:]


@pytest.mark.parametrize("connection", CONNECTIONS, ids=lambda connection: type(connection).__name__)
def test_a_copy_within_the_process_keeps_the_key(connection: Connection) -> None:
    for other in (copy.copy(connection), copy.deepcopy(connection)):
        assert other == connection
        assert hash(other) == hash(connection)
        assert other.headers() == connection.headers()


def test_a_secret_shows_only_when_asked() -> None:
    secret = Secret("5ecret")
    assert secret.reveal() == "5ecret"
    assert "5ecret" not in f"{secret} {secret!r}" + repr([secret])
    assert secret == Secret("5ecret")
    assert hash(secret) == hash(Secret("5ecret"))
    assert secret != Secret("other")
    text: object = "5ecret"
    assert secret != text
    assert Secret("\ud800") == Secret("\ud800")
    assert copy.deepcopy([secret])[0] is secret
    for name in ("_text", "text"):
        with pytest.raises(AttributeError, match="cannot be changed"):
            setattr(secret, name, "x")
    withheld = pickle.loads(pickle.dumps(secret))
    assert not withheld
    with pytest.raises(CredentialMissing, match="left behind"):
        withheld.reveal()
