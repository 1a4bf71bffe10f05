"""Carries a plan out, and takes it back."""

from __future__ import annotations

import contextlib
import os
import stat
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ecr_doctor.auth.lock import FileLock

from .disk import (
    PRIVATE_FOLDER,
    ChangedMeanwhileError,
    CureError,
    Looks,
    failed,
    flush_folder,
    put,
    read_whole,
    sweep_drafts,
)
from .journal import Record, forget, keep, kept_content, new_record, records, sum_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .changes import SetMode
    from .plan import Plan

LOCK_END = ".ecr-doctor-lock"
_LOCK_SECONDS = 20.0
_WHERE = "Docker looks there for its configuration: make it, or set DOCKER_CONFIG or HOME right."


@dataclass
class Operation:
    """The changes of one call of `fix`; together they are one record and one undo."""

    path: str
    record: Record | None = None
    made_folder: bool = field(default=False, init=False)
    modes: list[tuple[str, int]] = field(default_factory=list, init=False)

    def carry_out(self, plan: Plan) -> None:
        """Change what the plan says, if the file is still what the plan was made from.

        Raises:
            ChangedMeanwhileError: it is not; nothing was changed.
            CureError: it cannot be done; the file is as it was.

        """
        try:
            for change in plan.modes:
                self._open(change)
            if plan.writes:
                self._make_folder()
                with self.locked():
                    self._write(plan)
        except OSError as error:
            raise failed("nothing was changed", self.path, error) from error

    def was_overtaken(self) -> bool:
        """Whether the file is now what another `fix` has made of it: a new plan may follow."""
        with contextlib.suppress(OSError):
            now = sum_of(read_whole(self.path))
            return any(now in record.after for record in records(self.path)[:1])
        return False

    def _open(self, change: SetMode) -> None:
        seen = os.stat(change.path)
        if os.path.realpath(change.path) == os.path.realpath(self.path):
            with self.locked():
                self.record = keep(self.record or self._new_record(), None)
                os.chmod(change.path, change.mode)
            return
        os.chmod(change.path, change.mode)
        self.modes.append((change.path, stat.S_IMODE(seen.st_mode)))
        if os.path.isdir(os.path.dirname(self.path)):
            with self.locked():
                self.record = keep(self.record or self._new_record(), None)

    def _new_record(self) -> Record:
        record = new_record(self.path)
        return replace(record, made_folder=self.made_folder, modes=tuple(self.modes))

    def _make_folder(self) -> None:
        """Make `.docker`, for its owner alone, as docker does; but not a whole way to it.

        Where even the folder above is missing, a variable is more likely wrong than a folder.
        """
        folder = os.path.dirname(self.path)
        try:
            os.mkdir(folder, PRIVATE_FOLDER)
        except FileExistsError:
            if not os.path.isdir(folder):
                raise CureError(f"nothing was changed: {folder} is no folder", _WHERE) from None
            return
        except FileNotFoundError:
            missing = f"{os.path.dirname(folder)} does not exist"
            raise CureError(f"nothing was changed: {missing}", _WHERE) from None
        self.made_folder = True
        if os.geteuid() == 0:
            above = os.stat(os.path.dirname(folder))
            os.chown(folder, above.st_uid, above.st_gid)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other calls of `fix` away, and clear up after killed ones.

        Raises:
            CureError: another one does not come to its end.

        """
        folder, name = os.path.split(self.path)
        lock = FileLock(os.path.join(folder, f".{name}{LOCK_END}"))
        got = lock.acquire(_LOCK_SECONDS)
        if not got and lock.was_held:
            raise CureError(f"another ecr-doctor is at work on {self.path}")
        try:
            sweep_drafts(self.path)
            sweep_drafts(os.path.realpath(self.path))
            yield
        finally:
            lock.release()

    def _write(self, plan: Plan) -> None:
        record = self.record or self._new_record()
        fresh_folder = record.kind == "folder" and not record.after
        current = None if fresh_folder else read_whole(self.path)
        if (current or b"") != plan.before:
            raise ChangedMeanwhileError(f"{self.path} was changed by somebody else just now")
        earlier = self.record
        record = replace(record, after=(*record.after, sum_of(plan.after)))
        self.record = keep(record, current if record.kind == "file" else None)
        try:
            if current is None:
                self._create(self.record, plan.after)
            else:
                self._replace(plan.after, current)
        except BaseException:
            self._withdraw(earlier)
            raise

    def _withdraw(self, earlier: Record | None) -> None:
        """Nothing came of it: the record goes back to what it was."""
        with contextlib.suppress(OSError):
            if earlier is not None:
                keep(earlier, None)
            elif self.record is not None:
                forget(self.record)
        self.record = earlier

    def _replace(self, data: bytes, current: bytes | None) -> None:
        real = os.path.realpath(self.path)
        seen = os.stat(real)
        if os.geteuid() not in (0, seen.st_uid):
            raise CureError(f"{real} belongs to another user (id {seen.st_uid}); ask its owner")
        if os.geteuid() == 0 and os.path.islink(self.path):
            _check_link(self.path, seen.st_uid)
        looks = Looks(
            mode=stat.S_IMODE(seen.st_mode), owner=seen.st_uid, group=seen.st_gid, like=real
        )
        put(real, data, looks, current)

    def _create(self, record: Record, data: bytes) -> None:
        """Put a file where there is none: nothing, an empty folder, a link to nothing."""
        target, over_link = self.path, False
        if record.kind == "folder":
            os.rmdir(self.path)  # fails unless it is empty
        elif record.kind == "link":
            target = os.path.realpath(self.path)
            over_link = os.path.islink(target) or not os.path.isdir(os.path.dirname(target))
            target = self.path if over_link else target
        above = os.stat(os.path.dirname(target))
        looks = Looks()
        if os.geteuid() == 0:
            _check_link(self.path, above.st_uid)
            looks = Looks(owner=above.st_uid, group=above.st_gid)
        put(target, data, looks, None, over_link=over_link)


def _check_link(path: str, owner: int) -> None:
    """Root follows a link only within one user's files, as that user could do alone."""
    if owner != os.stat(os.path.dirname(path)).st_uid:
        raise CureError(f"{path} is a link into files of another user (id {owner})")


