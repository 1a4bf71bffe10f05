"""Plays amazon-ecr-credential-helper: it fetches a token, and hides the reason when it cannot.

The Go helper turns every failure into one sentence on stdout, and writes the reason to its log
alone (amazon-ecr-credential-helper, ecr-login/ecr.go and ecr-login/config/log.go).
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ecr_doctor.auth.fetcher import FetchError, fetch_token
from ecr_doctor.auth.session import AwsSession
from ecr_doctor.model import Settings, parse_registry
from ecr_doctor.model.settings import connect_to_rules

if TYPE_CHECKING:
    from ecr_doctor.auth.failure import Failure

NOT_FOUND = "credentials not found in native keychain"


def main() -> int:
    """Answer `get`, the one request that docker makes for a pull; returns the exit code."""
    if sys.argv[1:] != ["get"]:
        sys.stdout.write("not implemented\n")
        return 1
    host = sys.stdin.read(2000).strip()
    registry = parse_registry(host)
    session = AwsSession(Settings(env=os.environ, connect_to=connect_to_rules(os.environ)))
    if registry is None:
        return _fail(f"{host} can only be used with Amazon Elastic Container Registry.")
    try:
        token = fetch_token(registry, session)
    except FetchError as error:
        return _fail(f"ecr: Failed to get authorization token: {in_the_words_of_go(error.failure)}")
    answer = {"ServerURL": host, "Username": token.user, "Secret": token.secret.reveal()}
    sys.stdout.write(json.dumps(answer) + "\n")
    return 0


def in_the_words_of_go(failure: Failure) -> str:
    """The failure as aws-sdk-go-v2 puts it."""
    text = "operation error ECR: GetAuthorizationToken, "
    if not failure.status:
        return text + f"get identity: get credentials: {failure.message}"
    answer = f"https response error StatusCode: {failure.status}, RequestID: {failure.request_id}"
    return text + f"{answer}, api error {failure.code}: {failure.message}"


def _fail(reason: str) -> int:
    folder = Path(os.environ.get("AWS_ECR_CACHE_DIR") or Path.home() / ".ecr") / "log"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    line = f'time="{now}" level=error msg="Error retrieving credentials" error={json.dumps(reason)}'
    with (folder / "ecr-login.log").open("a", encoding="utf-8") as log:
        log.write(f"{line}\n")
    sys.stdout.write(f"{NOT_FOUND}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
