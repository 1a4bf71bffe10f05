"""The laboratory: a whole ECR on one Linux machine, to be broken on purpose.

Real docker, dockerd, registry and credential helper run in namespaces of their own against
servers that answer as AWS does. Nothing can leave the machine and nothing on it is changed.
"""
