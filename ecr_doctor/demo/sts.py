"""AWS STS in its query protocol: who signed this request; and IAM, which tells the demo nothing."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from .messages import xml, xml_answer
from .signature import Refusal, SignatureRefusedError, verify

if TYPE_CHECKING:
    from .cloud import Cloud
    from .messages import Answer, Request
    from .names import Site

_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
_CODES = {
    Refusal.MISSING: "MissingAuthenticationToken",
    Refusal.UNKNOWN: "InvalidClientTokenId",
    Refusal.EXPIRED: "ExpiredToken",
    Refusal.MISMATCH: "SignatureDoesNotMatch",
}


def answer(request: Request, cloud: Cloud, site: Site) -> Answer:  # noqa: ARG001  as every service
    """Answer GetCallerIdentity."""
    try:
        key = verify(request, cloud.world.keys, cloud.now())
    except SignatureRefusedError as error:
        return _error(403, _CODES[error.refusal], str(error))
    action = _action(request)
    if action != "GetCallerIdentity":
        return _error(400, "InvalidAction", f"Could not find operation {action}")
    identity = xml(Arn=key.arn, UserId=key.user_id, Account=key.arn.split(":")[4])
    meta = f"<ResponseMetadata>{xml(RequestId=str(uuid.uuid4()))}</ResponseMetadata>"
    result = f"<GetCallerIdentityResult>{identity}</GetCallerIdentityResult>{meta}"
    tag = "GetCallerIdentityResponse"
    return xml_answer(200, f'<{tag} xmlns="{_NAMESPACE}">{result}</{tag}>')


def refuse(request: Request, cloud: Cloud, site: Site) -> Answer:  # noqa: ARG001  as every service
    """Answer for IAM: the callers of the demo may not look at their own policies."""
    try:
        key = verify(request, cloud.world.keys, cloud.now())
    except SignatureRefusedError as error:
        return _error(403, _CODES[error.refusal], str(error))
    action = f"iam:{_action(request)}"
    sentence = f"User: {key.arn} is not authorized to perform: {action} on resource: {key.arn}"
    reason = f"because no identity-based policy allows the {action} action"
    return _error(403, "AccessDenied", f"{sentence} {reason}")


def _action(request: Request) -> str:
    return dict(parse_qsl(request.body.decode("utf-8", "replace"))).get("Action", "")


def _error(status: int, code: str, message: str) -> Answer:
    error = f"<Error>{xml(Type='Sender', Code=code, Message=message)}</Error>"
    inside = error + xml(RequestId=str(uuid.uuid4()))
    return xml_answer(status, f'<ErrorResponse xmlns="{_NAMESPACE}">{inside}</ErrorResponse>')
