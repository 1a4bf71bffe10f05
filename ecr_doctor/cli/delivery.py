"""From a finished report to what the user gets: what is accepted, private, saved and written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from ecr_doctor.errors import UsageError
from ecr_doctor.model import Outcome
from ecr_doctor.report.output import OutputError, write_whole

from .options import CONFIG_FILE, loudness
from .output import Destination, can_write, check_distinct, destinations, writable, write_all
from .telling import tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecr_doctor.anonymize import Anonymizer
    from ecr_doctor.engine import Registry
    from ecr_doctor.engine.baseline import Baseline
    from ecr_doctor.engine.mute import Mute
    from ecr_doctor.engine.observe import Observer
    from ecr_doctor.model import Report, Settings

TOOL_FAILED = 4


@dataclass(frozen=True, slots=True)
class Saving:
    """What a bundle is made of."""

    observer: Observer
    registry: Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How a report is delivered; made before anything runs, so that wrong usage costs no time."""

    targets: list[Destination]
    save: str
    """Where the bundle goes; empty for nowhere."""
    failed: bool
    """Whether the report or the bundle cannot be written to a place that was wished for."""
    mutes: tuple[Mute, ...]
    baseline: Baseline | None
    anonymize: bool
    salt: str
    redact: tuple[str, ...]
    fail_on: str
    quiet: bool
    verbose: bool

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Delivery:
        """Read the options that `report_options` adds, and what the configuration file mutes.

        Raises:
            UsageError: a format, a baseline or a mute that cannot be used.

        """
        from ecr_doctor.engine.baseline import read_baseline  # noqa: PLC0415

        if options["salt"] and not options["anonymize"] and not options["redact"]:
            click.echo("ecr-doctor: --salt does nothing without --anonymize", err=True)
        wished = destinations(options["formats"], options["outputs"])
        check_distinct([*options["outputs"], *filter(None, [options.get("save")])])
        targets = writable(wished)
        save = options.get("save", "")
        saves = bool(save) and can_write(save, "bundle")
        quiet, verbose = loudness(options)
        return cls(
            targets=targets,
            save=save if saves else "",
            failed=targets != wished or saves != bool(save),
            mutes=_mutes(click.get_current_context().meta.get(CONFIG_FILE, "")),
            baseline=read_baseline(options["baseline"]) if options["baseline"] else None,
            **{name: options[name] for name in ("anonymize", "salt", "redact", "fail_on")},
            quiet=quiet,
            verbose=verbose,
        )

    def deliver(
        self,
        report: Report,
        settings: Settings,
        *,
        seen: Iterable[object] = (),
        saving: Saving | None = None,
    ) -> int:
        """Write every output, and return the exit code: 4 where one could not be written.

        Args:
            report: of the run.
            settings: of the run, which say who the user is.
            seen: all observations, which hold more names than the report.
            saving: makes the bundle, where one is wanted.

        """
        from ecr_doctor.anonymize import learn_observations, learn_settings  # noqa: PLC0415
        from ecr_doctor.engine.mute import accept  # noqa: PLC0415

        from . import github  # noqa: PLC0415

        today = datetime.now(UTC).date()
        report = accept(report, self.mutes, self.baseline, today=today)
        anonymizer = self._anonymizer()
        if anonymizer is not None:
            learn_settings(anonymizer, settings)
            learn_observations(anonymizer, seen)
            report = _anonymized(report, anonymizer, saving)
        if anonymizer is not None or not report.redactions:
            report = _counted(report, anonymizer)
        failed = self.failed
        if saving is not None and self.save:
            failed |= not _save(self.save, saving, report, anonymizer)
        failed |= write_all(report, self.targets, quiet=self.quiet, verbose=self.verbose)
        github.tell(report)
        return TOOL_FAILED if failed else exit_code(report, fail_on=self.fail_on)

    def _anonymizer(self) -> Anonymizer | None:
        if not self.anonymize and not self.redact:
            return None
        from ecr_doctor.anonymize import Anonymizer  # noqa: PLC0415

        return Anonymizer(salt=self.salt, words=self.redact, identities=self.anonymize)


def _mutes(config_file: str) -> tuple[Mute, ...]:
    from ecr_doctor.config import read_section  # noqa: PLC0415
    from ecr_doctor.engine.mute import read_mutes  # noqa: PLC0415

    file, found = read_section(config_file, "mute")
    try:
        return read_mutes(found) if found is not None else ()
    except ValueError as error:
        raise UsageError(f"{file}: {error}") from error


def _anonymized(report: Report, anonymizer: Anonymizer, saving: Saving | None) -> Report:
    from ecr_doctor.anonymize import anonymized, learn_report  # noqa: PLC0415

    learn_report(anonymizer, report)
    if saving is not None:
        _record(saving, report, anonymizer.learn)  # the observations name more than the report
    return anonymized(report, anonymizer)


def _counted(report: Report, anonymizer: Anonymizer | None) -> Report:
    from ecr_doctor.anonymize import count_redactions  # noqa: PLC0415

    return count_redactions(report, anonymizer)


def _record(saving: Saving, report: Report, rename: Any) -> str:  # noqa: ANN401  a callable or None
    from ecr_doctor.bundle import plugin_packages, record  # noqa: PLC0415

    plugins = plugin_packages(saving.registry)
    return record(report, saving.observer, plugins=plugins, rename=rename)


def _save(path: str, saving: Saving, report: Report, anonymizer: Anonymizer | None) -> bool:
    try:
        write_whole(path, _record(saving, report, anonymizer and anonymizer.clean), "bundle")
    except OutputError as error:
        tell(error.diagnostics())
        return False
    return True


def exit_code(report: Report, *, fail_on: str) -> int:
    """The exit code of a report; what is muted does not count."""
    if fail_on == "warn" and any(not d.muted for d in report.diagnoses):
        return 1
    return {
        Outcome.HEALTHY: 0,
        Outcome.PROBLEM: 1 if report.fails else 0,
        Outcome.UNDETERMINED: 3,
        Outcome.TOOL_ERROR: TOOL_FAILED,
    }[report.outcome]
