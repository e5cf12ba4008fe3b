"""Lucene queries: read, checked against the rules of the API, and turned into a test for stories."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from luqum.exceptions import ParseError
from luqum.tree import (
    AndOperation,
    BaseGroup,
    Item,
    Not,
    OrOperation,
    Phrase,
    Plus,
    Prohibit,
    SearchField,
    UnknownOperation,
    Word,
)

from .assumptions import (
    BAD_QUERY_TEXT,
    DEFAULT_OPERATOR,
    EXCLUSIONS_ALONE_MATCH,
    NESTING_MAX,
    TOO_MANY_FILTERS_TEXT,
    TOO_MANY_TERMS_TEXT,
    UNSUPPORTED_SYNTAX_TEXT,
)
from .errors import bad_request, unknown_fields
from .fields import TESTS as ARTICLE_TESTS
from .fields import Predicate
from .parsing import parse

FILTERS_MAX = 20
TERMS_MAX = 150

SPECIAL = re.compile(r"[+\-&|!(){}\[\]^\"~*?:\\/]")
QUOTED = re.compile(r'((?<!\\)"(?:[^\\"]|\\.)*")')
OPEN_QUOTE = re.compile(r'(?<!\\)"')
SYMBOLS = (
    (re.compile(r"\s&&\s"), " AND "),
    (re.compile(r"\s\|\|\s"), " OR "),
    (re.compile(r"(?<![^\s(])!(?=\S)"), "NOT "),
)


@dataclass(frozen=True, slots=True)
class Grammar:
    """What the queries of one endpoint may name.

    Attributes:
        fields: Fields that a filter may name.
        default_fields: Fields that a bare word is looked for in.
        tests: What makes the test for a field of a value; the fields of articles unless the endpoint has its own.
    """

    fields: Collection[str]
    default_fields: tuple[str, ...]
    tests: Mapping[str, Callable[[str], Predicate]] = field(default_factory=lambda: ARTICLE_TESTS)


def compile_filters(filters: Sequence[str], grammar: Grammar) -> Predicate:
    """Return the test for stories that match any of the filters; without filters everything matches."""
    if len(filters) > FILTERS_MAX:
        raise bad_request(TOO_MANY_FILTERS_TEXT.format(limit=FILTERS_MAX))
    trees = [parse_query(query) for query in filters]
    check_fields(trees, grammar.fields)
    for tree in trees:
        if count_terms(tree) > TERMS_MAX:
            raise bad_request(TOO_MANY_TERMS_TEXT.format(limit=TERMS_MAX))
    tests = [compile_node(tree, grammar) for tree in trees]
    return any_of(tests) if tests else everything


def parse_query(query: str) -> Item:
    """Return the tree of a query."""
    try:
        tree = parse(spell_out(query))
    except ParseError:
        raise bad_request(BAD_QUERY_TEXT.format(query=query)) from None
    if depth(tree) > NESTING_MAX or any(OPEN_QUOTE.search(part) for part in QUOTED.split(query)[::2]):
        raise bad_request(BAD_QUERY_TEXT.format(query=query))
    return tree


def spell_out(query: str) -> str:
    """Return a query with the words AND, OR, NOT for the symbols, outside of quotes, and a blank before each quote."""
    parts = QUOTED.split(query)
    for number in range(0, len(parts), 2):
        for symbol, word in SYMBOLS:
            parts[number] = symbol.sub(word, parts[number])
        if parts[number][-1:].isalnum():  # a quote ends a word, which the parser takes for a part of it
            parts[number] += " "
    return "".join(parts)


def walk(node: Item) -> Iterator[Item]:
    """Yield a node and everything below it, from left to right."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def depth(tree: Item) -> int:
    """Return how many nodes lie above one another. Not recursive: a query can be nested too deep for that."""
    level, count = [tree], 0
    while level:
        level = [child for node in level for child in node.children]
        count += 1
    return count


