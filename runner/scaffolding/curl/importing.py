"""From a pasted curl command to a recipe, and an `api.toml` where the API is new."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from runner.catalog import MISSING, Api, Value
from runner.errors import AskedWrongly
from runner.running.methods import OTHER_METHOD, READING_METHODS
from runner.scaffolding.api_files import api_text
from runner.scaffolding.curl.answer import read_answer
from runner.scaffolding.curl.bodies import ReadFile
from runner.scaffolding.curl.call import DIFFERS, CurlCall
from runner.scaffolding.curl.keys import (
    Credential,
    api_name,
    choose_key,
    credentials_of,
    find_api,
    known_value,
    new_api,
    without,
)
from runner.scaffolding.curl.reading import read_curl
from runner.scaffolding.curl.recipe import default_question, described, recipe_text
from runner.scaffolding.curl.request import below, build_request
from runner.scaffolding.curl.slots import Asking
from runner.scaffolding.curl.words import named, shown
from runner.scaffolding.draft import Draft


class Captured(NamedTuple):
    """A call that became a recipe.

    Attributes:
        draft: The files.
        api: What the recipe calls; new where the draft holds its `api.toml`.
        secrets: The key by the name of its variable, where the command had it. Never to be written.
        values: The old value of each parameter, where the command had one. May hold secrets.
        left_open: The shell's variable or the stand-in where the key or a parameter stands now, by the variable of the
            key or the name of the parameter. May hold parts of secrets.
        writes: The call may change something at the API.
    """

    draft: Draft
    api: Api
    secrets: Mapping[str, str]
    values: Mapping[str, Value]
    left_open: Mapping[str, str]
    writes: bool

    def __repr__(self) -> str:
        return shown(self, "draft", "api", "writes")


def capture(
    text: str,
    *,
    name: str,
    apis: Sequence[Api],
    read_file: ReadFile,
    title: str = "",
    only_reads: bool = False,
    sample: Any = None,
    number: int | None = None,
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
        number: Which of several commands in the text is meant, from 1; None takes the only one.

    Raises:
        AskedWrongly: The text is no curl command, or does not fit the name.
    """
    call = read_curl(text, read_file=read_file, number=number)
    folder, _, recipe = name.rpartition("/")
    api = find_api(call, apis, folder)
    if api is None and not folder and (taken := _of_name(apis, api_name(call.url.host))):
        raise AskedWrongly(
            f"The API of {call.url.host} would be called {taken.name}, but that is the one at {taken.base_url}.",
            hint=f"Name the recipe with a name for its API: my-{taken.name}/{recipe}",
        )
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
    key = choose_key(credentials_of(call, api.key if api else None), api.key if api else None, is_new=is_new)
    api = api or _proposed(call, api_named, key, only_reads=only_reads)
    call = _relocated(call, api)
    call = without(call, key) if key else call
    reads = _is_read(call, api, only_reads=only_reads)
    asking = Asking(api.name.replace("-", "_"))
    request = build_request(call, api, asking)
    taken = [asking.client, *(each.name for each in asking.parameters)]
    answer = read_answer(call, sample, writes=not reads, taken=taken)
    words = (title or default_question(call.method, request.path, api), described(call.method, request.path))
    source = recipe_text(request, answer, asking, words=words, writes=not reads)
    notes = [*call.notes, *request.notes, *_notes(call, api, key, asking, is_new=is_new, only_reads=only_reads)]
    files = {f"recipes/{api.folder.name}/{name.replace('-', '_')}.py": source}
    if is_new:
        files[f"recipes/{api.folder.name}/api.toml"] = api_text(api)
    draft = Draft(files, f"{api.name}/{name.replace('_', '-')}", tuple(dict.fromkeys(notes)))
    return _captured(draft, api, key, asking, writes=not reads)


def _of_name(apis: Sequence[Api], name: str) -> Api | None:
    return next((api for api in apis if api.name == name), None)


def _captured(draft: Draft, api: Api, key: Credential | None, asking: Asking, *, writes: bool) -> Captured:
    """Return the draft with what is needed to send the call once more."""
    secrets = {api.key.env: known_value(key)} if key and api.key and known_value(key) else {}
    values = {each.name: each.captured for each in asking.parameters if each.captured is not None}
    left_open = {each.name: each.variable for each in asking.parameters if each.variable}
    if key and api.key and not secrets:
        left_open[api.key.env] = named(key.value)
    return Captured(draft, api, secrets, values, left_open, writes)


def _proposed(call: CurlCall, named: str, key: Credential | None, *, only_reads: bool) -> Api:
    name = named or api_name(call.url.host)
    api = new_api(call, name, Path(name.replace("-", "_")), key)
    return api._replace(read_posts=(_path_below(call, api),)) if only_reads and call.method == "POST" else api


def _relocated(call: CurlCall, api: Api) -> CurlCall:
    """Say where the recipe's address is another one than the command's."""
    if api.base_url.lower().startswith(f"{call.url.origin}/") or api.base_url.lower() == call.url.origin:
        return call
    note = f"{DIFFERS}the recipe calls {api.base_url}, not {call.url.origin}."
    return call._replace(notes=(*call.notes, note))


def _is_read(call: CurlCall, api: Api, *, only_reads: bool) -> bool:
    """Tell whether the runner lets a call pass as one that changes nothing."""
    if {name.lower() for name in OTHER_METHOD}.intersection(name.lower() for name, _ in call.headers):
        return False
    if call.method.upper() in READING_METHODS:
        return True
    return call.method == "POST" and (only_reads or _is_read_post(call, api))


def _is_read_post(call: CurlCall, api: Api) -> bool:
    return _path_below(call, api) in api.read_posts


def _path_below(call: CurlCall, api: Api) -> str:
    return below(call.url.path, api.base_url) or "/"


def _notes(
    call: CurlCall, api: Api, key: Credential | None, asking: Asking, *, is_new: bool, only_reads: bool
) -> Iterator[str]:
    """Yield what is to be known about key, API and parameters."""
    if key and api.key:
        yield f"The key ({key.label}) is not in the recipe: put it into {api.key.env}."
    if is_new:
        yield f"The API is new: look at recipes/{api.folder.name}/api.toml."
    elif only_reads and call.method == "POST" and not _is_read_post(call, api):
        path = _path_below(call, api)
        yield f'Add "{path}" to read-posts in recipes/{api.folder.name}/api.toml, or the call is refused.'
    if call.method == "POST" and not only_reads and not _is_read_post(call, api):
        yield "A POST counts as a change, so a run asks first. If this one only reads, say so: -P reads=yes."
    for parameter in asking.parameters:
        if parameter.default is MISSING and not parameter.private:
            yield f"Left open in the command, and asked for at each run: {parameter.name}."
        if parameter.private:
            yield f"Private, and asked for at each run: {parameter.name}."
