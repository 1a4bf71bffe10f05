from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_doctor.model.resource_policy import Held, judge_policy, role_of

USER = "arn:aws:iam::123456789012:user/dev"
SESSION = "arn:aws:sts::123456789012:assumed-role/puller/i-0123"
ROLE = "arn:aws:iam::123456789012:role/puller"
PULL = "ecr:BatchGetImage"
KNOWN = {"aws:requestedregion": "us-east-1"}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(principal: object, action: object = PULL, **more: object) -> str:
    return policy({"Effect": "Allow", "Principal": principal, "Action": action, **more})


@pytest.mark.parametrize(
    ("arn", "role"),
    [
        (SESSION, ROLE),
        ("arn:aws-cn:sts::123456789012:assumed-role/r/s", "arn:aws-cn:iam::123456789012:role/r"),
        (USER, USER),
        ("", ""),
    ],
)
def test_role_of_a_session(arn: str, role: str) -> None:
    assert role_of(arn) == role


@pytest.mark.parametrize(
    ("text", "principal", "named"),
    [
        pytest.param(allow("*"), USER, True, id="everybody"),
        pytest.param(allow({"AWS": "*"}), USER, True, id="every AWS principal"),
        pytest.param(allow({"AWS": USER}), USER, True, id="the user"),
        pytest.param(allow({"AWS": [ROLE, USER]}), USER, True, id="one of a list"),
        pytest.param(allow({"AWS": "123456789012"}), USER, True, id="account"),
        pytest.param(allow({"AWS": "arn:aws:iam::123456789012:root"}), SESSION, True, id="root"),
        pytest.param(allow({"AWS": ROLE}), SESSION, True, id="role of a session"),
        pytest.param(allow({"AWS": f"{ROLE[:-6]}ci/team/puller"}), SESSION, True, id="role path"),
        pytest.param(allow({"AWS": f"{ROLE}2"}), SESSION, False, id="another role"),
        pytest.param(allow({"AWS": "210987654321"}), USER, False, id="another account"),
        pytest.param(allow({"Service": "lambda.amazonaws.com"}), USER, False, id="a service"),
        pytest.param(allow({"AWS": USER}, "ecr:*"), USER, True, id="all actions"),
        pytest.param(allow({"AWS": USER}, ["ecr:batchget*"]), USER, True, id="case of actions"),
        pytest.param(allow({"AWS": USER}, "ecr:PutImage"), USER, False, id="another action"),
        pytest.param(policy({"Effect": "Allow", "Principal": "*", "NotAction": "ecr:Put*"}), USER,
                     True, id="not action"),
        pytest.param(policy({"Effect": "Deny", "NotPrincipal": {"AWS": ROLE}, "Action": PULL}),
                     USER, True, id="not principal"),
        pytest.param(policy({"Effect": "Deny", "NotPrincipal": {"AWS": USER}, "Action": PULL}),
                     USER, False, id="spared principal"),
        pytest.param(allow("*", "ecr:[B]atchGetImage"), USER, False, id="brackets are no wildcard"),
    ],
)  # fmt: skip
def test_whom_a_statement_is_about(text: str, principal: str, named: bool) -> None:  # noqa: FBT001
    assert bool(judge_policy(text, principal, PULL, {}).statements) is named


@pytest.mark.parametrize(
    ("condition", "held"),
    [
        ({}, Held.YES),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-example"}}, Held.UNKNOWN),
        ({"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}}, Held.YES),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, Held.NO),
        ({"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}, Held.YES),
        ({"StringLikeIfExists": {"aws:requestedregion": "us-*"}}, Held.YES),
        ({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/*"}}, Held.NO),
        ({"Bool": {"aws:SecureTransport": "true"}}, Held.UNKNOWN),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, Held.UNKNOWN),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1", "aws:SourceVpce": "v"}}, Held.NO),
        ({"NumericLessThan": {"aws:RequestedRegion": 1}}, Held.UNKNOWN),
    ],
)
def test_conditions(condition: dict[str, Any], held: Held) -> None:
    opinion = judge_policy(allow("*", Condition=condition), USER, PULL, KNOWN)

    assert [s.held for s in opinion.statements] == [held]
    assert bool(opinion.allows) is (held is Held.YES)
    assert bool(opinion.conditional) is (held is not Held.YES)


def test_what_a_report_shows_of_a_statement() -> None:
    condition = {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}
    deny = {"Effect": "Deny", "Principal": "*", "Action": "ecr:*", "Condition": condition}

    (found,) = judge_policy(policy(deny), USER, PULL, {}).denies

    assert found.text == "statement 1 denies if StringNotEquals aws:SourceVpce vpce-1"
    assert found.keys == ("aws:sourcevpce",)


def test_principals_that_exist_no_more() -> None:
    assert judge_policy(allow({"AWS": "AROAEXAMPLE0000000001"}), USER, PULL, {}).deleted == (
        "AROAEXAMPLE0000000001",
    )


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000])
def test_unreadable_policies(text: str) -> None:
    assert not judge_policy(text, USER, PULL, {}).readable


_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Statement", "Effect", "Principal", "AWS", "Action", "Condition", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
)


@given(_JSON)
def test_any_json_is_read_without_an_error(value: object) -> None:
    judge_policy(json.dumps(value), USER, PULL, KNOWN)
