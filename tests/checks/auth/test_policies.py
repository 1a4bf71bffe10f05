from __future__ import annotations

import json
from typing import Any

import pytest

from ecr_doctor.model import Status, parse_target
from ecr_doctor.probes.aws_errors import AwsError, FailureKind
from ecr_doctor.probes.aws_identity import AwsIdentity, AwsIdentityProbe
from ecr_doctor.probes.aws_need import AwsNeed, AwsNeedProbe
from ecr_doctor.probes.ecr_repository import EcrImage, EcrImageProbe
from ecr_doctor.probes.ecr_token import EcrToken, EcrTokenProbe
from ecr_doctor.probes.iam_simulation import (
    Decision,
    SimulatedAction,
    Simulation,
    SimulationProbe,
)
from ecr_doctor.probes.manifest import Manifest, ManifestProbe
from ecr_doctor.probes.pull_through import PullThroughProbe, PullThroughRule, PullThroughRules
from ecr_doctor.probes.registry_api import RegistryAnswer, Whose
from ecr_doctor.probes.repository_policy import RepositoryPolicy, RepositoryPolicyProbe
from ecr_doctor.probes.second_try import SecondTryProbe, Step
from ecr_doctor.testing import context
from ecr_doctor_checks.auth.policies import Policies

USER = "arn:aws:iam::123456789012:user/dev"
OTHER = parse_target("210987654321.dkr.ecr.us-east-1.amazonaws.com/team/app:latest")
PULL = "ecr:BatchGetImage"
NO_IDENTITY = f"because no identity-based policy allows the {PULL} action"
NO_RESOURCE = f"because no resource-based policy allows the {PULL} action"
NO_SCP = "with an explicit deny in a service control policy"
MANIFEST = SecondTryProbe(Step.MANIFEST)
REFUSED = AwsError(kind=FailureKind.DENIED, message="no", code="AccessDenied", status=403)
CROSS = {"target": OTHER}


def text(tail: str, account: str = "123456789012", action: str = PULL) -> str:
    arn = f"arn:aws:ecr:us-east-1:{account}:repository/team/app"
    return f"User: {USER} is not authorized to perform: {action} on resource: {arn} {tail}"


def by_registry(message: str) -> Manifest:
    answer = RegistryAnswer(status=403, code="DENIED", message=message, is_registry=True)
    return Manifest(whose=Whose.DOCKER, answer=answer)


def by_api(message: str) -> EcrImage:
    return EcrImage(error=AwsError(kind=FailureKind.DENIED, message=message, status=400))


def says(decision: Decision, action: str = PULL, **more: Any) -> Simulation:
    found = SimulatedAction(action=action, resource="*", decision=decision, **more)
    return Simulation(principal=USER, actions=(found,))


def grants(**condition: object) -> RepositoryPolicy:
    statement = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "ecr:*"}
    more = {"Condition": condition} if condition else {}
    return RepositoryPolicy(text=json.dumps({"Statement": [{**statement, **more}]}))


def forbids(**more: object) -> RepositoryPolicy:
    statement = {"Effect": "Deny", "Principal": "*", "Action": "ecr:*", **more}
    return RepositoryPolicy(text=json.dumps({"Statement": [statement]}))


ALLOWED, IMPLICIT = says(Decision.ALLOWED), says(Decision.IMPLICIT_DENY)
NOTHING = RepositoryPolicy()
HIDDEN = RepositoryPolicy(error=REFUSED)
BLIND = Simulation(principal=USER, error=REFUSED)
ORG = {"StringEquals": {"aws:PrincipalOrgID": "o-example"}}
VPCE = {"StringEquals": {"aws:SourceVpce": "vpce-1"}}


def seen(
    message: str,
    simulation: Simulation | None,
    policy: RepositoryPolicy,
    **more: Any,
) -> dict[Any, Any]:
    given: dict[Any, Any] = {
        EcrTokenProbe(): EcrToken(),
        AwsIdentityProbe(): AwsIdentity(arn=USER, account="123456789012"),
        EcrImageProbe(): more.pop("image", EcrImage()),
        ManifestProbe(): by_registry(message),
        RepositoryPolicyProbe(): policy,
    }
    if simulation is not None:
        given[SimulationProbe(USER)] = simulation
    also: dict[Any, Any] = more.pop("also", {})
    return given | also


PLAIN, FOREIGN = text(""), text("", OTHER.account)


