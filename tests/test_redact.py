from __future__ import annotations

import base64
import copy
import json
import pickle
import random
import string
import traceback
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_doctor.redact import MASK, Redactor, Secret, clean_shapes, mask_key_id

VALUE = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # the key of AWS's own documentation
BASE64 = string.ascii_letters + string.digits + "+/"
BASE64_URL = string.ascii_letters + string.digits + "-_"


# -- the type


@pytest.mark.parametrize(
    "shown",
    [
        str(Secret(VALUE)),
        repr(Secret(VALUE)),
        f"{Secret(VALUE)}",
        f"{Secret(VALUE):>60}",
        f"{Secret(VALUE)!r:.80}",
        "%s %r" % (Secret(VALUE), Secret(VALUE)),  # noqa: UP031
        "{}".format(Secret(VALUE)),  # noqa: UP032
        repr({"a": [Secret(VALUE)]}),
        json.dumps({"a": Secret(VALUE)}, default=str),
        pickle.dumps(Secret(VALUE)).decode("latin-1"),
        repr(pickle.loads(pickle.dumps(Secret(VALUE))).reveal()),  # noqa: S301
    ],
)
def test_a_secret_never_shows(shown: str) -> None:
    assert VALUE not in shown
    assert MASK in shown


def test_a_secret_is_not_json() -> None:
    with pytest.raises(TypeError) as refused:
        json.dumps(Secret(VALUE))

    assert VALUE not in str(refused.value)


def test_a_secret_is_not_in_a_traceback() -> None:
    error = ValueError(Secret(VALUE))
    lines = traceback.TracebackException(ValueError, error, None, capture_locals=True).format()

    assert VALUE not in "".join(lines)


def test_a_secret_is_a_value() -> None:
    assert Secret(VALUE) == Secret(VALUE)
    assert Secret(VALUE) != VALUE
    assert len({Secret(VALUE), Secret(VALUE)}) == 1
    assert copy.deepcopy(Secret(VALUE)).reveal() == VALUE
    assert copy.copy(Secret(VALUE)).reveal() == VALUE
    assert (bool(Secret("")), bool(Secret("x"))) == (False, True)


def test_a_secret_does_not_change() -> None:
    with pytest.raises(AttributeError):
        Secret(VALUE)._value = "other"


def test_mask_key_id() -> None:
    assert mask_key_id("AKIAIOSFODNN7EXAMPLE") == "AKIAIOSF...MPLE"
    assert mask_key_id("AKIA") == "AKIA"


# -- planted secrets


def opaque(alphabet: str, low: int, high: int, before: str = "") -> st.SearchStrategy[str]:
    """Random as a generator of secrets makes it; hypothesis alone would try `AAAA`."""

    def made(seed: int) -> str:
        chance = random.Random(seed)  # noqa: S311
        return before + "".join(chance.choices(alphabet, k=chance.randint(low, high)))

    return st.integers(0, 2**64).map(made)


def ecr_token(payload: str) -> str:
    inside = {"payload": payload, "datakey": "AQEBAHh" + payload[:20], "version": "2",
              "type": "DATA_KEY", "expiration": 1790000000}  # fmt: skip
    return base64.b64encode(json.dumps(inside).encode()).decode()


secret_keys = opaque(BASE64, 40, 40)
session_tokens = opaque(BASE64, 300, 900, "IQoJb3JpZ2luX2Vj")
ecr_tokens = opaque(BASE64, 400, 1200).map(ecr_token)
auth_values = ecr_tokens.map(lambda token: base64.b64encode(f"AWS:{token}".encode()).decode())
passwords = opaque(string.ascii_letters + string.digits + "!$%*.,;?#~^()|", 8, 30).filter(
    lambda text: any(c.isalpha() for c in text) and not text.isalpha() and text[0].isalnum()
)
plain_passwords = opaque(string.ascii_letters + string.digits, 12, 30).filter(
    lambda text: any(c.isdigit() for c in text) and any(c.isalpha() for c in text)
)
jwts = st.tuples(*[opaque(BASE64_URL, 20, 300)] * 3).map(lambda p: "eyJ" + ".".join(p))
signatures = opaque("0123456789abcdef", 64, 64)
pems = opaque(BASE64, 640, 640).map(lambda b: "\n".join(b[n : n + 64] for n in range(0, 640, 64)))

