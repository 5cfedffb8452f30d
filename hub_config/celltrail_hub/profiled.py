"""Spawner profiles for any spawner: what a user may start, asked for by form or by API.

`ProfiledSpawner` is mixed into a spawner of JupyterHub. Whatever a user sends is held against the
profiles that this user may choose, before anything else happens; refusals are `SpawnException`s,
which JupyterHub shows to the user and does not count towards stopping itself.
"""

import copy
import time
from typing import Any

from traitlets import Unicode, default
from traitlets.config import Configurable

from celltrail.errors import UnavailableError
from celltrail.hosting import VARIABLE
from celltrail_hub.culling.decision import End
from celltrail_hub.facts import facts_of
from celltrail_hub.ledger import Server
from celltrail_hub.refusal import refusal
from celltrail_hub.shared import capacity_at, form_of, ledger_of, profiles_in
from celltrail_profiles.access import offers
from celltrail_profiles.errors import ProfileError, QuotaError
from celltrail_profiles.options import ResolvedSpawn, from_form, validated
from celltrail_profiles.quotas import Holding, Level
from celltrail_profiles.schema import Profile, ProfileFile, Settings

_TROUBLE = "Servers cannot be started at the moment. Your administrator finds the cause in the log."


class ProfiledSpawner(Configurable):
    """Goes before one of JupyterHub's spawner classes; changes nothing without `profiles_file`."""

    # What the class after this one brings.
    user: Any
    name: str
    display_name: str
    db: Any
    log: Any
    orm_spawner: Any
    user_options: Any
    _spawn_future: Any

    profiles_file = Unicode(
        help="""File of spawner profiles. It is read again when it changes; a bad file leaves the
        last good one in force. Empty: no profiles.""",
    ).tag(config=True)
    ledger_file = Unicode(
        help="""SQLite file in which the hub notes which servers run and ran, for quotas. Needed
        with `profiles_file`.""",
    ).tag(config=True)

    capacity_url = Unicode(
        help="""Where `celltrail capacity` tells what is free in the cluster, for the spawn page;
        the hub's environment has its token in CELLTRAIL_CAPACITY_TOKEN. Empty: nobody is asked.""",
    ).tag(config=True)

    why: End | None = None
    """Why the hub stops the server, if it does so by itself."""

    _before: dict[str, Any] | None = None
    _settings: Settings | None = None
    _told = ""

    @default("apply_user_options")
    def _leave_to_us(self) -> Any:
        # Else JupyterHub warns of unhandled options at each start.
        return (lambda spawner, user_options: None) if self.profiles_file else None

    def traits_of(self, resolved: ResolvedSpawn) -> dict[str, Any]:
        """Return the traits that a resolved spawn sets; mappings are merged into what is there."""
        raise NotImplementedError

    def base_settings(self) -> Settings | None:
        """Return what the hub sets for all servers, as far as it decides where they have room.

        None if it sets more than settings can say, so that nobody knows what is free for them.
        """
        return Settings()

    def adds_nodes(self) -> bool:
        """Tell whether an autoscaler may add a node for a server that has no room."""
        return False

    def profile(self) -> Profile | None:
        """Return the profile that the server was started with, as it is in force now."""
        slug = self.user_options.get("profile") if self.user_options else None
        if not self.profiles_file or slug is None:
            return None
        try:
            file = profiles_in(self.profiles_file)
        except ProfileError:  # told whoever starts a server
            return None
        return next((profile for profile in file.profiles if profile.slug == slug), None)

    async def get_options_form(self) -> str:
        """Return the form of the user's own profiles, with what was chosen last time."""
        if not self.profiles_file:
            form: str = await super().get_options_form()  # type: ignore[misc]
            return form
        from celltrail_hub.spawn_form import View

        file = self._profiles()
        base = self.base_settings()
        asks = capacity_at(self.capacity_url) if self.capacity_url and base else None
        view = View(
            user=Holding(self.user.name, self._groups(), ""),
            levels=self._levels(),
            last=self.user_options,
            server=self.name and self.display_name,
            seen=await asks.latest() if asks else None,
            base=base or Settings(),
            who_holds=self.who_holds,
            adds_nodes=self.adds_nodes(),
        )
        return form_of(file).render(view)

    def run_options_from_form(self, form_data: dict[str, list[str]]) -> Any:
        """Return the user options of a submitted form."""
        if not self.profiles_file:
            return super().run_options_from_form(form_data)  # type: ignore[misc]
        return from_form(form_data)

    def options_from_query(self, query_data: dict[str, list[str]]) -> Any:
        """Return the user options of an address such as `/hub/spawn?opt-profile=small`."""
        if not self.profiles_file:
            return super().options_from_query(query_data)  # type: ignore[misc]
        return {name: values[-1] for name, values in query_data.items() if values}

    async def run_pre_spawn_hook(self) -> None:
        """Hold the request against profiles and quotas, run the admin's hook, set the traits."""
        resolved = self._admit() if self.profiles_file else None
        hook = super().run_pre_spawn_hook()  # type: ignore[misc]
        if hook is not None:
            await hook
        if resolved is not None:
            self._settings = resolved.settings
            traits = self.traits_of(resolved)
            self._before = {name: copy.deepcopy(getattr(self, name)) for name in traits}
            self.put(traits)

    def run_post_stop_hook(self) -> Any:
        """Give back what the server held, then run the admin's own hook."""
        if self.profiles_file:
            self._give_back()
        self.why = None
        for name, value in (self._before or {}).items():
            setattr(self, name, value)
        self._before = None
        return super().run_post_stop_hook()  # type: ignore[misc]

    def start_polling(self) -> None:
        """Look from now on whether the server runs; the hub does so where it has seen it run."""
        if self.profiles_file:
            try:
                ledger_of(self.ledger_file).saw(self.user.name, self.name)
            except UnavailableError as error:
                self.log.error("%s's server is not noted as running: %s", self.user.name, error)
        super().start_polling()  # type: ignore[misc]

    def get_env(self) -> dict[str, str]:
        """Return the environment, in which runs find what they run on and what it costs."""
        env: dict[str, str] = super().get_env()  # type: ignore[misc]
        return env | {VARIABLE: self._told} if self._told else env

    def put(self, traits: dict[str, Any]) -> None:
        """Set traits; mappings are merged into what is there."""
        for name, value in traits.items():
            merged = getattr(self, name) | value if isinstance(value, dict) else value
            setattr(self, name, merged)

    def _admit(self) -> ResolvedSpawn:
        """Return what the request comes to, entered in the ledger. Raises SpawnException."""
        from celltrail_hub.metrics import Attempt

        attempt = Attempt(self._spawn_future)
        file, groups = self._profiles(), self._groups()
        try:
            resolved = validated(offers(file, self.user.name, groups), self.user_options)
            slug = attempt.profile = resolved.profile.slug
            asking = Holding(self.user.name, groups, slug, resolved.usage)
            ledger_of(self.ledger_file).reserve(file, asking, self.name, self._active)
        except QuotaError as error:
            raise refusal(str(error), error.reason, error.status) from None
        except ProfileError as error:
            # JupyterHub has saved them already, and would use them where none are given.
            self.orm_spawner.user_options = None
            raise refusal(str(error), error.reason, error.status) from None
        except UnavailableError as error:
            raise refusal(_TROUBLE, "ledger", error.status, log_message=str(error)) from None
        attempt.is_admitted = True
        if self.user_options != resolved.user_options:  # else the database would write them again
            self.user_options = self.orm_spawner.user_options = resolved.user_options
        server = f"{self.user.name}/{self.name}".removesuffix("/")
        self._told = facts_of(resolved, server, getattr(self, "image", ""), file.currency)
        return resolved

    def _give_back(self) -> None:
        try:
            ledger_of(self.ledger_file).end(self.user.name, self.name, self.why)
        except UnavailableError as error:  # ended at the next look
            self.log.error("The end of %s's server is not noted: %s", self.user.name, error)

    def _levels(self) -> tuple[Level, ...]:
        nothing = Holding(self.user.name, self._groups(), "")
        try:
            return ledger_of(self.ledger_file).levels(self._profiles(), nothing, self._active)
        except UnavailableError as error:
            self.log.error("No quotas on the spawn page: %s", error)
            return ()

    def who_holds(self, settings: Settings) -> str:
        """Return who else of this hub holds GPUs such as these, and when the next must end."""
        try:
            running = ledger_of(self.ledger_file).running()
        except UnavailableError:  # the log has it
            return ""
        running.pop((self.user.name, self.name), None)  # it waits itself
        gpu_holders = form_of(self._profiles()).gpu_holders
        return gpu_holders.of(settings, running.values(), time.time()).describe()

    def who_is_before_us(self) -> str:
        """Return who holds the GPUs that this server waits for."""
        return self.who_holds(self._settings) if self._settings else ""

    def _profiles(self) -> ProfileFile:
        """Return the profiles in force. Raises SpawnException if there never were good ones."""
        try:
            return profiles_in(self.profiles_file)
        except ProfileError as error:
            raise refusal(_TROUBLE, error.reason, 503, log_message=str(error)) from None

    def _groups(self) -> frozenset[str]:
        return frozenset(group.name for group in self.user.groups)

    def _active(self) -> set[Server]:
        """Return all servers that the hub knows as running or starting."""
        from jupyterhub import orm  # type: ignore[import-untyped]

        rows = (
            self.db.query(orm.User.name, orm.Spawner.name)
            .join(orm.Spawner, orm.Spawner.user_id == orm.User.id)
            .filter(orm.Spawner.server_id.isnot(None))
        )
        return {(user, server) for user, server in rows}
