from __future__ import annotations

from dataclasses import replace

import pytest

from ecr_doctor.probes.docker_engine import EngineProblem
from ecr_doctor.probes.proxy import ProxyProbe, exempting_entry
from ecr_doctor.probes.side import Side
from probes.network_machine import ENGINE, stage

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    ("no_proxy", "host", "entry"),
    [
        ("", HOST, ""),
        ("*", HOST, "*"),
        ("example.com, amazonaws.com", HOST, "amazonaws.com"),
        (".amazonaws.com", HOST, ".amazonaws.com"),
        ("*.amazonaws.com", HOST, "*.amazonaws.com"),
        ("*amazonaws.com", HOST, ""),
        ("https://.amazonaws.com", HOST, ""),
        ("localhost;.amazonaws.com", HOST, ""),
        (".amazonaws.com", "amazonaws.com", ""),
        ("amazonaws.com", "amazonaws.com", "amazonaws.com"),
        ("amazonaws.com", "notamazonaws.com", ""),
        ("AMAZONAWS.com", HOST, "AMAZONAWS.com"),
        ("amazonaws.com:443", HOST, "amazonaws.com:443"),
        ("amazonaws.com:8443", HOST, ""),
        ("10.0.0.0/8", "10.77.0.10", "10.0.0.0/8"),
        ("10.0.0.0/8", "11.0.0.1", ""),
        ("10.0.0.0/8", HOST, ""),
        ("nonsense/99", HOST, ""),
        ("169.254.169.254", "169.254.169.254", "169.254.169.254"),
        ("[2001:db8::1]:443", "2001:db8::1", "[2001:db8::1]:443"),
        ("2001:db8::1", "2001:db8::1", "2001:db8::1"),
        ("*", "10.0.0.1", "*"),
        ("1.2.3.4", "4.1.2.3.4", ""),
        ("s3.amazonaws.com", HOST, ""),
    ],
)
def test_no_proxy_as_go_reads_it(no_proxy: str, host: str, entry: str) -> None:
    assert exempting_entry(no_proxy, host, 443) == entry


@pytest.mark.parametrize(
    ("env", "shown", "source"),
    [
        ({}, "no proxy", ""),
        ({"HTTPS_PROXY": "http://p.example:3128"}, "http://p.example:3128", "HTTPS_PROXY"),
        ({"HTTPS_PROXY": "HTTP://p.example:3128"}, "http://p.example:3128", "HTTPS_PROXY"),
        ({"https_proxy": "p.example:3128"}, "http://p.example:3128", "https_proxy"),
        ({"HTTPS_PROXY": "http://u.example", "https_proxy": "http://l.example"},
         "http://u.example:80", "HTTPS_PROXY"),
        ({"HTTPS_PROXY": "", "https_proxy": "http://l.example"}, "http://l.example:80",
         "https_proxy"),
        ({"HTTPS_PROXY": "socks5://p.example"}, "socks5://p.example:1080", "HTTPS_PROXY"),
        ({"HTTP_PROXY": "http://p.example:3128"}, "no proxy", ""),
        ({"HTTPS_PROXY": "http://p.example", "NO_PROXY": ".amazonaws.com"}, "no proxy",
         "HTTPS_PROXY"),
    ],
)  # fmt: skip
def test_the_clients_variables(env: dict[str, str], shown: str, source: str) -> None:
    choice = stage(env=env).observe(ProxyProbe(HOST, side=Side.CLIENT))

    assert (choice.shown, choice.source) == (shown, source)


@pytest.mark.parametrize("text", ["http://", "http://[bad", "http://p:port", "http://p:99999"])
def test_an_address_that_makes_no_sense(text: str) -> None:
    choice = stage(env={"HTTPS_PROXY": text}).observe(ProxyProbe(HOST, side=Side.CLIENT))

    assert choice.problem
    assert not choice.used


@pytest.mark.parametrize(
    "text", ["http://me:50%off@p.example:3128", "http://p.example:3128\r", "http://me:a#b%c@p"]
)
def test_an_address_that_go_leaves_out(text: str) -> None:
    choice = stage(env={"HTTPS_PROXY": text}).observe(ProxyProbe(HOST, side=Side.CLIENT))

    assert (choice.used, choice.problem, choice.ignored) == (False, "", "HTTPS_PROXY")


def test_the_engine_has_a_proxy_of_its_own() -> None:
    engine = replace(ENGINE, https_proxy="http://d.example:3128", no_proxy="example.org")
    scene = stage(engine=engine, env={"HTTPS_PROXY": "http://c.example"})

    assert scene.observe(ProxyProbe(HOST, side=Side.ENGINE)).shown == "http://d.example:3128"
    assert scene.observe(ProxyProbe("a.example.org", side=Side.ENGINE)).exempted_by == "example.org"
    assert scene.observe(ProxyProbe(HOST, side=Side.CLIENT)).shown == "http://c.example:80"


def test_an_engine_without_a_proxy_does_not_take_the_clients() -> None:
    scene = stage(env={"HTTPS_PROXY": "http://c.example"})

    assert not scene.observe(ProxyProbe(HOST, side=Side.ENGINE)).used


@pytest.mark.parametrize(
    ("client", "host"),
    [("docker", "d.example"), ("docker-build", "d.example"), ("skopeo", "c.example")],
)
def test_the_engines_proxy_is_for_pulls_by_the_engine(client: str, host: str) -> None:
    engine = replace(ENGINE, https_proxy="http://d.example:3128")
    scene = stage(engine=engine, env={"HTTPS_PROXY": "http://c.example"}, client=client)

    assert scene.observe(ProxyProbe("registry.example", 443, Side.ENGINE)).host == host


def test_without_an_engine_the_clients_variables_stand_for_it() -> None:
    engine = replace(ENGINE, problem=EngineProblem.NO_SOCKET)
    scene = stage(engine=engine, env={"HTTPS_PROXY": "http://c.example"})

    assert scene.observe(ProxyProbe(HOST, side=Side.ENGINE)).shown == "http://c.example:80"


def test_the_exemptions_can_be_left_out() -> None:
    scene = stage(env={"HTTPS_PROXY": "http://c.example", "NO_PROXY": "*"})

    assert scene.observe(ProxyProbe(HOST, side=Side.CLIENT, heed_exemptions=False)).used


def test_the_login_is_a_secret() -> None:
    scene = stage(env={"HTTPS_PROXY": "http://us%40er:p%3Ass@p.example:3128"})

    choice = scene.observe(ProxyProbe(HOST, side=Side.CLIENT))

    assert choice.login is not None
    assert choice.login.reveal() == "us@er:p:ss"
    assert "ss" not in choice.shown
    assert "p:ss" not in repr(choice)


def test_a_masked_password_of_the_engine_is_taken_from_the_same_proxy_of_the_client() -> None:
    engine = replace(ENGINE, https_proxy="http://user:xxxxx@p.example:3128")
    probe = ProxyProbe(HOST, side=Side.ENGINE)

    alone = stage(engine=engine).observe(probe)
    same = stage(engine=engine, env={"HTTPS_PROXY": "http://u:real@p.example:3128"}).observe(probe)
    other = stage(engine=engine, env={"HTTPS_PROXY": "http://u:real@q.example:3128"}).observe(probe)

    assert alone.login_masked
    assert other.login_masked
    assert same.login is not None
    assert same.login.reveal() == "u:real"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_go_never_asks_a_proxy_for_this_machine(host: str) -> None:
    scene = stage(env={"HTTPS_PROXY": "http://c.example"})

    assert not scene.observe(ProxyProbe(host, side=Side.CLIENT)).used