@pytest.mark.parametrize(
    ("message", "simulation", "policy", "cause", "instead_of"),
    [
        # Within an account AWS's own words decide, and simulation only speaks where they are cut.
        pytest.param(text(NO_IDENTITY), IMPLICIT, NOTHING, "iam-missing-batch-get-image", (),
                     id="identity policy"),
        pytest.param(text(NO_SCP), ALLOWED, NOTHING, "scp-deny", (), id="scp by text"),
        pytest.param(text(NO_IDENTITY), says(Decision.IMPLICIT_DENY, organization_allows=False),
                     NOTHING, "iam-missing-batch-get-image", (), id="text before simulation"),
        pytest.param(PLAIN, says(Decision.IMPLICIT_DENY, organization_allows=False), NOTHING,
                     "scp-deny", ("iam-missing-batch-get-image",), id="scp by simulation"),
        pytest.param(PLAIN, says(Decision.IMPLICIT_DENY, boundary_allows=False), NOTHING,
                     "permissions-boundary-deny", ("iam-missing-batch-get-image",), id="boundary"),
        pytest.param(PLAIN, says(Decision.EXPLICIT_DENY), NOTHING,
                     "iam-explicit-deny", ("iam-missing-batch-get-image",), id="explicit deny"),
        pytest.param(PLAIN, None, forbids(), "repo-policy-explicit-deny",
                     ("iam-missing-batch-get-image",), id="repository denies"),
        pytest.param(text("with an explicit deny in a resource-based policy"), None,
                     forbids(Condition={"StringNotEquals": {"aws:SourceVpce": "v"}}),
                     "repo-policy-explicit-deny", (), id="repository denies under a condition"),
        # Across accounts AWS may name nothing.
        pytest.param(FOREIGN, IMPLICIT, HIDDEN, "identity-policy-missing-cross-account",
                     ("cross-account-denial-unexplained",), id="own side"),
        pytest.param(FOREIGN, ALLOWED, HIDDEN, "cross-account-denial-unexplained", (),
                     id="other side, not shown"),
        pytest.param(FOREIGN, ALLOWED, NOTHING, "repo-policy-missing-cross-account",
                     ("cross-account-denial-unexplained",), id="other side, no policy"),
        pytest.param(FOREIGN, ALLOWED, grants(), "cross-account-denial-unexplained", (),
                     id="both sides allow"),
        pytest.param(FOREIGN, ALLOWED, grants(**ORG), "org-condition-mismatch",
                     ("cross-account-denial-unexplained",), id="organization"),
        pytest.param(FOREIGN, ALLOWED, forbids(Condition=VPCE), "cross-account-denial-unexplained",
                     (), id="a denial that may not hold"),
        pytest.param(FOREIGN, BLIND, grants(**ORG), "cross-account-denial-unexplained", (),
                     id="own side not known"),
        pytest.param(FOREIGN, says(Decision.IMPLICIT_DENY, missing_context=("aws:SourceVpce",)),
                     NOTHING, "cross-account-denial-unexplained", (), id="own side, conditions"),
        pytest.param(text(NO_RESOURCE, OTHER.account), None, grants(**VPCE),
                     "iam-condition-mismatch", ("repo-policy-missing-cross-account",),
                     id="condition of the repository"),
        pytest.param(text(NO_RESOURCE, OTHER.account), None, NOTHING,
                     "repo-policy-missing-cross-account", (), id="repository policy missing"),
    ],
)  # fmt: skip
def test_the_cause(
    message: str,
    simulation: Simulation | None,
    policy: RepositoryPolicy,
    cause: str,
    instead_of: tuple[str, ...],
) -> None:
    target = OTHER if OTHER.account in message else parse_target(
        "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app:latest"
    )  # fmt: skip

    verdict = Policies().run(context(seen(message, simulation, policy), target=target))

    assert (verdict.status, verdict.cause) == (Status.FAIL, cause)
    assert verdict.instead_of == instead_of
    assert cause in Policies.causes


@pytest.mark.parametrize(
    ("simulation", "image", "again", "cause"),
    [
        pytest.param(ALLOWED, EcrImage(), True, "iam-eventual-consistency", id="simulated"),
        pytest.param(BLIND, EcrImage(found=True), True, "iam-eventual-consistency", id="API"),
        pytest.param(ALLOWED, EcrImage(), False, "iam-missing-batch-get-image", id="still not"),
        pytest.param(IMPLICIT, EcrImage(), True, "iam-missing-batch-get-image", id="not asked"),
    ],
)
def test_a_grant_that_has_just_been_made(
    simulation: Simulation,
    image: EcrImage,
    again: bool,  # noqa: FBT001
    cause: str,
) -> None:
    given = seen(text(NO_IDENTITY), simulation, NOTHING, image=image, also={MANIFEST: again})

    assert Policies().run(context(given)).cause == cause


