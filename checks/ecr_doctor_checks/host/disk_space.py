"""Asks whether the image fits on the engine's disk."""

from __future__ import annotations

from ecr_doctor.probes.disk import Disk, DiskProbe
from ecr_doctor.probes.docker_engine import EngineProbe
from ecr_doctor.probes.manifest import ManifestProbe
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

UNPACKED = 3
"""Layers take two to three times their compressed size: the download and what it unpacks to."""
FEW_INODES = 1000
MIB = 1 << 20


class DiskSpace(Check):
    """The image fits on the disk of the docker engine.

    What it looks at:
        Free bytes and inodes of the file system that holds docker's data folder, against the
        size of the image's layers; and whether that file system can be written.

    Why a pull fails:
        Layers are first downloaded, then unpacked. A full disk ends the pull half-way; some
        clients then report a missing login, since the helper could not write its cache either.

    When it cannot tell:
        The engine runs in a virtual machine or on another host, so its disk cannot be seen.
    """

    id = "host.disk-space"
    title = "The image fits on the disk"
    requires = ("host.docker-engine",)
    causes = ("disk-full", "data-root-read-only", "inodes-exhausted")
    rules_out = ("disk-full-hidden",)

    def run(self, ctx: Context) -> Verdict:
        if not ctx.settings.by_engine:
            return Verdict.not_applicable(f"{ctx.settings.client} pulls without a docker engine")
        engine = ctx.observe(EngineProbe())
        if not engine.reachable or not engine.endpoint.url.startswith("unix://"):
            return Verdict.not_applicable("no docker engine on this machine")
        disk = ctx.observe(DiskProbe(engine.data_root))
        manifest = ctx.try_observe(ManifestProbe())
        return judge(disk, manifest.layers_size if manifest else 0)


def judge(disk: Disk, layers: int) -> Verdict:
    """Weigh what is free against the layers' compressed size in bytes; 0 where it is unknown."""
    room = Evidence("free", f"{disk.free // MIB} MiB of {disk.total // MIB} MiB", disk.path)
    need = Evidence("image", f"{layers / MIB:.1f} MiB compressed", "manifest")
    facts = {"path": disk.path}
    if disk.read_only:
        summary = f"the file system of {disk.path} is read-only"
        return Verdict.failed("data-root-read-only", summary, room, facts=facts)
    if disk.total_inodes and disk.free_inodes == 0:
        summary = f"no inodes are left for {disk.path}"
        return Verdict.failed("inodes-exhausted", summary, room, facts=facts)
    if disk.free <= layers or disk.free == 0:
        summary = f"only {disk.free // MIB} MiB are free for an image of {layers / MIB:.1f} MiB"
        return Verdict.failed("disk-full", summary, room, need, facts=facts)
    if disk.free < layers * UNPACKED:
        summary = "the unpacked image may not fit on the disk"
        return Verdict.warned("disk-full", summary, room, need, facts=facts)
    if disk.total_inodes and disk.free_inodes < FEW_INODES:
        summary = f"only {disk.free_inodes} inodes are left for {disk.path}"
        return Verdict.warned("inodes-exhausted", summary, room, facts=facts)
    return Verdict.passed("there is room for the image", room)
