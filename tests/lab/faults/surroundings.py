"""Variables of shells, CI and Python that should change nothing, and middleboxes of more kinds."""

from __future__ import annotations

import json

from lab import names
from lab.faults.answers import HTML, PAGE, rule
from lab.faults.model import NO_CREDENTIALS, Fault, Injection, nothing

_HOST, _API, _S3 = names.HOST, names.API_HOST, names.S3_HOST
_MANIFESTS = "/v2/*/manifests/*"
_TEXT = {"Content-Type": "text/plain"}
_NGINX = "<html><h1>400 Bad Request</h1>The plain HTTP request was sent to HTTPS port</html>"
_ENVOY = "upstream connect error or disconnect/reset before headers. reset reason: timeout"
_FOREIGN = ("captive-portal", "proxy-misconfigured")


def _works(name: str, summary: str, **env: str) -> Fault:
    return Fault(name, "none", summary, nothing, pull_works=True, env=env)


def _fails(name: str, summary: str, inject: Injection, *accept: str) -> Fault:
    says = NO_CREDENTIALS if name.startswith("box-api") else ""
    return Fault(name, "network", summary, inject, accept, says=says)


FAULTS = (
    _works("shell-no-tmp", "TMPDIR names no folder", TMPDIR="/nowhere"),
    _works("shell-tmp-of-proc", "TMPDIR names a folder that takes no files", TMPDIR="/proc"),
    _works("shell-turkish", "the locale is one that is not installed", LC_ALL="tr_TR.UTF-8"),
    _works("shell-narrow", "the terminal is five columns wide", COLUMNS="5", TERM="dumb"),
    _works("shell-ci", "it runs in CI", CI="true", GITHUB_ACTIONS="true"),
    _works("shell-sudo", "it was sudo, and HOME was kept", SUDO_USER="nobody", SUDO_UID="65534"),
    _works("python-warnings", "Python's warnings are errors", PYTHONWARNINGS="error"),
    _works("python-ascii", "Python writes ASCII", PYTHONIOENCODING="ascii", PYTHONUTF8="0"),
    _works("python-development", "Python is in development mode", PYTHONDEVMODE="1"),
    _works("python-optimized", "Python leaves assertions out", PYTHONOPTIMIZE="2"),
    _works(
        "docker-buildkit", "variables of builds", DOCKER_BUILDKIT="0", BUILDKIT_PROGRESS="plain"
    ),
    _works("ca-folder-missing", "SSL_CERT_DIR names no folder", SSL_CERT_DIR="/nowhere"),
    _works(
        "ca-variables-empty",
        "the variables of bundles are empty",
        AWS_CA_BUNDLE="",
        REQUESTS_CA_BUNDLE="",
        SSL_CERT_FILE="",
    ),
    _works(
        "helper-ignores-storage",
        "the helper is told to ignore logins",
        AWS_ECR_IGNORE_CREDS_STORAGE="true",
    ),
    _works(
        "proxies-empty",
        "every proxy variable is empty",
        HTTP_PROXY="",
        HTTPS_PROXY="",
        NO_PROXY="",
        https_proxy="",
    ),
    _fails(
        "box-api-empty",
        "something answers the API's calls with nothing",
        rule(_API, status=200),
        "captive-portal",
        "ecr-service-side",
    ),
    _fails(
        "box-api-cut",
        "the API's answer ends half-way",
        rule(_API, body='{"authorizationData": [{' + " " * 3000, cut=0.5),
        "connection-reset",
        "captive-portal",
    ),
    _fails(
        "box-api-400-html",
        "a proxy's 400 page in the API's place",
        rule(_API, status=400, headers=HTML, body=_NGINX),
        *_FOREIGN,
    ),
    _fails(
        "box-api-401-json",
        "a proxy's own 401 in the API's place",
        rule(_API, status=401, body='{"error": "login required"}'),
        *_FOREIGN,
    ),
    _fails(
        "box-api-404-text",
        "another program answers in the API's place",
        rule(_API, status=404, headers=_TEXT, body="404 page not found\n"),
        *_FOREIGN,
    ),
    _fails(
        "box-400-html",
        "a proxy's 400 page in the registry's place",
        rule(_HOST, status=400, headers=HTML, body=_NGINX),
        *_FOREIGN,
    ),
    _fails(
        "box-404-text",
        "another program answers for manifests",
        rule(_HOST, path=_MANIFESTS, status=404, headers=_TEXT, body="404 page not found\n"),
        *_FOREIGN,
    ),
    _fails(
        "box-503-envoy",
        "a proxy reaches nobody behind it",
        rule(_HOST, status=503, headers=_TEXT, body=_ENVOY),
        "ecr-service-side",
        *_FOREIGN,
    ),
    _fails(
        "box-418",
        "a status that no registry has",
        rule(_HOST, status=418, headers=_TEXT, body="no"),
        *_FOREIGN,
    ),
    _fails(
        "box-200-json",
        "something answers every request with its own JSON",
        rule(_HOST, status=200, body=json.dumps({"status": "ok"})),
        *_FOREIGN,
        "artifact-not-an-image",
        "ecr-service-side",
    ),
    _fails(
        "box-s3-403-text",
        "a proxy's words in the bucket's place",
        rule(_S3, status=403, headers=_TEXT, body="Forbidden"),
        "s3-layer-blocked",
    ),
    _fails(
        "box-s3-511",
        "a network's own login in the bucket's place",
        rule(_S3, status=511, headers=HTML, body=PAGE),
        "s3-layer-blocked",
        "captive-portal",
    ),
    _fails(
        "box-s3-200-json",
        "something answers with its own JSON in the bucket's place",
        rule(_S3, status=200, body='{"status": "ok"}'),
        "s3-layer-blocked",
        "layer-corrupt",
        "captive-portal",
    ),
    _fails(
        "box-s3-429",
        "a proxy says that the bucket is asked too often",
        rule(_S3, status=429, headers=_TEXT, body="Too Many Requests"),
        "s3-layer-blocked",
        "ecr-api-throttled",
    ),
)
