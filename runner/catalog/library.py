"""All repositories that a user sees, as one: the names of recipes, finding by name, and which API a name means."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from runner.catalog.api import read_api
from runner.catalog.ids import ID_PART, bare_id, is_id
from runner.catalog.index_walk import API_FILE, CATALOG
from runner.catalog.model import Api, Recipe
from runner.catalog.repository import Repository
from runner.catalog.source import read_recipe
from runner.errors import AskedWrongly, BrokenSource, NotFound


class Found(NamedTuple):
    """The recipe that a name means.

    Attributes:
        repository: Where it lies.
        recipe: As read.
        name: As a listing shows it.
        shadowed: The name would mean a recipe of another repository, were it not for the one in use.
    """

    repository: Repository
    recipe: Recipe
    name: str
    shadowed: bool = False


class Located(NamedTuple):
    """The file that a name means, not read yet.

    Attributes:
        repository: Where it lies.
        path: The file.
        name: As a listing shows it.
        shadowed: As that of `Found`.
    """

    repository: Repository
    path: Path
    name: str
    shadowed: bool


class _Place(NamedTuple):
    """A recipe file that was seen, not read."""

    repository: Repository
    path: Path
    id: str


class Library:
    """The repositories a user sees, in the order in which they count.

    Args:
        repositories: The one in use first (alias `""`), then those that were added, the catalog last (`catalog`).
    """

    def __init__(self, repositories: Sequence[Repository]) -> None:
        catalogs = {repository.root for repository in repositories if repository.alias == CATALOG}
        self.repositories = tuple(each for each in repositories if each.alias or each.root not in catalogs)

    @property
    def in_use(self) -> Repository | None:
        """The repository in use; None where there is none, or where it is the catalog itself."""
        return next((each for each in self.repositories if not each.alias), None)

    @property
    def home(self) -> Repository:
        """The repository in use, or the catalog: what is meant where nothing is named."""
        return self.lenders[0]

    @property
    def lenders(self) -> tuple[Repository, ...]:
        """All, in the order in which what has no alias of its own (a template, an API) is taken from them.

        What was added comes last: it can lend what nobody else has, and take the place of nothing.
        """
        return tuple(sorted(self.repositories, key=lambda each: bool(each.alias) + (each.alias not in ("", CATALOG))))

    def names(self) -> tuple[str, ...]:
        """Return what to type for every recipe, as a listing shows it, without reading one."""
        places = [_Place(each, path, bare_id(path)) for each in self.repositories for path in each.recipe_files()]
        return tuple(self._shown(place) for place in places if is_id(place.id))

    def find(self, name: str, command: str = "recipes show") -> Found:
        """Find and read the one recipe that a name means; no other file is read.

        Args:
            name: `api/name`, `name` or `alias/api/name`; underscores stand for hyphens.
            command: To be pasted with the right name where this one is wrong.

        Raises:
            NotFound: No recipe has the name.
            AskedWrongly: Several have it, and none of them is in the repository in use.
            BrokenSource: It breaks a rule.
        """
        meant = self.locate(name, command)
        return Found(meant.repository, read_recipe(meant.path), meant.name, shadowed=meant.shadowed)

    def locate(self, name: str, command: str = "recipes show") -> Located:
        """Find the file of the one recipe that a name means, and read none.

        Args:
            name: As for `find`.
            command: As for `find`.

        Raises:
            NotFound: No recipe has the name.
            AskedWrongly: Several have it, and none of them is in the repository in use.
            BrokenSource: A link leads out of the repository.
        """
        places = self._places(name)
        if not places:
            raise NotFound("recipe", name, self.names(), command=command, fallback="recipes list")
        in_use = [place for place in places if not place.repository.alias]
        meant = in_use or places
        if len(meant) > 1:
            names = [self._shown(place) for place in meant]
            raise AskedWrongly(f"{name!r} means several recipes.", hint=f"{command} {names[0]}", details=names)
        [place] = meant
        if not place.repository.holds(place.path):
            raise place.repository.stray(place.path)
        return Located(place.repository, place.path, self._shown(place), shadowed=len(places) > 1)

    def api(self, repository: Repository, name: str) -> Api:
        """Read the API that a client of a recipe in `repository` calls; the catalog may lend it a sandbox.

        Raises:
            BrokenSource: The repository does not describe it, or not properly.
        """
        folder = _api_folder(repository, name)
        if folder is None:
            path = repository.recipes / name / API_FILE
            raise BrokenSource(path, 1, f"there is no such file to describe the API {name!r}", hint=f"write {path}")
        return self._with_sandbox(repository, _read_api(repository, folder))

    def find_api(self, name: str, command: str = "recipes sandbox") -> tuple[Repository, Api]:
        """Find and read the API that a user names; the repository in use wins.

        Args:
            name: `api` or `alias/api`; underscores stand for hyphens.
            command: To be pasted with the right name where this one is wrong.

        Raises:
            NotFound: No repository describes it.
            AskedWrongly: Several do, and none of them is the one in use.
            BrokenSource: It breaks a rule.
        """
        alias, _, api = name.replace("_", "-").rpartition("/")
        asked = [each for each in self.repositories if alias in ("", each.alias.replace("_", "-"))]
        places = [(each, folder) for each in asked if (folder := _api_folder(each, api))]
        if not places:
            known = [path.name.replace("_", "-") for each in self.repositories for path in each.api_folders()]
            names = [each for each in known if ID_PART.fullmatch(each)]
            raise NotFound("API", name, names, command=command, fallback="recipes list")
        if len(places) > 1 and places[0][0].alias:
            names = [f"{each.alias}/{api}" for each, _ in places]
            raise AskedWrongly(f"{name!r} means several APIs.", hint=f"{command} {names[0]}", details=names)
        repository, folder = places[0]
        return repository, self._with_sandbox(repository, _read_api(repository, folder))

    def _with_sandbox(self, repository: Repository, api: Api) -> Api:
        """Let the catalog's sandbox answer for an API that has none, if it is the same API at the same address."""
        catalog = next((each for each in self.repositories if each.alias == CATALOG), None)
        if api.sandbox or catalog is None or repository is catalog:
            return api
        folder = _api_folder(catalog, api.name)
        lent = _read_api(catalog, folder) if folder else None
        if lent is None or not lent.sandbox or lent.base_url != api.base_url:
            return api
        now = api.sandbox_now or lent.sandbox_now
        return api._replace(sandbox=lent.sandbox, sandbox_now=now, sandbox_folder=lent.folder)

    def _places(self, name: str) -> list[_Place]:
        """Return every file that a name can mean."""
        parts = name.replace("_", "-").split("/")
        if len(parts) > 3 or not all(map(ID_PART.fullmatch, parts)):
            return []
        *above, last = parts
        api = above[-1] if above else ""
        repositories = [
            each for each in self.repositories if len(above) < 2 or each.alias.replace("_", "-") == above[0]
        ]
        return [place for each in repositories for place in _places_in(each, api, last)]

    def _shown(self, place: _Place) -> str:
        alias = place.repository.alias
        if not alias or (alias == CATALOG and not self._elsewhere(place)):
            return place.id
        return f"{alias}/{place.id}"

    def _elsewhere(self, place: _Place) -> bool:
        """Tell whether another repository has a recipe of the same id."""
        api, _, last = place.id.partition("/")
        others = (each for each in self.repositories if each is not place.repository)
        return any([*_places_in(each, api, last)] for each in others)


def _places_in(repository: Repository, api: str, last: str) -> Iterator[_Place]:
    """Yield the files of a name in one repository; an empty `api` stands for each."""
    for folder in repository.folders():
        path = folder / f"{last.replace('-', '_')}.py"
        if api in ("", folder.name.replace("_", "-")) and path.is_file():
            yield _Place(repository, path, bare_id(path))


def _api_folder(repository: Repository, name: str) -> Path | None:
    """Return the folder that describes an API; None where there is none."""
    for folder in repository.folders():
        if folder.name.replace("_", "-") == name and (folder / API_FILE).is_file():
            return folder
    return None


def readable_apis(*repositories: Repository) -> Iterator[Api]:
    """Yield the APIs of repositories, in order; one that cannot be read is passed over, as `recipes check` names it."""
    for repository in repositories:
        for folder in repository.api_folders():
            try:
                api = read_api(folder)
            except BrokenSource:
                continue
            yield api


def _read_api(repository: Repository, folder: Path) -> Api:
    if not repository.holds(folder / API_FILE):
        raise repository.stray(folder / API_FILE)
    return read_api(folder)
