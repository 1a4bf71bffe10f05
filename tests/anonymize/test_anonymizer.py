# ruff: noqa: S108  temporary folders of others
from __future__ import annotations

import ipaddress
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_doctor.anonymize import Anonymizer
from ecr_doctor.anonymize.naming import Kind
from ecr_doctor.model import parse_target

ACCOUNT = "123456789012"
HOST = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com"
ROLE = f"arn:aws:sts::{ACCOUNT}:assumed-role/Payments-Deployer/alice.smith@acme.com"
REPOSITORY = f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/payments/ledger"
DIGEST = "sha256:" + "0123456789012" * 4 + "0" * 12


def cleaned(*texts: str, salt: str = "salt", words: tuple[str, ...] = ()) -> str:
    anonymizer = Anonymizer(salt=salt, words=words)
    for text in texts:
        anonymizer.learn(text)
    return "\n".join(map(anonymizer.clean, texts))


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        pytest.param(f"account {ACCOUNT}", [ACCOUNT], id="an account"),
        pytest.param("1234-5678-9012", ["1234-5678-9012"], id="an account with hyphens"),
        pytest.param(f"?r=arn%3Aaws%3Aiam%3A%3A{ACCOUNT}%3Aroot", [ACCOUNT], id="in a URL"),
        pytest.param(ROLE, [ACCOUNT, "Payments", "alice", "acme"], id="a session"),
        pytest.param(f"User: {REPOSITORY}.", [ACCOUNT, "payments", "ledger"], id="a repository"),
        pytest.param(f"arn:aws-cn:iam::{ACCOUNT}:user/eng/bob", ["eng/", "bob"], id="a user"),
        pytest.param("arn:aws:s3:::acme-artifacts/x", ["acme-artifacts"], id="a bucket"),
        pytest.param(f"{HOST}/payments/ledger:v1", [ACCOUNT, "payments", "ledger"], id="image"),
        pytest.param("http://proxy.acme.example:3128", ["acme"], id="a proxy"),
        pytest.param("http://bobby:[redacted]@proxy:3128/", ["bobby", "//proxy"], id="its user"),
        pytest.param("lookup vault.megacorp on 10.1.2.3:53: no such host",
                     ["megacorp", "10.1.2.3"], id="a host that is looked up"),
        pytest.param("mail ops@acme.io", ["acme", "ops@"], id="an address of a person"),
        pytest.param("/home/alice/.docker/config.json:3", ["alice"], id="a home folder"),
        pytest.param("/Users/alice", ["alice"], id="a home folder of a Mac"),
        pytest.param("C:\\Users\\alice\\.aws", ["alice"], id="a home folder of Windows"),
        pytest.param("/home/alice/projects/ledger/.venv/bin/python3", ["alice", "ledger"],
                     id="a folder in a home"),
        pytest.param("/root/acme/ca.pem", ["acme"], id="a folder of root"),
        pytest.param("PATH=/usr/bin:/work/acme/venv/bin:/opt/acme/bin", ["acme", "/work"],
                     id="a search path"),
        pytest.param("/tmp/acme-build-7/run", ["acme"], id="a temporary folder"),
        pytest.param("/private/var/folders/zz/acme/T/x", ["zz", "acme"], id="one of a Mac"),
        pytest.param("/var/jenkins_home/workspace/acme-pay", ["acme"], id="a CI system's folder"),
        pytest.param("file:///builds/acme/policy.json", ["acme"], id="a file's URL"),
        pytest.param("C:\\Users\\alice\\acme\\x.json", ["alice", "acme"], id="one of Windows"),
        pytest.param("Linux 6.8.0-1015-acme x86_64", ["1015", "acme"], id="a kernel"),
        pytest.param("dial tcp 52.94.1.2:443", ["52.94.1.2"], id="an IPv4 address"),
        pytest.param("[2600:1f18::a:1]:443", ["2600:1f18"], id="an IPv6 address"),
        pytest.param("key AKIAABCD...WXYZ", ["ABCD", "WXYZ"], id="a key id"),
        pytest.param("vpce-0a1b2c3d4e5f60718-abcdefgh.api.ecr.us-east-1.vpce.amazonaws.com",
                     ["0a1b2c3d4e5f60718"], id="an endpoint"),
        pytest.param("acme-logs.s3.amazonaws.com", ["acme"], id="a bucket's host"),
        pytest.param("https://acme.awsapps.com/start", ["acme"], id="a sign-in page"),
    ],
)  # fmt: skip
def test_what_identifies_somebody_is_gone(text: str, gone: list[str]) -> None:
    clean = cleaned(text)

    assert [name for name in gone if name in clean] == []


@pytest.mark.parametrize(
    "text",
    [
        "the image's manifest answers 403",
        f"{DIGEST} 0f1e2d3c-1234-5678-9012-123456789012",
        "https://docs.aws.amazon.com/AmazonECR/latest/x.html public.ecr.aws/nginx docker.io",
        "https://api.ecr.us-east-1.amazonaws.com/",
        "prod-us-east-1-starport-layer-bucket.s3.amazonaws.com",
        "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly",
        "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*",
        "169.254.169.254 127.0.0.1 ::1 fd00:ec2::254 localhost:5000 10.0.0.0/8",
        "/root/.docker/config.json ~/.aws/config /usr/local/bin file://policy.json",
        "client.helper-cache docker-credential-ecr-login ecr:BatchGetImage config.json 28.2.2",
        "at 12:34:56 on 2026-06-15T12:00:00Z, 1718452800000 ms",
        "unix:///var/run/docker.sock",
        "/usr/lib/python3/dist-packages/x.py /var/lib/docker/overlay2 /run/user/1000/docker.sock",
        "/tmp/python3.11/bin/docker-credential-ecr-login /opt/venv/lib/python3.11/site-packages",
        "GET /v2/ and /v2/manifests/latest, 5/6 and/or, text/html, </details>, ~/x/y, */team/*",
    ],
)
def test_what_is_everybodys_stays(text: str) -> None:
    assert cleaned(text) == text


