"""Asks whether docker can read the image reference at all."""

from __future__ import annotations

from ecr_doctor.model import parse_target
from ecr_doctor.sdk import Check, Context, Evidence, Verdict


class ImageReference(Check):
    """The image reference is written as docker demands.

    What it looks at:
        The text given as IMAGE, against the grammar of github.com/distribution/reference.

    Why a pull fails:
        Docker refuses a reference with capitals in the repository, a scheme, white space or a
        digest of the wrong length before it asks any registry.

    When it cannot tell:
        Never.
    """

    id = "reference.image-reference"
    title = "The image reference is valid"
    causes = ("image-reference-invalid",)

    def run(self, ctx: Context) -> Verdict:
        error = ctx.target.reference_error
        if error is not None:
            seen = [Evidence("image", ctx.target.image[:300], "IMAGE")]
            if error.hint:
                seen.append(Evidence("did you mean", error.hint[:300]))
            facts = {"likely": error.hint} if _can_be(error.hint) else None
            return Verdict.failed("image-reference-invalid", str(error), *seen, facts=facts)
        reference = ctx.target.reference
        if reference is not None and reference.tag_assumed:
            return Verdict.passed("valid; no tag is given, so 'latest' is asked for")
        return Verdict.passed("the reference is valid")


def _can_be(image: str) -> bool:
    """Whether it may be offered as the right name: there may be more slips than the one seen."""
    return bool(image) and parse_target(image).reference_error is None
