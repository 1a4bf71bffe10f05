"""The embedded look-alike of Amazon ECR: registry, API, STS and layer bucket in this process.

It is reached through `--connect-to`, so that the ordinary run is what diagnoses it. It needs the
extra `demo`, and no AWS account, no docker, no root and no network.
"""