def test_the_same_thing_is_the_same_everywhere() -> None:
    lines = cleaned(
        ROLE,
        "the role Payments-Deployer may not",
        f"{HOST}/payments/ledger:v1",
        REPOSITORY,
        "no repository PAYMENTS/LEDGER here",
    ).splitlines()

    role = re.search(r"assumed-role/([^/]+)/", lines[0])
    repository = re.search(r"amazonaws\.com/(\S+):v1", lines[2])
    assert role is not None
    assert repository is not None
    assert lines[1] == f"the role {role[1]} may not"
    assert lines[3].endswith(f":repository/{repository[1]}")
    assert lines[4] == f"no repository {repository[1]} here"


def test_a_shared_salt_gives_the_same_names_and_none_gives_others() -> None:
    assert cleaned(ROLE, salt="ours") == cleaned(ROLE, salt="ours")
    assert cleaned(ROLE, salt="ours") != cleaned(ROLE, salt="theirs")
    assert cleaned(ROLE, salt="") != cleaned(ROLE, salt="")


def test_a_registry_stays_one() -> None:
    target = parse_target(cleaned(f"{HOST}/payments/ledger:v1"))

    assert (target.region, target.partition, target.selector) == ("us-east-1", "aws", "v1")
    assert target.account.startswith("0000")


@pytest.mark.parametrize(
    ("address", "private"),
    [("10.1.2.3", True), ("172.20.0.9", True), ("52.94.1.2", False), ("fd12::1", True)],
)
def test_an_address_stays_private_or_public(address: str, private: bool) -> None:  # noqa: FBT001
    assert ipaddress.ip_address(cleaned(address)).is_private is private


def test_words_of_ones_own_are_replaced_wherever_they_stand() -> None:
    clean = cleaned("the ACME-build of acmecorp", words=("Acme",))

    first, second = re.findall(r"word-[0-9a-f]{6}", clean)
    assert first == second
    assert "acme" not in clean.lower()


def test_words_alone_leave_the_rest() -> None:
    anonymizer = Anonymizer(words=("Acme",), identities=False)
    anonymizer.learn(ROLE)

    assert anonymizer.clean(f"{ACCOUNT} acme").startswith(f"{ACCOUNT} word-")


def test_common_words_are_no_names() -> None:
    anonymizer = Anonymizer()
    for name in ("root", "ubuntu", "app", "ab", "12345"):
        anonymizer.learn_name(Kind.USER, name)

    assert anonymizer.clean("root ubuntu app ab 12345") == "root ubuntu app ab 12345"


def test_a_home_elsewhere_is_replaced() -> None:
    anonymizer = Anonymizer()
    anonymizer.learn_home("/srv/build/bob")

    assert re.fullmatch(
        r"/home/user-\w{6}/\.aws/config, /srv/build/path-\w{6}",
        anonymizer.clean("/srv/build/bob/.aws/config, /srv/build/bobby"),
    )


def test_a_path_keeps_its_form_and_each_folder_its_name() -> None:
    clean = cleaned(
        "/work/acme/bin/python3 /work/acme/own-ca.pem:7 /srv/acme. Linux 6.8.0-acme x 6.8.0-acme"
    )

    assert re.fullmatch(
        r"/(path-\w{6})/(path-\w{6})/bin/python3 /\1/\2/path-\w{6}\.pem:7 /srv/\2\."
        r" Linux (6\.8-\w{6}) x \3",
        clean,
    )


def test_what_lies_in_a_home_elsewhere_is_replaced_too() -> None:
    anonymizer = Anonymizer()
    anonymizer.learn_home("/srv/build/bob")

    assert re.fullmatch(
        r"/home/user-\w{6}/path-\w{6}/\.venv/bin", anonymizer.clean("/srv/build/bob/acme/.venv/bin")
    )


def test_it_counts_different_things() -> None:
    anonymizer = Anonymizer()
    anonymizer.clean(f"{ACCOUNT} {ACCOUNT} 210987654321 10.1.2.3")

    assert anonymizer.counts() == {Kind.ACCOUNT: 2, Kind.ADDRESS: 1}


@given(st.text(alphabet=st.characters(codec="utf-8")), st.text())
def test_any_text_is_taken(text: str, word: str) -> None:
    anonymizer = Anonymizer(words=(word,))
    anonymizer.clean(anonymizer.learn(text))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "part",
    [
        "a",
        "a.",
        "/",
        "1",
        "arn:aws:",
        "a@",
        "::",
        "/a",
        "/home/a",
        "/tmp/a.",
        "x://",
        "http://a",
        "lookup ",
    ],
)
def test_no_text_takes_long(part: str) -> None:
    """Linear it is done at once; quadratic it takes minutes, and pytest's time limit ends it."""
    anonymizer = Anonymizer()

    anonymizer.clean(anonymizer.learn(part * (400_000 // len(part))))