def undo(path: str) -> Record | None:
    """Take back the latest cure of a configuration; None where there is none to be taken back.

    Raises:
        ChangedMeanwhileError: the file was changed since; it is left alone.
        CureError: it cannot be done.

    """
    operation = Operation(path)
    for record in records(path):
        try:
            with operation.locked():
                done = _take_back(record)
                forget(record)
            _take_back_folder(record)
        except OSError as error:
            raise failed("cannot undo", path, error) from error
        if done or record.modes:
            return record
    return None


def _take_back(record: Record) -> bool:
    """Whether there was anything to be taken back: a killed `fix` may not have got that far."""
    if _untouched(record):
        return False
    now = _now(record)
    if now in record.after or (record.kind == "folder" and now == "absent"):
        _restore(record, now)
        return True
    if record.kind == "file" and now != "absent" and record.sum in {now, ""}:
        differs = stat.S_IMODE(os.stat(record.path).st_mode) != record.mode
        os.chmod(record.path, record.mode)
        return differs
    raise ChangedMeanwhileError(
        f"{record.path} was changed after the cure, so it is left alone",
        f"What was there before is kept in {record.copy_path or record.record_path}.",
    )


def _take_back_folder(record: Record) -> None:
    """Last of all, when nothing of ours is in it any more."""
    for place, mode in record.modes:
        os.chmod(place, mode)
    if record.made_folder:
        with contextlib.suppress(OSError):  # something else is in it by now
            os.rmdir(record.folder)


def _now(record: Record) -> str:
    try:
        return sum_of(read_whole(record.path))
    except OSError:
        return "unreadable"


def _untouched(record: Record) -> bool:
    """Whether what was there before is still there: a link to nothing, an empty folder, nothing."""
    if record.kind == "folder":
        return os.path.isdir(record.path)
    if record.kind == "link":
        return os.path.islink(record.path) and not os.path.exists(record.path)
    return record.kind == "absent" and not os.path.lexists(record.path)


def _restore(record: Record, now: str) -> None:
    real = os.path.realpath(record.path)
    if record.kind == "file":
        looks = Looks(
            mode=record.mode,
            owner=record.owner,
            group=record.group,
            modified=record.modified,
            like=real,
        )
        put(real, kept_content(record), looks, read_whole(real))
        return
    if record.kind == "link" and not os.path.islink(record.path):
        _relink(record)
        return
    if now != "absent":
        os.unlink(real)
    if record.kind == "folder":
        os.mkdir(record.path, record.mode)
        os.chmod(record.path, record.mode)
        if os.geteuid() == 0:
            os.chown(record.path, record.owner, record.group)
    flush_folder(record.folder)


def _relink(record: Record) -> None:
    draft = f"{record.path}.{os.getpid()}.link"
    os.symlink(record.link, draft)
    os.replace(draft, record.path)
    flush_folder(record.folder)
