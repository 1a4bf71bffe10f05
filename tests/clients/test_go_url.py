"""The host of a URL; each row was looked up in Go's net/url, and run with docker 28."""

from __future__ import annotations

import pytest

from ecr_doctor.clients.go_url import url_host


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://a.b", "a.b"),
        ("HTTPS://A.b/v2/", "A.b"),
        ("x-1+.y://a.b/", "a.b"),
        ("https://a.b:8443/x", "a.b:8443"),
        ("https://a.b:", "a.b"),
        ("https://AWS:x@a.b/", "a.b"),
        ("https://a.b?c=d", "a.b"),
        ("https://a.b#f", "a.b"),
        ("https://a.b/c d", "a.b"),
        ("https://[::1]", "::1"),
        ("https://[::1]:5000/", "[::1]:5000"),
        ("a.b", ""),
        ("//a.b", ""),
        ("://a.b", ""),
        ("1x://a.b", ""),
        (" https://a.b", ""),
        ("https:/a.b", ""),
        ("https:///a.b", ""),
        ("https://a.b\n", ""),
        ("https://a.b\\v2", ""),
        ("https:// a.b", ""),
        ("https://%61.b", ""),
        ("https://a.b/%zz", ""),
        ("https://a.b#%zz", ""),
        ("https://A WS@a.b", ""),
        ("https://a.b:x/", ""),
        ("https://[a.b]", ""),
        ("https://https://a.b", "https"),
    ],
)
def test_host(text: str, host: str) -> None:
    assert url_host(text) == host