PLANTED = {
    "aws secret key": (
        secret_keys,
        [
            "{}",
            "the key {} was used",
            "aws_secret_access_key = {}",
            "AWS_SECRET_ACCESS_KEY={}",
            "export AWS_SECRET_ACCESS_KEY='{}'",
            '"SecretAccessKey": "{}",',
            '{{\\"SecretAccessKey\\":\\"{}\\",\\"x\\":1}}',
            "SecretAccessKey:{}",
            "{{AccessKeyID:AKIAIOSFODNN7EXAMPLE SecretAccessKey:{} SessionToken: Source:x}}",
            "AKIAIOSFODNN7EXAMPLE:{}",
            "secretKey={}&x=1",
        ],
    ),
    "session token": (
        session_tokens,
        [
            "{}",
            "aws_session_token={}",
            'AWS_SESSION_TOKEN="{}"',
            "x-amz-security-token: {}",
            "<SessionToken>{}</SessionToken>",
            "https://sts.amazonaws.com/?Action=x&X-Amz-Security-Token={}&z=1",
        ],
    ),
    "ecr token": (
        ecr_tokens,
        [
            "{}",
            '{{"ServerURL":"x","Username":"AWS","Secret":"{}"}}',
            "docker login -u AWS -p {} 123456789012.dkr.ecr.us-east-1.amazonaws.com",
            "docker login --username AWS --password {} HOST",
            "docker login --password={} HOST",
            "curl -u AWS:{} https://HOST/v2/",
            "skopeo copy --src-creds AWS:{} docker://x",
            "authorizationToken: {}",
        ],
    ),
    "docker auth": (
        auth_values,
        [
            '{{"auths":{{"HOST":{{"auth":"{}"}}}}}}',
            '"auth": "{}"',
            "Authorization: Basic {}",
            "map[Authorization:[Basic {}] User-Agent:[docker/28]]",
            "{{'Authorization': 'Basic {}'}}",
            "X-Registry-Auth: {}",
            "> authorization: basic {}",
        ],
    ),
    "password": (
        passwords,
        ['{{"username":"me","password":"{}"}}', "password: '{}'", '"identitytoken": "{}"'],
    ),
    "plain password": (
        plain_passwords,
        [
            "PROXY_PASSWORD={}",
            "https_proxy=http://user:{}@proxy.corp.example:3128",
            "HTTPS_PROXY=user:{}@proxy.corp.example:3128",
            'proxyconnect tcp: dial "http://user:{}@proxy:3128/": no such host',
            "NPM_TOKEN={}",
            "refused by the proxy; registry_token={}",
            "password: {}",
            "Authorization: Bearer {}",
            "Proxy-Authorization: Basic {}",
            "Set-Cookie: session={}; Path=/",
            "X-aws-ec2-metadata-token: {}",
            '"auth":"{}"',
            "_authToken={}",
        ],
    ),
    "jwt": (
        jwts,
        [
            "{}",
            "Authorization: Bearer {}",
            '"accessToken": "{}"',
            "&WebIdentityToken={}&",
            "id_token={}",
        ],
    ),
    "presigned": (
        signatures,
        [
            "https://b.s3.us-east-1.amazonaws.com/1192e4?X-Amz-Expires=3600&X-Amz-Signature={}",
            'Get "https://b.s3.amazonaws.com/k?X-Amz-Date=1\\u0026X-Amz-Signature={}": EOF',
            "https://d5l0dvt14r5h8.cloudfront.net/k?Expires=1&Signature={}&Key-Pair-Id=K1",
            "authorization: AWS4-HMAC-SHA256 Credential=AKIA/1/ecr, SignedHeaders=a, Signature={}",
            "GET /k?X-Amz-Signature={}&x-id=GetObject",
        ],
    ),
    "private key": (
        pems,
        [
            "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\n{}",
            "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n{}\n",
        ],
    ),
}
CASES = [(kind, frame) for kind, (_, frames) in PLANTED.items() for frame in frames]


@pytest.mark.parametrize(("kind", "frame"), CASES)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_no_planted_secret_survives(kind: str, frame: str, data: st.DataObject) -> None:
    secret = data.draw(PLANTED[kind][0])
    text = (
        f"time=12:00 msg={frame.format(*[secret] * 2)}\nnext line"
        if data.draw(st.booleans())
        else frame.format(*[secret] * 2)
    )

    cleaned = clean_shapes(text)

    assert_gone(secret, cleaned)
    assert clean_shapes(cleaned) == cleaned


