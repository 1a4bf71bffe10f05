"""IAM's API, as far as a diagnosis asks it: the simulator, and the ARN of a role."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from lab.servers import iam, query, sigv4

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aiohttp import web

    from lab import names
    from lab.servers.cloud import Cloud

_NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"
_answer = partial(query.answer, _NAMESPACE)
_error = partial(query.error, _NAMESPACE)


async def handle(request: web.Request, cloud: Cloud, site: names.Site) -> web.StreamResponse:
    """Answer one call."""
    signed, form = await query.read_call(request)
    action = form.get("Action", "")
    try:
        caller = sigv4.verify(signed, cloud.keys(), cloud.now())
    except sigv4.SignatureError as refusal:
        return _error(403, query.CODES[refusal.kind], refusal.message)
    denied = cloud.denial(caller.arn, f"iam:{action}", site)
    if denied:
        return _error(403, "AccessDenied", denied)
    if action == "SimulatePrincipalPolicy":
        return _simulate(cloud, form)
    return _error(400, "InvalidAction", f"Could not find operation {action}")


def _simulate(cloud: Cloud, form: Mapping[str, str]) -> web.Response:
    """Evaluate the policies of a user or role; those of repositories and endpoints have no say."""
    arn = form["PolicySourceArn"]
    principal = cloud.state["principals"].get(arn)
    if principal is None:
        return _error(404, "NoSuchEntity", f"{arn} cannot be found.")
    context = dict(_context(form))
    results = "".join(
        _result(iam.Request(arn, action, resource, context), principal, cloud)
        for action in _members(form, "ActionNames")
        for resource in _members(form, "ResourceArns")
    )
    body = f"<EvaluationResults>{results}</EvaluationResults><IsTruncated>false</IsTruncated>"
    return _answer("SimulatePrincipalPolicy", body)


def _result(request: iam.Request, principal: Mapping[str, list[iam.Policy]], cloud: Cloud) -> str:
    boundary, scps = principal.get("boundary"), cloud.state["scps"].get(request.account, [])
    within = iam.Request(request.principal, request.action, "*", request.context)
    policies = iam.Policies(identity=principal["policies"], boundary=boundary, scps=scps)  # type: ignore[arg-type]
    reason = iam.denial(within if request.crosses_accounts else request, policies)
    decision = "allowed"
    if reason:
        decision = "explicitDeny" if reason.startswith("with") else "implicitDeny"
    missing = sorted(_keys(principal["policies"]) - {key.lower() for key in request.context})
    listed = "".join(f"<member>{escape(key)}</member>" for key in missing)
    limits = _detail("PermissionsBoundary", "permissions boundary", reason, given=bool(boundary))
    limits += _detail("Organizations", "service control policy", reason, given=bool(scps))
    return (
        f"<member><EvalActionName>{request.action}</EvalActionName>"
        f"<EvalResourceName>{escape(request.resource)}</EvalResourceName>"
        f"<EvalDecision>{decision}</EvalDecision>"
        f"<MissingContextValues>{listed}</MissingContextValues>{limits}</member>"
    )


def _detail(name: str, kind: str, reason: str | None, *, given: bool) -> str:
    if not given:
        return ""
    allows = "false" if reason and kind in reason else "true"
    inner = f"<AllowedBy{name}>{allows}</AllowedBy{name}>"
    return f"<{name}DecisionDetail>{inner}</{name}DecisionDetail>"


def _keys(policies: list[iam.Policy]) -> set[str]:
    """Return the condition keys of all statements, in lower case."""
    return {
        key.lower()
        for policy in policies
        for statement in policy["Statement"]
        for pairs in statement.get("Condition", {}).values()
        for key in pairs
    }


def _members(form: Mapping[str, str], name: str) -> list[str]:
    return [value for key, value in form.items() if key.startswith(f"{name}.member.")]


def _context(form: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, value in form.items():
        if key.startswith("ContextEntries.member.") and key.endswith(".ContextKeyName"):
            stem = key.removesuffix("Name")
            yield value, form[f"{stem}Values.member.1"]
