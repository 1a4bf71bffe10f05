# ruff: noqa: E501  scripts and answers of other programs
"""Secrets of every kind, the programs and answers that carry them, and the search for them."""

from __future__ import annotations

import base64
import json

from werkzeug import Request, Response

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
API = "api.ecr.us-east-1.amazonaws.com"
STS = "sts.us-east-1.amazonaws.com"
IMAGE = f"{HOST}/team/app:latest"

PLANTED = {
    "stored password": "eyJwYXlsb2FkIjoiU1RPUkVEUEFTU1dPUkQiLCJkYXRha2V5IjoiQUFBQSJ9",
    "other registry's password": "hunter2-of-another-registry",
    "identity token": "identity-token-b0d5c0ffee",
    "AWS secret key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYPLANTEDKEY",
    "AWS session token": "IQoJb3JpZ2luX2VjEPLANTEDSESSIONTOKENaCXVzLWVhc3QtMSJHMEUCIQ",
    "secret key of the profile": "zZ9plantedProfileSecretKey0123456789abcd",
    "proxy password": "proxy-pass-PLANTED",
    "secret of the helper": "eyJoZWxwZXIiOiJTRUNSRVRPRlRIRUhFTFBFUiIsImEiOiJiIn0x",
    "stderr of the helper": "ghp_plantedInTheStderrOfTheHelper0123456",
    "signature in an answer": "deadbeefcafe0123456789abcdefplantedsig",
    "token in an answer": "eyJhbnN3ZXIiOiJUT0tFTklOQU5BTlNXRVIiLCJ4IjoieSJ9",
    "password in the error text": "eyJwYXN0ZWQiOiJQQVNURURQQVNTV09SRCIsInEiOiJyIn0y",
    "token in the name of a folder": "ghp_plantedInTheNameOfAFolder0123456789a",
    "token in the name of a file": "glpat-plantedInTheNameOfAFile9",
    "password in a check's evidence": "plantedByThePluginsCheck77",
    "password in a check that breaks": "plantedInTheBrokenCheck88",
    "password in a check that does not load": "plantedInTheFileThatDoesNotLoad99",
    "password in a defect": "plantedInTheDefect1234",
}
ERROR = f"""$ docker login -u AWS -p {PLANTED["password in the error text"]} {HOST}
Get https://prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com/x?X-Amz-Security-Token=\
{PLANTED["AWS session token"]}&X-Amz-Signature={PLANTED["signature in an answer"]}: denied
no basic auth credentials"""

HELPER = f"""#!/bin/sh
echo 'debug: Authorization: Bearer {PLANTED["stderr of the helper"]}' >&2
mkdir -p "$AWS_ECR_CACHE_DIR/log"
echo 'level=error msg="token={PLANTED["secret of the helper"]}"' >> "$AWS_ECR_CACHE_DIR/log/ecr-login.log"
MODE
"""
MODES = {
    "answers": f"""echo '{{"ServerURL":"{HOST}","Username":"AWS","Secret":"{PLANTED["secret of the helper"]}"}}'""",
    "prints before": f"""echo 'warn: {PLANTED["secret of the helper"]}'; echo '{{}}'""",
    "fails": f"""echo 'boom {PLANTED["secret of the helper"]}'; exit 3""",
}


PLUGIN = f"""
import base64, json, os, pathlib, threading
from ecr_doctor.sdk import Check, Evidence, Verdict

def everything():
    '''All that a careless check could lay its hands on.'''
    config = json.loads((pathlib.Path(os.environ["HOME"]) / ".docker" / "config.json").read_text())
    logins = [base64.b64decode(e["auth"]).decode() for e in config["auths"].values() if "auth" in e]
    return [os.environ[n] for n in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "HTTP_PROXY")] + logins

class Careless(Check):
    id = "client.careless"
    title = "password={PLANTED["password in a check's evidence"]}"
    requires = ("client.stored-login", "identity.credentials")

    def run(self, context):
        told = f"password={PLANTED["password in a check's evidence"]} " + " ".join(everything())
        thread = threading.Thread(target=lambda: json.loads(told))
        thread.start()
        thread.join()
        return Verdict.failed(None, told, Evidence(told, told, told), symptom=told)

class Breaking(Check):
    id = "client.breaking"
    title = "It breaks"
    requires = ("client.stored-login", "identity.credentials")

    def run(self, context):
        password = "{PLANTED["password in a check that breaks"]}"
        raise KeyError(f"password={{password}}", *everything())
"""
LOADING = f"""
raise RuntimeError("password={PLANTED["password in a check that does not load"]}")
"""
SLOW = f"""
import time
from ecr_doctor.sdk import Check, Verdict

class Slow(Check):
    id = "client.slow"
    title = "slow: password={PLANTED["password in a check's evidence"]}"

    def run(self, context):
        time.sleep(1)
        return Verdict.passed("slept")
"""
DEFECT = f"""
import ecr_doctor.engine.judging as judging
from _ecr_doctor_local_careless import everything

def broken(*anything, **more):
    secrets = everything()
    raise RuntimeError("password={PLANTED["password in a defect"]}", *secrets)

judging.diagnose = broken
"""


def basic(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def hostile_answer(request: Request) -> Response:
    """An answer that repeats what it was sent, as debugging proxies do, and adds secrets."""
    body = {
        "errors": [
            {
                "code": "DENIED",
                "message": "you sent "
                + str(request.headers.get("Authorization"))
                + f" token={PLANTED['token in an answer']}"
                + f" see https://x.example/y?X-Amz-Signature={PLANTED['signature in an answer']}",
            }
        ]
    }
    headers = {"Www-Authenticate": f'Basic realm="https://{HOST}/",service="ecr.amazonaws.com"'}
    return Response(json.dumps(body), 401, headers, content_type="application/json")


def planted_in(text: str) -> list[str]:
    """Which secrets a text holds: plain, or as the base64 of a login."""
    found = [name for name, value in PLANTED.items() if value in text]
    for user in ("AWS", "me"):
        found += [name for name, value in PLANTED.items() if basic(user, value) in text]
    return found
