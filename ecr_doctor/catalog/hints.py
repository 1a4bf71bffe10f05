"""Where the rest of the story is, when a text holds only its end or is about more than a pull."""

from __future__ import annotations

from typing import Final

_LITTLE: Final = 50
"""Score of a first cause below which a text says next to nothing."""
_PUSHES: Final = ("initiatelayerupload", "uploadlayerpart", "completelayerupload", "putimage")
_KUBERNETES: Final = (
    "The back-off is only the consequence of a failed pull. Why it failed stands in the event "
    '"Failed to pull image": kubectl describe pod NAME'
)
_ECS: Final = (
    "ECS shows the reason shortened. The whole one: aws ecs describe-tasks --cluster CLUSTER "
    "--tasks TASK --query 'tasks[].[stoppedReason,containers[].reason]'"
)
_PUSH: Final = (
    "A push was refused here. It needs more than the rights to pull: ecr:InitiateLayerUpload, "
    "ecr:UploadLayerPart, ecr:CompleteLayerUpload and ecr:PutImage."
)


def hint(flat: str, score: float, *, decided: bool) -> str:
    """What to look at besides the causes; empty where the text needs no more."""
    if "authorized to perform" in flat and any(f"ecr:{action}" in flat for action in _PUSHES):
        return _PUSH
    if decided:
        return ""
    backs_off = "back-off pulling image" in flat or "imagepullbackoff" in flat
    if backs_off and "failed to pull image" not in flat:
        return _KUBERNETES
    if "cannotpull" in flat and score < _LITTLE:
        return _ECS
    return ""
