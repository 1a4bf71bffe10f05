"""`ecr-doctor which IMAGE`: which credential each client would send, and why."""

from __future__ import annotations

import click

from .parameters import OneOf


@click.command(short_help="Tell which credential each client would send.")
@click.argument("image")
@click.option(
    "--client",
    "clients",
    multiple=True,
    metavar="NAME[@VERSION]",
    help="Repeatable  [default: those that are installed]",
)
@click.option("--ask", is_flag=True, help="Run the helpers, and tell the final outcome.")
@click.option(
    "--docker-config", default="", metavar="DIR", help="As docker's --config: docker, docker-py."
)
@click.option(
    "--authfile",
    default="",
    metavar="FILE",
    help="As --authfile of skopeo, podman and buildah, --registry-config of oras.",
)
@click.option(
    "--kubelet-config",
    default="",
    metavar="FILE",
    help="As kubelet's --image-credential-provider-config  [default: that of this node]",
)
@click.option("--format", "style", type=OneOf(["text", "json"]), default="text", show_default=True)
def which(  # noqa: PLR0913
    image: str,
    *,
    clients: tuple[str, ...],
    ask: bool,
    docker_config: str,
    authfile: str,
    kubelet_config: str,
    style: str,
) -> int:
    r"""Tell which credential each client would send for IMAGE, and from where.

    Nothing is sent and no registry is asked. Without --ask no helper is run either: where only a
    helper's answer decides, the outcome is "depends".

    \b
        ecr-doctor which IMAGE
        ecr-doctor which IMAGE --ask --client docker --client podman@5.4
        ecr-doctor which IMAGE --format json

    Exit codes: 0 answered, whatever is sent; 2 wrong usage, or no image reference.
    """
    from .searching import Wishes, answer  # noqa: PLC0415  help needs none of it

    wishes = Wishes(
        clients=clients,
        ask=ask,
        docker_config=docker_config,
        authfile=authfile,
        kubelet_config=kubelet_config,
        style=style,
    )
    click.echo(answer(image, wishes), nl=False)
    return 0
