"""A profile: values and key references that belong together, e.g. those of one customer; and its text in TOML."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from runner.catalog import Recipe
from runner.catalog.toml_lines import line_of, parse_toml
from runner.errors import BrokenSource
from runner.recording.credentials import Weight, weigh_name
from runner.sharing.pasted_keys import find_certain, holds_key
from runner.sharing.references import FORMS, NoReferenceError, Reference, is_variable, parse_reference

LONGEST_CUSTOMER: Final = 100
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")
_RECIPE: Final = re.compile(r"[a-z0-9-]{1,100}/[a-z0-9-]{1,100}")
_SCALAR: Final = (str, bool, int, float, date, datetime)
_NO_KEY: Final = f"write {FORMS}, and have the key replaced if others could read this file"


@dataclass(frozen=True, slots=True)
class Profile:
    """What belongs together.

    Attributes:
        name: As typed for `--profile`.
        customer: Whose values these are, or `""`.
        values: By parameter, for every recipe that has it: text as typed, or typed as in TOML.
        recipe_values: Values for one recipe only, by its id.
        keys: Where each key is kept, by the variable that an `api.toml` names.
    """

    name: str
    customer: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    recipe_values: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    keys: Mapping[str, Reference] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many values it holds."""
        return len(self.values) + sum(map(len, self.recipe_values.values()))

    def values_for(self, recipe: Recipe) -> dict[str, object]:
        """Return the values for a recipe: of those for every recipe only what it has, of its own all."""
        known = {parameter.name for parameter in recipe.parameters}
        general = {name: value for name, value in self.values.items() if name in known}
        return {**general, **self.recipe_values.get(recipe.id, {})}

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield the name and each text of its values: what could be found again in a file."""
        for values in (self.values, *self.recipe_values.values()):
            for name, value in values.items():
                many = value if isinstance(value, list) else [value]
                yield from ((name, each) for each in many if isinstance(each, str) and each.strip())


def read_profile_text(text: str, path: Path, name: str) -> Profile:
    """Read what the file of a profile holds.

    Raises:
        BrokenSource: It is no TOML, holds something else, or what looks like a key; no value is quoted.
    """
    for at in find_certain(text):
        line = text.encode(errors="surrogatepass").count(b"\n", 0, at) + 1
        raise BrokenSource(path, line, "a key stands here, and a profile only says where keys are kept", hint=_NO_KEY)
    data = parse_toml(text, path)
    reader = _Reader(text, path)
    reader.allow((), data, ("customer", "values", "keys"))
    values = reader.table(data, "values")
    return Profile(
        name,
        reader.customer(data.get("customer", "")),
        reader.values(("values",), {key: value for key, value in values.items() if not isinstance(value, dict)}),
        {key: reader.recipe(key, value) for key, value in values.items() if isinstance(value, dict)},
        {key: reader.reference(key, value) for key, value in reader.table(data, "keys").items()},
    )


def profile_text(profile: Profile) -> str:
    """Return a profile as its file holds it."""
    import tomli_w

    data: dict[str, Any] = {"customer": profile.customer} if profile.customer else {}
    if profile.values or profile.recipe_values:
        data["values"] = {**profile.values, **profile.recipe_values}
    if profile.keys:
        data["keys"] = {name: str(reference) for name, reference in profile.keys.items()}
    return tomli_w.dumps(data)


def customer_problem(customer: str) -> str:
    """Return what is wrong with the name of a customer, as the end of a sentence, or `""`."""
    if len(customer) > LONGEST_CUSTOMER or not customer.isprintable():
        return f"must be one line of at most {LONGEST_CUSTOMER} characters"
    return "holds what looks like a key" if holds_key(customer) else ""


def value_problem(name: str, value: object) -> str:
    """Return what is wrong with a value, as the end of a sentence that quotes nothing of it, or `""`."""
    if not _is_name(name):
        return "is no name of a parameter"
    many = value if isinstance(value, list) else [value]
    if not all(isinstance(each, _SCALAR) for each in many):
        return "must be a text, a number, true, false, a day, a moment, or a list of these"
    texts = [each for each in many if isinstance(each, str)]
    if any(map(holds_key, texts)) or (any(texts) and weigh_name(name) is Weight.CREDENTIAL):
        return "looks like a key, and a profile only says where keys are kept"
    return ""


class _Reader:
    """Judges the parts of one file and says in which line something is wrong."""

    def __init__(self, text: str, path: Path) -> None:
        self._text, self._path = text, path

    def allow(self, place: tuple[str, ...], table: Mapping[str, object], names: tuple[str, ...]) -> None:
        for key in table:
            if key not in names:
                raise self._broken((*place, key), f"a profile holds {', '.join(names)} and nothing else")

    def table(self, data: Mapping[str, Any], name: str) -> dict[str, Any]:
        table = data.get(name, {})
        if not isinstance(table, dict):
            raise self._broken((name,), f"{name} must be a table", hint=f"write [{name}], and below it name = ...")
        return table

    def customer(self, value: object) -> str:
        problem = customer_problem(value) if isinstance(value, str) else "must be a text"
        if problem:
            raise self._broken(("customer",), f"customer {problem}", hint='write customer = "Acme News"')
        return str(value)

    def recipe(self, recipe_id: str, table: dict[str, Any]) -> dict[str, object]:
        if not _RECIPE.fullmatch(recipe_id):
            hint = 'write [values."newswhip/top-stories"]'
            raise self._broken(("values", recipe_id), "a table in values is named after a recipe", hint=hint)
        return self.values(("values", recipe_id), table)

    def values(self, place: tuple[str, ...], table: Mapping[str, object]) -> dict[str, object]:
        for name, value in table.items():
            if problem := value_problem(name, value):
                shown = f"the value of {name} " if _is_name(name) else "what stands here "
                raise self._broken((*place, name), shown + problem, hint=_NO_KEY if "key" in problem else "")
        return {name.replace("-", "_"): value for name, value in table.items()}

    def reference(self, variable: str, value: object) -> Reference:
        if not is_variable(variable):
            raise self._broken(("keys", variable), "keys are named by the variable that an api.toml names")
        try:
            return parse_reference(value if isinstance(value, str) else "")
        except NoReferenceError as error:
            raise self._broken(("keys", variable), f"this is no reference: {error}", hint=_NO_KEY) from None

    def _broken(self, place: tuple[str, ...], problem: str, *, hint: str = "") -> BrokenSource:
        return BrokenSource(self._path, line_of(self._text, place), problem, hint=hint or "correct this line")


def _is_name(name: str) -> bool:
    """Whether a name may be a parameter's; keys have capitals, where they are as long as to be told from names."""
    return _NAME.fullmatch(name) is not None and (name == name.lower() or not holds_key(name))
