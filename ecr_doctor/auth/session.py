"""One botocore session for everything that talks to AWS: bounded in time, silent, never asking."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from ecr_doctor.auth.ca_bundle import ca_bundle

if TYPE_CHECKING:
    from botocore.session import Session

    from ecr_doctor.auth.mapping import Identity
    from ecr_doctor.auth.providers import MetadataNotes, OnceSession
    from ecr_doctor.model import Settings

CONNECT_SECONDS = 2.5
READ_SECONDS = 4.0
METADATA_SECONDS = 1
PROCESS_SECONDS = 4.0
"""How long a `credential_process` may take in a diagnosis."""


class AwsSession:
    """Clients of AWS services, each made once and shared between threads.

    Botocore is imported at first use: it costs 125 ms. Botocore reads the environment of this
    process, which must therefore be that of the settings.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        attempts: int = 1,
        process_seconds: float = PROCESS_SECONDS,
        identity: Identity | None = None,
        bundle: str = "",
    ) -> None:
        self.identity = identity
        """The one that ecr-doctor.toml sets for the registry; None for the ordinary search."""
        self._settings = settings
        self._bundle = bundle
        """Authorities that are trusted in the place of those that are configured."""
        self._attempts = attempts
        self._process_seconds = process_seconds
        self._lock = threading.RLock()
        self._session: OnceSession | None = None
        self._metadata: MetadataNotes | None = None
        self._clients: dict[tuple[str, str, bool], Any] = {}

    def botocore(self) -> Session:
        """The session itself; use it under no lock for reading configuration only.

        Raises:
            botocore.exceptions.BotoCoreError: ~/.aws cannot be read, or the profile is missing.

        """
        return self._once()

    def _once(self) -> OnceSession:
        with self._lock:
            if self._session is None:
                self._session = self._make_session()
            return self._session

    def client(self, service: str, region: str, *, fips: bool = False) -> Any:  # noqa: ANN401
        """The client of a service in a region.

        Raises:
            botocore.exceptions.BotoCoreError: no credentials, a faulty configuration, and so on.

        """
        key = (service, region, fips)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._make_client(service, region, fips=fips)
            return self._clients[key]

    def credentials(self) -> Any:  # noqa: ANN401
        """The credentials of the first provider that has any; None when none has.

        Raises:
            botocore.exceptions.BotoCoreError: a provider that is configured failed.

        """
        with self._lock:
            return self.botocore().get_credentials()

    def source_credentials(self) -> Any:  # noqa: ANN401
        """The same without the role that ecr-doctor.toml sets: what the role is assumed with.

        Raises:
            botocore.exceptions.BotoCoreError: a provider that is configured failed.

        """
        with self._lock:
            return self._once().find_credentials()

    @property
    def metadata_in_vain(self) -> bool:
        """Whether the metadata service of an instance was asked and gave nothing."""
        return bool(self._metadata and self._metadata.in_vain)

    def _make_session(self) -> OnceSession:
        from ecr_doctor.auth import providers  # noqa: PLC0415 - with botocore
        from ecr_doctor.auth.service_data import find_services_directly  # noqa: PLC0415

        identity = self.identity
        profile = identity.profile if identity else self._settings.profile
        session = providers.OnceSession(profile=profile or None)
        session.identity = identity
        if not profile:
            self._forget_empty_profile(session)
        session.user_agent_name = "ecr-doctor"
        find_services_directly(session)
        session.set_config_variable("metadata_service_timeout", METADATA_SECONDS)
        session.set_config_variable("metadata_service_num_attempts", 1)
        configured = session.get_config_variable("ca_bundle") or ""
        bundle = self._bundle or ca_bundle(self._settings.env, configured)
        if bundle:
            session.set_config_variable("ca_bundle", bundle)
        session.set_default_client_config(self._config())
        if self._settings.connect_to:
            session.register("before-send", self._rerouter(bundle))
        notes = self._metadata = providers.MetadataNotes()
        providers.harden(session, process_seconds=self._process_seconds, notes=notes)
        return session

    def _forget_empty_profile(self, session: Session) -> None:
        """Take `AWS_PROFILE=` for unset, as the Go SDK does; botocore looks for a profile ''."""
        from botocore.configprovider import ConstantProvider

        names = ("AWS_DEFAULT_PROFILE", "AWS_PROFILE")
        if any(self._settings.env.get(name) for name in names):
            return
        session.get_component("config_store").set_config_provider("profile", ConstantProvider(None))

    def _rerouter(self, bundle: str) -> Any:  # noqa: ANN401
        from ecr_doctor.auth.reroute import Rerouter  # noqa: PLC0415 - with botocore

        timeouts = (CONNECT_SECONDS, READ_SECONDS)
        return Rerouter(self._settings, verify=bundle or True, timeouts=timeouts).send

    def _config(self, *, fips: bool = False) -> Any:  # noqa: ANN401
        from botocore.config import Config

        options: dict[str, Any] = {"use_fips_endpoint": True} if fips else {}
        return Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": self._attempts, "mode": "standard"},
            max_pool_connections=16,
            **options,
        )

    def _make_client(self, service: str, region: str, *, fips: bool) -> Any:  # noqa: ANN401
        # A botocore session is not thread-safe while it makes clients: the caller holds the lock.
        config = self._config(fips=fips)
        return self.botocore().create_client(service, region_name=region, config=config)
