"""STS, in its old query protocol: who am I, and the assuming of roles."""

from __future__ import annotations

import datetime as dt
import secrets
from functools import partial
from typing import TYPE_CHECKING

from lab.servers import iam, query, sigv4

if TYPE_CHECKING:
    from aiohttp import web

    from lab import names
    from lab.servers.cloud import Cloud

_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
_answer = partial(query.answer, _NAMESPACE)
_error = partial(query.error, _NAMESPACE)


async def handle(request: web.Request, cloud: Cloud, site: names.Site) -> web.StreamResponse:
    """Answer one call."""
    signed, form = await query.read_call(request)
    action = form.get("Action", "")
    if action == "AssumeRoleWithWebIdentity":  # the one call that nobody signs
        return _assume_by_token(cloud, form)
    try:
        caller = sigv4.verify(signed, cloud.keys(), cloud.now())
    except sigv4.SignatureError as refusal:
        return _error(403, query.CODES[refusal.kind], refusal.message)
    if action == "GetCallerIdentity":
        return _answer(action, _identity(caller))
    if action == "AssumeRole":
        return _assume(cloud, site, caller, form)
    return _error(400, "InvalidAction", f"Could not find operation {action}")


def _identity(caller: sigv4.Caller) -> str:
    """Return who signed."""
    return (
        f"<Arn>{caller.arn}</Arn><UserId>{caller.user_id}</UserId>"
        f"<Account>{caller.arn.split(':')[4]}</Account>"
    )


def _assume(
    cloud: Cloud, site: names.Site, caller: sigv4.Caller, form: dict[str, str]
) -> web.Response:
    """Give out the keys of a role to those whom its trust policy names."""
    del site
    role = form["RoleArn"]
    trust = cloud.state["principals"].get(role, {}).get("trust")
    request = iam.Request(caller.arn, "sts:AssumeRole")
    if trust is None or iam.denial(request, iam.Policies(resource=trust)):
        text = (
            f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: {role}"
        )
        return _error(403, "AccessDenied", text)
    account, name = role.split(":")[4], role.rsplit("/", 1)[1]
    arn = f"arn:aws:sts::{account}:assumed-role/{name}/{form['RoleSessionName']}"
    return _answer("AssumeRole", _session(cloud, arn, int(form.get("DurationSeconds", "3600"))))


def _assume_by_token(cloud: Cloud, form: dict[str, str]) -> web.Response:
    """Give out the keys of a role to those who bring the token it trusts."""
    role = form["RoleArn"]
    trusted = cloud.state["principals"].get(role, {}).get("web_identity")
    if trusted is None or form["WebIdentityToken"] != trusted:
        text = "Not authorized to perform sts:AssumeRoleWithWebIdentity"
        return _error(403, "AccessDenied", text)
    account, name = role.split(":")[4], role.rsplit("/", 1)[1]
    arn = f"arn:aws:sts::{account}:assumed-role/{name}/{form['RoleSessionName']}"
    return _answer(form["Action"], _session(cloud, arn, 3600))


def _session(cloud: Cloud, arn: str, seconds: int) -> str:
    """Make the keys of a session and return them."""
    key = "ASIA" + secrets.token_hex(8).upper()
    secret, token = secrets.token_urlsafe(30), secrets.token_urlsafe(200)
    expires = cloud.now() + dt.timedelta(seconds=seconds)
    identity = f"AROALABLABLABLABLAB1:{arn.rsplit('/', 1)[1]}"
    cloud.sessions[key] = {
        "secret": secret,
        "arn": arn,
        "id": identity,
        "token": token,
        "expires": expires.timestamp(),
    }
    cloud.keep_secret(secret, token)
    return (
        f"<AssumedRoleUser><Arn>{arn}</Arn><AssumedRoleId>{identity}</AssumedRoleId>"
        f"</AssumedRoleUser><Credentials><AccessKeyId>{key}</AccessKeyId>"
        f"<SecretAccessKey>{secret}</SecretAccessKey><SessionToken>{token}</SessionToken>"
        f"<Expiration>{expires:%Y-%m-%dT%H:%M:%SZ}</Expiration></Credentials>"
    )
