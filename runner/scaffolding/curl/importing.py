"""From a pasted curl command to a recipe, and an `api.toml` where the API is new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from runner.catalog import Api, Value
from runner.errors import AskedWrongly
from runner.scaffolding.curl.answer import read_answer
from runner.scaffolding.curl.bodies import ReadFile
from runner.scaffolding.curl.call import DIFFERS, CurlCall
from runner.scaffolding.curl.keys import (
    Credential,
    api_name,
    api_text,
    choose_key,
    credentials_of,
    find_api,
    known_value,
    new_api,
    without,
)
from runner.scaffolding.curl.reading import read_curl
from runner.scaffolding.curl.recipe import default_question, described, recipe_text
from runner.scaffolding.curl.request import Request, build_request
from runner.scaffolding.curl.slots import Asking
from runner.scaffolding.curl.words import VARIABLE, marked_name
from runner.scaffolding.draft import Draft

_READING: Final = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Captured:
    """A call that became a recipe.

    Attributes:
        draft: The files.
        api: What the recipe calls; new where the draft holds its `api.toml`.
        secrets: The key by the name of its variable, where the command had it. Never to be written.
        values: The old value of each parameter, where the command had one. May hold secrets.
        left_open: The shell's variable or the stand-in where the key or a parameter stands now, by the variable of the
            key or the name of the parameter.
    """

    draft: Draft
    api: Api
    secrets: Mapping[str, str] = field(repr=False)
    values: Mapping[str, Value] = field(repr=False)
    left_open: Mapping[str, str] = field(default_factory=dict)


def draft_of_curl(
    text: str,
    *,
    name: str,
    apis: Sequence[Api],
    read_file: ReadFile,
    title: str = "",
    only_reads: bool = False,
    sample: Any = None,
) -> Draft:
    """Make a recipe from a pasted curl command; see `capture`."""
    return capture(
        text, name=name, apis=apis, read_file=read_file, title=title, only_reads=only_reads, sample=sample
    ).draft


def capture(
    text: str,
    *,
    name: str,
    apis: Sequence[Api],
    read_file: ReadFile,
    title: str = "",
    only_reads: bool = False,
    sample: Any = None,
) -> Captured:
    """Make a recipe from a pasted curl command, and keep in memory what must not be written.

    Args:
        text: As pasted.
        name: `<api>/<name>`, or the name alone, where the API follows from the address.
        apis: All that are known.
        read_file: Gives the bytes of a file that the command names; raises OSError.
        title: The customer's question, or `""`.
        only_reads: The user says that the POST changes nothing.
        sample: An answer of the API as JSON gives it, or None.

    Raises:
        AskedWrongly: The text is no curl command, or does not fit the name.
    """
    call = read_curl(text, read_file=read_file)
    folder, _, recipe = name.rpartition("/")
    api = find_api(call, apis, folder)
    return recipe_of_call(call, api, name=recipe, api_named=folder, title=title, only_reads=only_reads, sample=sample)


def recipe_of_call(
    call: CurlCall,
    api: Api | None,
    *,
    name: str,
    title: str = "",
    api_named: str = "",
    only_reads: bool = False,
    sample: Any = None,
) -> Captured:
    """Make a recipe that sends what a call sends.

    Args:
        call: The call.
        api: What it is for, or None to propose one.
        name: Of the recipe, without API.
        title: The customer's question, or `""`.
        api_named: The name for a new API, or `""`.
        only_reads: The user says that the POST changes nothing.
        sample: An answer of the API as JSON gives it, or None.
    """
    is_new = api is None
    credentials = credentials_of(call)
    key = choose_key(credentials, api.key if api else None, is_new=is_new)
    if api is None:
        api = _proposed(call, api_named, key)
    call = _relocated(call, api)
    call = without(call, key) if key else call
    writes = not _is_reading(call, api, only_reads=only_reads, is_new=is_new)
    if only_reads and is_new and call.method == "POST":
        api = replace(api, read_posts=(_plain_path(call, api),))
    client = api.name.replace("-", "_")
    asking = Asking(client)
    request = build_request(call, api, client, asking, has_own_timeout=call.timeout not in (None, api.timeout))
    answer = read_answer(call, sample, writes=writes, taken=[client, *(each.name for each in asking.parameters)])
    question, description = _words(title, call, request, api)
    source = recipe_text(
        request, answer, asking.parameters, client=client, words=(question, description), writes=writes
    )
    notes = [
        *call.notes,
        *request.notes,
        *_key_notes(key, api),
        *_api_notes(call, api, is_new=is_new, only_reads=only_reads),
    ]
    notes += [f"Private, and asked for at each run: {each.name}." for each in asking.parameters if each.private]
    files = {f"recipes/{api.folder.name}/{name.replace('-', '_')}.py": source}
    if is_new:
        files[f"recipes/{api.folder.name}/api.toml"] = api_text(api)
    draft = Draft(files, f"{api.name}/{name.replace('_', '-')}", tuple(dict.fromkeys(notes)))
    secrets = {api.key.env: known_value(key)} if key and api.key and known_value(key) else {}
    values = {each.name: each.captured for each in asking.parameters if each.captured is not None}
    left_open = {each.name: each.variable for each in asking.parameters if each.variable}
    if key and api.key and not secrets:
        left_open[api.key.env] = VARIABLE.sub(lambda found: marked_name(found[1]), key.value)
    return Captured(draft, api, secrets, values, left_open)


def _proposed(call: CurlCall, named: str, key: Credential | None) -> Api:
    name = named or api_name(call.url.host)
    return new_api(call, name, Path(name.replace("-", "_")), key)


def _relocated(call: CurlCall, api: Api) -> CurlCall:
    """Say where the recipe's address is another one than the command's."""
    if api.base_url.lower().startswith(f"{call.url.origin}/") or api.base_url.lower() == call.url.origin:
        return call
    note = f"{DIFFERS}the recipe calls {api.base_url}, not {call.url.origin}."
    return replace(call, notes=(*call.notes, note))


def _is_reading(call: CurlCall, api: Api, *, only_reads: bool, is_new: bool) -> bool:
    if call.method.upper() in _READING:
        return True
    return call.method == "POST" and (_plain_path(call, api) in api.read_posts or only_reads)


def _plain_path(call: CurlCall, api: Api) -> str:
    base = api.base_url.partition("://")[2].partition("/")[2]
    return call.url.path.removeprefix(f"/{base}" if base else "") or "/"


def _words(title: str, call: CurlCall, request: Request, api: Api) -> tuple[str, str]:
    question = title or default_question(call.method, request.path, api)
    return question, described(call.method, request.path)


def _key_notes(key: Credential | None, api: Api) -> list[str]:
    if key is None or api.key is None:
        return []
    return [f"The key ({key.label}) is not in the recipe: put it into {api.key.env}."]


def _api_notes(call: CurlCall, api: Api, *, is_new: bool, only_reads: bool) -> list[str]:
    notes = [f"The API is new: look at recipes/{api.folder.name}/api.toml."] * is_new
    path = _plain_path(call, api)
    if only_reads and not is_new and call.method == "POST" and path not in api.read_posts:
        notes.append(f'Add "{path}" to read-posts in recipes/{api.folder.name}/api.toml, or the call is refused.')
    return notes


def checked_name(name: str) -> str:
    """Return a recipe's name if it makes an id.

    Raises:
        AskedWrongly: It does not.
    """
    from runner.catalog.source import ID_PART

    if not ID_PART.fullmatch(name):
        raise AskedWrongly(f"{name!r} is no name for a recipe.", hint="use lower-case letters, digits and hyphens")
    return name
