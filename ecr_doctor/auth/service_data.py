"""Spares botocore a walk through the 440 folders of all services of AWS.

Before it reads the description of a service, botocore lists all that it has one of
(botocore/loaders.py, `Loader.load_service_model`): a third of the time that the first client takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.session import Session


class _EveryService(list[str]):
    """A list that holds every name: whether a service is known, its own folder tells."""

    def __contains__(self, name: object) -> bool:
        return True


def find_services_directly(session: Session) -> None:
    """Have each service looked for by its name alone; an unknown one raises DataNotFoundError."""
    loader = session.get_component("data_loader")
    loader.list_available_services = lambda type_name: _EveryService()  # noqa: ARG005
