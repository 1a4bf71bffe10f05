"""The catalog as commands see it: of all installed packages, and a broken one is not fatal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.catalog import CatalogError, load_catalog
from ecr_doctor.catalog.folders import catalog_folders
from ecr_doctor.errors import EcrDoctorError

if TYPE_CHECKING:
    from ecr_doctor.catalog import Catalog


def open_catalog() -> Catalog:
    """All causes.

    Raises:
        EcrDoctorError: no catalog is installed, or an entry breaks a rule.

    """
    try:
        catalog = load_catalog(catalog_folders())
    except CatalogError as error:
        raise EcrDoctorError(str(error), "Repair or remove the package it belongs to.") from error
    if not catalog:
        raise EcrDoctorError("no catalog of causes is installed", "Reinstall ecr-doctor.")
    return catalog
