"""`ecr-doctor policy IMAGE...`: what IAM must allow for a pull."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from .parameters import OneOf

if TYPE_CHECKING:
    from ecr_doctor.cure.policy import PolicySet

_FORMATS = ("json", "terraform", "cloudformation")


@click.command()
@click.argument("images", nargs=-1, required=True, metavar="IMAGE...")
@click.option("--minimal", is_flag=True, help="Only the actions that a pull needs.")
@click.option("--diagnose", is_flag=True, help="Also what `ecr-doctor run` can look at.")
@click.option("--pull-through", is_flag=True, help="Also the first pull through a cache rule.")
@click.option(
    "--principal",
    default="",
    metavar="ARN",
    help="Who pulls: adds the repository policy where the account is another.",
)
@click.option(
    "--side",
    type=OneOf(["caller", "registry"]),
    help="Of a pull across accounts, the documents of one side only.",
)
@click.option("--format", "style", type=OneOf(_FORMATS), default="json", show_default=True)
def policy(  # noqa: PLR0913
    images: tuple[str, ...],
    *,
    minimal: bool,
    diagnose: bool,
    pull_through: bool,
    principal: str,
    side: str | None,
    style: str,
) -> int:
    r"""Write the IAM policy for pulling these images.

    It also allows to list and describe the images in these repositories, and in no others; the
    least that a pull needs comes with --minimal.

    IMAGE may be HOST/NAMESPACE/* or HOST/* (quote them), or a repository's ARN. Nothing is asked
    of AWS.

    \b
        ecr-doctor policy 123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app
        ecr-doctor policy --minimal '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/*'
        ecr-doctor policy --principal arn:aws:iam::210987654321:role/node IMAGE
    """
    from ecr_doctor.cure.policy import Wishes, policies  # noqa: PLC0415  help needs none of it

    wishes = Wishes(
        minimal=minimal, diagnose=diagnose, pull_through=pull_through, principal=principal
    )
    found = policies(images, wishes)
    click.echo(_render(found, style, side or ""), nl=False)
    _tell(found, side or "")
    return 0


def _render(found: PolicySet, style: str, side: str) -> str:
    if style == "terraform":
        from ecr_doctor.cure.policy_terraform import as_terraform  # noqa: PLC0415

        return as_terraform(found, side)
    if style == "cloudformation":
        from ecr_doctor.cure.policy_cloudformation import as_cloudformation  # noqa: PLC0415

        return as_cloudformation(found, side)
    from ecr_doctor.cure.policy_json import as_json  # noqa: PLC0415

    return as_json(found, side)


def _tell(found: PolicySet, side: str) -> None:
    """Which document goes where, and what else to know, beside the documents on stdout."""
    from ecr_doctor.cure.policy_where import directions  # noqa: PLC0415

    sys.stdout.flush()
    lines = [] if side else directions(found)
    for line in (*lines, *found.notes):
        click.echo(line, err=True)
