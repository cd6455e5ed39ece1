import pytest

from pytest_specmint.enrichment.endpoint import HostGuard, guard_for, is_loopback, read_endpoint
from pytest_specmint.errors import ProviderError


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://api.openai.com/v1/", "https://api.openai.com/v1"),
        ("https://API.example.com:443", "https://api.example.com"),
        ("http://localhost:8000/v1", "http://localhost:8000/v1"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("localhost:8080", "http://localhost:8080"),
        ("127.0.0.1", "http://127.0.0.1"),
        ("models.example.com/v1", "https://models.example.com/v1"),
        ("http://0.0.0.0:9", "http://127.0.0.1:9"),
        ("http://[::]:9", "http://[::1]:9"),
    ],
)
def test_reads_base_urls(text: str, url: str) -> None:
    assert read_endpoint(text).url == url


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no host"),
        ("http://", "no host"),
        ("ftp://host/x", "scheme is ftp"),
        ("http://host:port/", "no URL"),
        ("http://host:99999/", "no URL"),
        ("http://a b/", "no name"),
        ("http://[::1/", "no URL"),
    ],
)
def test_refuses_what_is_no_base_url(text: str, words: str) -> None:
    with pytest.raises(ProviderError, match=words) as caught:
        read_endpoint(text)
    assert caught.value.hint


def test_what_is_secret_in_a_url_is_never_shown() -> None:
    endpoint = read_endpoint("https://me:pass%40word@host.example:8443/v1?key=hidden")
    for shown in (repr(endpoint), str(endpoint), endpoint.url, endpoint.shown(debug=False), f"{endpoint.query}"):
        assert "pass" not in shown
        assert "hidden" not in shown
        assert "me:" not in shown
    assert endpoint.shown(debug=True) == "https://me:pass@word@host.example:8443/v1?key=hidden"


def test_an_error_does_not_repeat_a_password() -> None:
    with pytest.raises(ProviderError) as caught:
        read_endpoint("https://me:secret-word@host:port/")
    assert "secret-word" not in f"{caught.value} {caught.value.hint} {caught.value!r}"


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]", "::ffff:127.0.0.1"]
)
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["localhost.example.com", "10.0.0.1", "::2", "128.0.0.1", "notlocalhost", ""])
def test_other_machines(host: str) -> None:
    assert not is_loopback(host)


def test_the_guard_lets_all_through_where_it_is_off() -> None:
    assert guard_for([], [], ci=False).permits("anywhere.example")


def test_in_ci_only_configured_hosts_and_this_machine() -> None:
    guard = guard_for([], ["api.openai.com"], ci=True)
    assert guard.permits("API.openai.com")
    assert guard.permits("127.0.0.1")
    assert not guard.permits("proxy.example")
    assert not guard.permits("api.openai.com.evil.example")


def test_a_list_turns_the_guard_on() -> None:
    guard = guard_for(["https://Models.example/v1", "*.internal", "10.0.0.7", "other.example:8443"], [], ci=False)
    assert [
        guard.permits(host)
        for host in ("models.example", "a.internal", "internal", "10.0.0.7", "other.example", "x.example")
    ] == [
        *(True, True, False, True, True, False),
    ]


def test_listed_is_more_than_permitted() -> None:
    assert not HostGuard().lists("ollama.com")
    assert guard_for(["ollama.com"], [], ci=False).lists("ollama.com")
