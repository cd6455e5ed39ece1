"""The forms of OLLAMA_HOST that Ollama's own documentation and tests know."""

import pytest

from pytest_specmint.enrichment.providers.ollama_host import read_ollama_host


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        ("1.2.3.4", "http://1.2.3.4:11434"),
        (":1234", "http://127.0.0.1:1234"),
        ("1.2.3.4:1234", "http://1.2.3.4:1234"),
        ("example.com", "http://example.com:11434"),
        ("example.com:1234", "http://example.com:1234"),
        (":66000", "http://127.0.0.1:11434"),
        (":-1", "http://127.0.0.1:11434"),
        ("host:", "http://host:11434"),
        ("[::1]", "http://[::1]:11434"),
        ("[::]", "http://[::1]:11434"),
        ("::", "http://[::1]:11434"),
        ("::1", "http://[::1]:11434"),
        ("fe80::7", "http://[fe80::7]:11434"),
        ("[::1]:1337", "http://[::1]:1337"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:8080", "http://127.0.0.1:8080"),
        (" 1.2.3.4 ", "http://1.2.3.4:11434"),
        ('"1.2.3.4"', "http://1.2.3.4:11434"),
        (' " 1.2.3.4 " ', "http://1.2.3.4:11434"),
        ("'1.2.3.4'", "http://1.2.3.4:11434"),
        ("http://1.2.3.4", "http://1.2.3.4"),
        ("http://1.2.3.4:4321", "http://1.2.3.4:4321"),
        ("https://1.2.3.4", "https://1.2.3.4"),
        ("https://1.2.3.4:4321", "https://1.2.3.4:4321"),
        ("https://example.com/ollama", "https://example.com/ollama"),
        ("https://example.com:8443/ollama/", "https://example.com:8443/ollama"),
        ("ollama.com", "https://ollama.com"),
        ("localhost:11434/v1", "http://localhost:11434"),
        ("http://localhost:11434/api", "http://localhost:11434"),
        ("http://gateway/llm/v1", "http://gateway/llm"),
    ],
)
def test_every_form(text: str, url: str) -> None:
    assert read_ollama_host(text).url == url


def test_the_usual_port_of_a_scheme_is_told_apart() -> None:
    assert read_ollama_host("http://h").port == 80
    assert read_ollama_host("h").port == 11434


def test_a_password_stays_secret() -> None:
    endpoint = read_ollama_host("https://me:word@h.example/x")
    assert endpoint.url == "https://h.example/x"
    assert endpoint.userinfo is not None
    assert endpoint.userinfo.reveal() == "me:word"
    assert "word" not in repr(endpoint)