def test_the_login_of_somebody_else_says_nothing_of_this_caller() -> None:
    message = text(NO_IDENTITY).replace("user/dev", "user/other")
    given = seen(message, None, NOTHING, image=EcrImage(found=True), also={MANIFEST: True})

    verdict = Policies().run(context(given))

    assert verdict.cause == "iam-missing-batch-get-image"
    assert "whom the login belongs to" in {e.what for e in verdict.evidence}


def test_a_new_repository_of_the_cache_of_another_account() -> None:
    rules = PullThroughRules(rules=(PullThroughRule(prefix="team", upstream="ghcr.io"),))
    given = seen(text(NO_RESOURCE, OTHER.account), None, NOTHING, also={PullThroughProbe(): rules})

    verdict = Policies().run(context(given, target=OTHER))

    assert verdict.cause == "pull-through-cross-account"
    assert verdict.instead_of == ("repo-policy-missing-cross-account",)


def test_what_is_missing_for_a_look_is_listed_with_a_policy() -> None:
    verdict = Policies().run(context(seen(text(NO_IDENTITY), BLIND, HIDDEN)))

    shown = {e.what: e.value for e in verdict.evidence}
    assert verdict.status is Status.INCONCLUSIVE
    assert (
        shown["not allowed to look with"] == "iam:SimulatePrincipalPolicy, ecr:GetRepositoryPolicy"
    )
    policy = json.loads(shown["policy that lets this program look"])
    assert [s["Action"] for s in policy["Statement"]] == [
        "iam:SimulatePrincipalPolicy",
        "ecr:GetRepositoryPolicy",
    ]


def test_conditions_that_cannot_be_simulated_are_listed() -> None:
    simulation = says(Decision.IMPLICIT_DENY, missing_context=("aws:SourceVpce",))

    verdict = Policies().run(context(seen(text(NO_IDENTITY), simulation, NOTHING)))

    assert "aws:SourceVpce" in {e.value for e in verdict.evidence}


def test_a_token_that_is_refused_is_grave_only_where_docker_asks_for_one() -> None:
    action = "ecr:GetAuthorizationToken"
    message = f"User: {USER} is not authorized to perform: {action} on resource: *"
    error = AwsError(kind=FailureKind.DENIED, message=message, status=400)
    simulation = says(Decision.EXPLICIT_DENY, action)
    given = seen("", simulation, NOTHING) | {EcrTokenProbe(): EcrToken(error=error)}

    for needed, status in ((True, Status.FAIL), (False, Status.WARN)):
        need = AwsNeed(needed=needed, why="", helper="ecr-login")
        verdict = Policies().run(context(given | {AwsNeedProbe(): need}))

        assert (verdict.status, verdict.cause) == (status, "iam-explicit-deny")
        assert verdict.instead_of == ("iam-missing-get-authorization-token",)


@pytest.mark.parametrize(
    ("image", "status"),
    [
        (EcrImage(found=True), Status.NOT_APPLICABLE),
        (EcrImage(error=AwsError(kind=FailureKind.NOT_FOUND, message="")), Status.NOT_APPLICABLE),
        (EcrImage(error=AwsError(kind=FailureKind.TIMEOUT, message="")), Status.INCONCLUSIVE),
        (by_api(text(NO_IDENTITY)), Status.FAIL),
    ],
)
def test_nothing_is_looked_into_unless_something_is_refused(
    image: EcrImage, status: Status
) -> None:
    given = seen("", IMPLICIT, NOTHING, image=image)
    del given[ManifestProbe()]
    need = AwsNeed(needed=True, why="", helper="ecr-login")

    assert Policies().run(context(given | {AwsNeedProbe(): need})).status is status


def test_a_login_that_may_pull_is_not_the_caller_s_matter() -> None:
    given = seen("", IMPLICIT, NOTHING, image=by_api(text(NO_IDENTITY)))
    given[ManifestProbe()] = Manifest(whose=Whose.DOCKER, answer=RegistryAnswer(status=200))

    assert Policies().run(context(given)).status is Status.INCONCLUSIVE


@pytest.mark.parametrize("image", ["public.ecr.aws/nginx/nginx", "ghcr.io/a/b", "nginx"])
def test_other_registries(image: str) -> None:
    assert Policies().run(context(target=parse_target(image))).status is Status.NOT_APPLICABLE
