"""The API keys of a command: in the environment, in a `.env` file, and where a profile says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from runner.catalog import Api
from runner.errors import AskedWrongly, KeyProblem
from runner.running.keys import secrets_of


@dataclass(frozen=True, slots=True)
class Keys:
    """The API keys of a run, by the variable that holds them.

    Attributes:
        environ: The environment.
        file: The values of `--env-file`, which win.
        profile: What the references of the chosen profile led to; it wins over the environment.
    """

    environ: Mapping[str, str]
    file: Mapping[str, str] = field(repr=False)
    profile: Mapping[str, str] = field(default_factory=dict, repr=False)

    def find(self, api: Api) -> str:
        """Return the key for an API, or `""`."""
        if api.key is None:
            return ""
        name = api.key.env
        return self.file.get(name) or self.profile.get(name) or self.environ.get(name, "")

    def secrets(self, apis: Mapping[str, Api]) -> dict[str, str]:
        """Return what must not be seen of the keys of some APIs, by the name that may be shown for it."""
        return {name: secret for api in apis.values() for name, secret in secrets_of(api, self.find(api)).items()}


def read_env_file(path: Path | None) -> dict[str, str]:
    """Return the variables of a `.env` file; nothing in it is expanded, and nothing is put into the environment.

    Raises:
        AskedWrongly: It cannot be read.
    """
    if path is None:
        return {}
    from dotenv import dotenv_values

    try:
        with path.open(encoding="utf-8") as file:
            return {name: value for name, value in dotenv_values(stream=file, interpolate=False).items() if value}
    except OSError as error:
        raise AskedWrongly(f"The keys in {path} cannot be read: {error.strerror}.", hint="--env-file FILE") from None
    except UnicodeDecodeError:
        raise AskedWrongly(f"The keys in {path} are not UTF-8 text.", hint="--env-file FILE") from None


def find_missing_keys(apis: Mapping[str, Api], keys: Keys, command: str) -> KeyProblem | None:
    """Return the error that names every key a live run lacks, or None.

    Args:
        apis: The APIs of the run.
        keys: Where the keys are.
        command: What the user typed.
    """
    missing = [api for api in apis.values() if api.key is not None and not keys.find(api)]
    if not missing:
        return None
    names = " and ".join(f"{api.key.env} (for {api.title})" for api in missing if api.key)
    return KeyProblem(
        f"No key: set {names}, in the environment or in a file given with --env-file.",
        details=[api.key.help for api in missing if api.key and api.key.help],
        hint=f"{command} --try   (needs no key: invented data)",
    )