def assert_gone(secret: str, text: str) -> None:
    """No piece of the secret that is long enough to be of use is left."""
    length = min(12, len(secret))
    pieces = {secret[n : n + length] for n in range(len(secret) - length + 1)}
    assert not [piece for piece in pieces if piece in text], text[:2000]


@given(
    secret=st.text(min_size=6, max_size=80).filter(lambda text: text.strip() == text),
    before=st.text(max_size=40),
    after=st.text(max_size=40),
)
@settings(deadline=None)
def test_a_known_value_goes_from_any_text(secret: str, before: str, after: str) -> None:
    redactor = Redactor()
    redactor.learn(Secret(secret))

    cleaned = redactor.clean(f"{before}{secret}{after}")

    # what stood around the secret may hold it once more, made of the mask and its neighbours
    assert secret not in cleaned or secret in MASK or secret in before + MASK + after


@pytest.mark.parametrize(
    "writing",
    [
        'plain p%ss/w"rd+1',
        "url p%25ss%2Fw%22rd%2B1",
        'json {"x":"p%ss/w\\"rd+1"}',
        "base64 " + base64.b64encode(b'p%ss/w"rd+1').decode(),
    ],
)
def test_a_known_value_goes_in_every_writing(writing: str) -> None:
    redactor = Redactor()
    redactor.learn('p%ss/w"rd+1')

    assert redactor.clean(writing).endswith((MASK, MASK + "=", MASK + '"}'))


@pytest.mark.parametrize("cut", [slice(0, 30), slice(30, None), slice(0, -1), slice(1, None)])
def test_a_known_value_goes_when_a_text_was_cut_through_it(cut: slice) -> None:
    token = "".join(f"{n:x}." for n in range(60))
    redactor = Redactor()
    redactor.learn(token)

    assert redactor.clean(f"a {token[cut]} b") == f"a {MASK} b"


def test_a_secret_that_is_known_in_pieces_is_masked_once() -> None:
    redactor = Redactor()
    redactor.learn("first-half-", "other-half", "then-more-of-it")

    assert redactor.clean("x first-half-other-halfthen-more-of-it y") == "x [redacted] y"


def test_short_values_are_not_looked_for() -> None:
    redactor = Redactor()
    redactor.learn("AWS", "")

    assert redactor.clean("user AWS") == "user AWS"


# -- what has to survive


SURVIVORS = Path(__file__).with_name("ordinary_diagnostics.txt").read_text().splitlines()


@pytest.mark.parametrize("line", SURVIVORS)
def test_ordinary_diagnostics_survive(line: str) -> None:
    assert clean_shapes(line) == line


@pytest.mark.parametrize("secret", ["hunter2", "HunTer", "HUNTER", "hunt-er"])
def test_what_a_sentence_cannot_begin_with_is_a_password(secret: str) -> None:
    assert secret not in clean_shapes(f"login with password: {secret}: unauthorized: try again")


def test_the_example_key_of_all_manuals_is_a_key() -> None:
    assert clean_shapes(f"a {VALUE} b") == f"a {MASK} b"


def test_a_key_id_is_shortened() -> None:
    assert clean_shapes("key AKIAIOSFODNN7EXAMPLE") == "key AKIAIOSF...MPLE"


def test_host_and_path_of_a_presigned_address_stay() -> None:
    url = "https://b.s3.us-east-1.amazonaws.com/1192e4/x"

    assert clean_shapes(f'Get "{url}?X-Amz-Signature=abc": EOF') == f'Get "{url}?{MASK}": EOF'


@pytest.mark.parametrize(
    ("url", "cleaned"),
    [
        ("http://me:pw@proxy:3128", f"http://me:{MASK}@proxy:3128"),
        ("http://me:p@w@proxy:3128", f"http://me:{MASK}@proxy:3128"),
        ("http://me:p/w@proxy:3128", f"http://me:{MASK}@proxy:3128"),
        ("http://me@proxy:3128", "http://me@proxy:3128"),
        ("https://ab12CD34ef56GH78ij@git:443/x", f"https://{MASK}@git:443/x"),
        ("http://me:@proxy:3128", "http://me:@proxy:3128"),
        ("http://proxy:3128/a@b", "http://proxy:3128/a@b"),
    ],
)
def test_passwords_in_addresses(url: str, cleaned: str) -> None:
    assert clean_shapes(url) == cleaned