def check_fields(trees: Sequence[Item], allowed: Collection[str]) -> None:
    """Refuse queries that name a field which the endpoint does not filter by."""
    named = [node.name for tree in trees for node in walk(tree) if isinstance(node, SearchField)]
    unknown = [name for name in dict.fromkeys(named) if name not in allowed]
    if unknown:
        raise unknown_fields(unknown)


def count_terms(tree: Item) -> int:
    """Return the terms of a query as the API counts them: a word is one, a phrase one for each of its words."""
    words = sum(isinstance(node, Word) for node in walk(tree))
    return words + sum(len(SPECIAL.sub(" ", node.value).split()) for node in walk(tree) if isinstance(node, Phrase))


def compile_node(node: Item, grammar: Grammar) -> Predicate:
    """Return the test for one node of the tree.

    Args:
        node: A part of a query.
        grammar: Its default fields are those that the words of the node are looked for in; one of them is enough.
    """
    match node:
        case SearchField():
            return compile_node(node.expr, replace(grammar, default_fields=(node.name,)))
        case BaseGroup() | Plus():
            return compile_node(node.children[0], grammar)
        case Not() | Prohibit():
            return negated(compile_node(node.children[0], grammar))
        case AndOperation():
            return all_of([compile_node(child, grammar) for child in node.children])
        case OrOperation():
            return any_of([compile_node(child, grammar) for child in node.children])
        case UnknownOperation():
            return compile_clauses(node.children, grammar)
        case Word() if not node.has_wildcard():
            return any_of([grammar.tests[name](unescape(node.value)) for name in grammar.default_fields])
        case Phrase():
            return any_of([grammar.tests[name](unescape(node.value[1:-1])) for name in grammar.default_fields])
    kind = "a wildcard" if isinstance(node, Word) else type(node).__name__.lower()
    raise bad_request(UNSUPPORTED_SYNTAX_TEXT.format(kind=kind, query=str(node).strip()))


def compile_clauses(nodes: Sequence[Item], grammar: Grammar) -> Predicate:
    """Return the test for terms that stand side by side: `+` must match, `-` must not, of the others one has to."""
    clauses = list(flat_clauses(nodes))
    excluded = [compile_node(node.children[0], grammar) for node in clauses if isinstance(node, Not | Prohibit)]
    required = [compile_node(node, grammar) for node in clauses if isinstance(node, Plus)]
    others = [compile_node(node, grammar) for node in clauses if not isinstance(node, Not | Prohibit | Plus)]
    if DEFAULT_OPERATOR == "AND":
        required, others = [*required, *others], []
    tests = [negated(test) for test in excluded] + required
    if others and not required:
        tests.append(any_of(others))
    if not required and not others and not EXCLUSIONS_ALONE_MATCH:
        return nothing
    return all_of(tests)


def flat_clauses(nodes: Sequence[Item]) -> Iterator[Item]:
    """Yield the terms that stand side by side, which the parser nests two by two."""
    for node in nodes:
        if isinstance(node, UnknownOperation):
            yield from flat_clauses(node.children)
        else:
            yield node


def unescape(text: str) -> str:
    """Return a term without the backslashes that protect special characters."""
    return re.sub(r"\\(.)", r"\1", text)


def everything(_story: Any) -> bool:
    """Match every story."""
    return True


def nothing(_story: Any) -> bool:
    """Match no story."""
    return False


def negated(test: Predicate) -> Predicate:
    """Return the opposite of a test."""
    return lambda story: not test(story)


def any_of(tests: Sequence[Predicate]) -> Predicate:
    """Return the test that needs one of several to hold."""
    return tests[0] if len(tests) == 1 else joined(tests, wanted=True)


def all_of(tests: Sequence[Predicate]) -> Predicate:
    """Return the test that needs all of several to hold."""
    return tests[0] if len(tests) == 1 else joined(tests, wanted=False)


def joined(tests: Sequence[Predicate], *, wanted: bool) -> Predicate:
    """Return the test that is over as soon as one of several gives the wanted answer."""

    def test_story(story: Any) -> bool:
        for test in tests:
            if test(story) is wanted:
                return wanted
        return not wanted

    return test_story
