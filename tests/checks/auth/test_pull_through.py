from __future__ import annotations

from typing import Any

import pytest

from ecr_doctor.model import Status, parse_target
from ecr_doctor.probes.aws_errors import AwsError, FailureKind
from ecr_doctor.probes.aws_identity import AwsIdentity, AwsIdentityProbe
from ecr_doctor.probes.ecr_repository import EcrImage, EcrImageProbe, ImageFailure
from ecr_doctor.probes.iam_simulation import (
    Decision,
    SimulatedAction,
    Simulation,
    SimulationProbe,
)
from ecr_doctor.probes.manifest import Manifest, ManifestProbe
from ecr_doctor.probes.pull_through import (
    PullThroughProbe,
    PullThroughRule,
    PullThroughRules,
    UpstreamLogin,
    UpstreamLoginProbe,
)
from ecr_doctor.probes.registry_api import RegistryAnswer, Whose
from ecr_doctor.testing import HOST, context
from ecr_doctor_checks.auth.pull_through import PullThrough

USER = "arn:aws:iam::123456789012:user/dev"
REFUSED = AwsError(kind=FailureKind.DENIED, message="no", code="AccessDeniedException", status=400)
GITHUB = PullThroughRule(prefix="ghcr", upstream="ghcr.io", has_login=True)
HUB = PullThroughRule(prefix="hub", upstream="registry-1.docker.io")
RULES = PullThroughRules(rules=(GITHUB, HUB))
IMAGE = f"{HOST}/ghcr/team/app:1.0"
CREATE, IMPORT = "ecr:CreateRepository", "ecr:BatchImportUpstreamImage"
ALL, NONE = (CREATE, IMPORT), ()


def answer(code: str) -> Manifest:
    return Manifest(whose=Whose.DOCKER, answer=RegistryAnswer(status=404, code=code))


def allows(actions: tuple[str, ...], **more: Any) -> Simulation:
    return Simulation(
        principal=USER,
        actions=tuple(
            SimulatedAction(
                action=action,
                resource="*",
                decision=Decision.ALLOWED if action in actions else Decision.IMPLICIT_DENY,
                **more,
            )
            for action in ALL
        ),
    )


def seen(code: str, simulation: Simulation | None, login: UpstreamLogin) -> dict[Any, Any]:
    given: dict[Any, Any] = {
        ManifestProbe(): answer(code),
        PullThroughProbe(): RULES,
        AwsIdentityProbe(): AwsIdentity(arn=USER, account="123456789012"),
        UpstreamLoginProbe("ghcr"): login,
    }
    return given | ({SimulationProbe(USER): simulation} if simulation else {})


VALID = UpstreamLogin(valid=True)
REPOSITORY, TAG = "NAME_UNKNOWN", "MANIFEST_UNKNOWN"
LACKS_CREATE, LACKS_IMPORT = (
    "pull-through-missing-create-repository",
    "pull-through-missing-batch-import",
)


@pytest.mark.parametrize(
    ("code", "simulation", "login", "status", "cause"),
    [
        pytest.param(REPOSITORY, allows(NONE), VALID, Status.FAIL, LACKS_CREATE, id="neither"),
        pytest.param(REPOSITORY, allows((IMPORT,)), VALID, Status.FAIL, LACKS_CREATE, id="create"),
        pytest.param(REPOSITORY, allows((CREATE,)), VALID, Status.FAIL, LACKS_IMPORT, id="import"),
        pytest.param(TAG, allows((CREATE,)), VALID, Status.FAIL, LACKS_IMPORT, id="tag"),
        pytest.param(TAG, allows((IMPORT,)), VALID, Status.INCONCLUSIVE, None, id="no tag"),
        pytest.param(REPOSITORY, allows(ALL), VALID, Status.INCONCLUSIVE, None, id="upstream"),
        pytest.param(REPOSITORY, allows(ALL), UpstreamLogin(failure="401 of ghcr.io"), Status.FAIL,
                     "pull-through-upstream-auth", id="login"),
        pytest.param(REPOSITORY, allows(NONE), UpstreamLogin(error=REFUSED), Status.FAIL,
                     LACKS_CREATE, id="login not to be tried"),
        pytest.param(REPOSITORY, Simulation(principal=USER, error=REFUSED), VALID,
                     Status.INCONCLUSIVE, None, id="no simulation"),
        pytest.param(REPOSITORY, None, VALID, Status.INCONCLUSIVE, None, id="a root user"),
        pytest.param(REPOSITORY, allows(NONE, missing_context=("aws:SourceIp",)), VALID,
                     Status.INCONCLUSIVE, None, id="a condition"),
        pytest.param("", allows(NONE), VALID, Status.NOT_APPLICABLE, None, id="image is there"),
        pytest.param("DENIED", allows(NONE), VALID, Status.NOT_APPLICABLE, None, id="denied"),
    ],
)  # fmt: skip
def test_why_the_cache_has_no_image(
    code: str, simulation: Simulation | None, login: UpstreamLogin, status: Status, cause: str
) -> None:
    ctx = context(seen(code, simulation, login), target=parse_target(IMAGE))

    verdict = PullThrough().run(ctx)

    assert (verdict.status, verdict.cause) == (status, cause)
    assert ("image-tag-not-found" in verdict.instead_of) is (cause is not None)
    assert cause not in verdict.instead_of


def test_official_images_of_docker_hub() -> None:
    given = seen(REPOSITORY, allows(NONE), VALID)
    ctx = context(given, target=parse_target(f"{HOST}/hub/nginx:1.27"))

    verdict = PullThrough().run(ctx)

    assert verdict.cause == "pull-through-library-prefix"
    assert ("nearest", "hub/library/nginx") in verdict.facts


@pytest.mark.parametrize(
    ("image", "status"),
    [
        (EcrImage(error=AwsError(kind=FailureKind.NOT_FOUND, message="")), Status.FAIL),
        (EcrImage(failures=(ImageFailure(code="ImageNotFound", reason=""),)), Status.FAIL),
        (EcrImage(found=True), Status.NOT_APPLICABLE),
    ],
)
def test_without_an_answer_of_the_registry_the_api_tells(image: EcrImage, status: Status) -> None:
    given = seen("", allows(NONE), VALID) | {EcrImageProbe(): image}
    del given[ManifestProbe()]

    assert PullThrough().run(context(given, target=parse_target(IMAGE))).status is status


def test_rules_that_are_not_shown() -> None:
    given = seen(REPOSITORY, allows(NONE), VALID)
    given[PullThroughProbe()] = PullThroughRules(error=REFUSED)

    verdict = PullThrough().run(context(given, target=parse_target(IMAGE)))

    assert verdict.status is Status.INCONCLUSIVE
    assert "ecr:DescribePullThroughCacheRules" in str(verdict.evidence)


@pytest.mark.parametrize("image", [f"{HOST}/team/app:1", "public.ecr.aws/a/b", "ghcr.io/a/b"])
def test_no_cache(image: str) -> None:
    ctx = context(seen(REPOSITORY, allows(NONE), VALID), target=parse_target(image))

    assert PullThrough().run(ctx).status is Status.NOT_APPLICABLE
