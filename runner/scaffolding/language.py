"""What templates may say: a part of Jinja2 in which nothing is called, imported or kept, and every loop is counted.

The syntax tree of a template is compared with the list of what is allowed before it is compiled. Jinja2's own sandbox
and strict undefined stand behind that.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import jinja2.nodes as nodes
from jinja2.exceptions import TemplateError, TemplateSyntaxError
from jinja2.parser import Parser
from jinja2.runtime import Context, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import pass_context

from runner.catalog.wording import listed, quoted
from runner.errors import BrokenSource, nearest
from runner.output.text import mend

MOST_ROUNDS: Final = 10_000
"""Of all loops of a template together."""
MOST_CHARACTERS: Final = 1_000_000
"""Of what a template makes."""

Filter = Callable[..., Any]
Found = TypeVar("Found")

_ALLOWED: Final[tuple[type[nodes.Node], ...]] = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.List, nodes.Getitem),
    *(nodes.If, nodes.For, nodes.CondExpr, nodes.Filter, nodes.Test),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Neg),
)
_TESTS: Final = ("defined", "undefined", "none", "string", "number", "boolean", "even", "odd")
_LOOP: Final = ("first", "last", "index")
_FAILURES: Final = (TemplateError, TypeError, ValueError, LookupError, ArithmeticError)
_COUNTED: Final = "counted rounds"
_WORDS: Final = {"Concat": "~", "Add": "+", "Sub": "-", "Mul": "*", "Pow": "**", "Getattr": "a dot", "Assign": "set"}


class Language:
    """Compiles and renders the files and expressions of one template.

    Args:
        path: Of the file, for errors.
        filters: What stands behind `|`, by name.
        places: Names of those filters whose results may stand in the text; they are told the line as `line`.
        is_strict: Only results of these filters may stand in the text.
    """

    def __init__(
        self, path: Path, filters: Mapping[str, Filter], places: Iterable[str] = (), *, is_strict: bool
    ) -> None:
        self._path = path
        self._places = frozenset(places)
        self._filters = tuple(filters)
        self._rounds = 0
        self._above = 0  # lines of the file above the text
        self._environment = SandboxedEnvironment(
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            finalize=_only_placed if is_strict else _only_text,
            cache_size=0,
        )
        self._environment.globals.clear()
        self._environment.filters.clear()
        self._environment.filters.update(filters)
        self._environment.filters[_COUNTED] = self._counted

    def render(self, text: str, values: Mapping[str, object], *, line: int = 1) -> str:
        """Return what a text makes of values.

        Args:
            text: A file of the template, or a text in one.
            values: By name.
            line: Where the text begins in the file.

        Raises:
            BrokenSource: It breaks a rule of the language, or fails with these values.
        """
        self._above = line - 1
        tree = self._guarded(lambda: self._environment.parse(text, str(self._path), str(self._path)))
        self._check(tree)
        code = self._guarded(lambda: self._environment.compile(tree, str(self._path), str(self._path)))
        template = self._environment.template_class.from_code(self._environment, code, {})
        return self._guarded(lambda: self._collected(template.generate(dict(values))))

    def evaluate(self, expression: str, values: Mapping[str, object], *, line: int = 1) -> object:
        """Return the value of an expression; as `render`."""
        self.names(expression, line=line)
        # Jinja2 wraps what stands here, so that it may be no statement.
        compiled = self._guarded(lambda: self._environment.compile_expression(expression, undefined_to_none=False))
        found = self._guarded(lambda: compiled(dict(values)))
        if isinstance(found, StrictUndefined):
            raise self._broken(1, f"{quoted(found._undefined_name)} is not defined")
        return found

    def names(self, expression: str, *, line: int = 1) -> frozenset[str]:
        """Return which names an expression uses; as `render`."""
        self._above = line - 1
        tree = self._guarded(lambda: self._parsed(expression))
        self._check(tree)
        return frozenset(name.name for name in _with(tree, nodes.Name))

    def _parsed(self, expression: str) -> nodes.Expr:
        parser = Parser(self._environment, expression, str(self._path), str(self._path), state="variable")
        tree = parser.parse_expression()
        if not parser.stream.eos:
            raise TemplateSyntaxError("this is more than one expression", 1, str(self._path), str(self._path))
        return tree

    def _check(self, tree: nodes.Node) -> None:
        found = _with(tree, nodes.Node)
        for node in found:
            self._check_node(node)
        for node in found:
            if isinstance(node, nodes.Filter) and node.name in self._places:
                self._tell_line(node)
            elif isinstance(node, nodes.For):
                node.iter = nodes.Filter(node.iter, _COUNTED, [], [], None, None, lineno=node.lineno)

    def _tell_line(self, found: nodes.Filter) -> None:
        if found.args or found.kwargs or found.dyn_args or found.dyn_kwargs:
            raise self._broken(found.lineno, f"`| {found.name}` takes nothing in brackets")
        line = nodes.Const(found.lineno, lineno=found.lineno)
        found.kwargs = [nodes.Keyword("line", line, lineno=found.lineno)]  # type: ignore[list-item]

    def _check_node(self, node: nodes.Node) -> None:
        match node:
            case nodes.Getattr(node=nodes.Name(name="loop")) if node.attr in _LOOP:
                return
            case nodes.For(recursive=True):
                raise self._broken(node.lineno, "a loop may not call itself")
            case nodes.Filter():
                self._check_known("filter", node.name, self._filters, node.lineno)
            case nodes.Test():
                self._check_known("test", node.name, _TESTS, node.lineno)
        if not isinstance(node, _ALLOWED) and not isinstance(node, nodes.Keyword | nodes.EvalContextModifier):
            kind = type(node).__name__
            raise self._broken(node.lineno, f"{_WORDS.get(kind, kind.lower())} is not allowed in a template")

    def _check_known(self, what: str, name: str, known: Iterable[str], line: int) -> None:
        known = tuple(known)
        if name not in known:
            near = nearest(name, known)
            hint = f"write {near}" if near else f"the {what}s are {listed(known)}"
            raise BrokenSource(self._path, self._above + line, f"there is no {what} {quoted(name)}", hint=hint)

    def _counted(self, values: Iterable[Found]) -> Iterator[Found]:
        for value in values:
            self._rounds += 1
            if self._rounds > MOST_ROUNDS:
                raise ValueError(f"the loops go round more than {MOST_ROUNDS:,} times")
            yield value

    def _collected(self, parts: Iterable[str]) -> str:
        length, kept = 0, []
        for part in parts:
            length += len(part)
            if length > MOST_CHARACTERS:
                raise ValueError(f"this makes more than {MOST_CHARACTERS:,} characters")
            kept.append(part)
        return "".join(kept)

    def _guarded(self, do: Callable[[], Found]) -> Found:
        """Put errors of Jinja2 into our shape, with the line in the template."""
        try:
            return do()
        except TemplateSyntaxError as error:
            raise self._broken(error.lineno, error.message or "this is no template") from None
        except RecursionError:
            raise self._broken(1, "the template is nested too deeply") from None
        except _FAILURES as error:
            import traceback  # only a template that fails needs it

            frames = traceback.extract_tb(error.__traceback__)
            lines = [frame.lineno for frame in frames if frame.filename == str(self._path) and frame.lineno]
            raise self._broken(lines[-1] if lines else 1, str(error)) from None

    def _broken(self, line: int, problem: str) -> BrokenSource:
        return BrokenSource(self._path, self._above + line, problem.rstrip("."), hint="correct the template")


def defined(value: Found) -> Found:
    """Return a value that has one.

    Raises:
        UndefinedError: No answer has the name that was used.
    """
    if isinstance(value, StrictUndefined):
        str(value)  # raises, with the name
    return value


class Placed(str):
    """Text that may stand in a strict file: made by a filter, or waiting to be."""

    __slots__ = ()


@pass_context  # otherwise Jinja2 asks for constants when it compiles, and there errors have no line
def _only_placed(_: Context, value: object) -> object:
    if not isinstance(defined(value), Placed):
        raise TypeError(f"a {type(value).__name__} may not stand here as it is; write {{{{ ... | literal }}}}")
    return value


@pass_context
def _only_text(_: Context, value: object) -> object:
    if not isinstance(defined(value), str | int | float) or isinstance(value, bool):
        raise TypeError(f"a {type(value).__name__} is no text")
    return mend(value) if isinstance(value, str) else value


def _with(tree: nodes.Node, kind: type[Found]) -> list[Found]:
    found = tree.find_all(kind)  # type: ignore[type-var]
    return [*([tree] if isinstance(tree, kind) else []), *found]
