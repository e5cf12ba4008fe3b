"""Reading YAML of strangers: values and their lines, no tag that makes objects, no alias, no depth, no excess.

The parser's events are read one by one without recursion, so that a hostile file costs nothing before it is refused.
With libyaml, where PyYAML was built with it, a body of 20 KB is one event.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple, NoReturn, TypeAlias

import yaml

from runner.catalog.wording import quoted
from runner.errors import BrokenSource
from runner.recording.json_lines import joined

Plain: TypeAlias = "str | bytes | int | float | date | list[Node] | dict[str, Node] | None"

ANEW: Final = "restore the file, or record it again"
"""What helps against most damage."""

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST: Final = 30  # a cassette needs 6
_MOST_VALUES: Final = 500_000  # 300 exchanges have some 20,000
_HALF: Final = re.compile("[\ud800-\udfff]")  # PyYAML lets an escape name it, libyaml does not
_YAML: Final = "tag:yaml.org,2002:"
_SCALAR_TAGS: Final = {None, "!", *(_YAML + name for name in ("str", "binary", "int", "float", "bool", "null"))}


class Node(NamedTuple):
    """A value and the line where it begins."""

    value: Plain
    line: int


def parse_yaml(content: bytes, path: Path) -> Node:
    """Read one document of UTF-8 text.

    Args:
        content: Of the file.
        path: Named by errors.

    Raises:
        BrokenSource: It is no YAML, or holds what no cassette needs.
    """
    loader = _LOADER(content)
    try:
        return _Tree(loader, path).read()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise BrokenSource(
            path, line, f"this YAML cannot be read: {error.problem or error.context}", hint=ANEW
        ) from None
    except yaml.reader.ReaderError as error:
        line = content.count(b"\n", 0, error.position) + 1
        raise BrokenSource(path, line, f"a character is not allowed in YAML: {error.reason}", hint=ANEW) from None
    finally:
        loader.dispose()


class _Tree:
    """The values so far: those that are complete, and the mappings and lists that are still open."""

    def __init__(self, loader: yaml.SafeLoader, path: Path) -> None:
        self._loader = loader
        self._path = path
        self._open: list[Node] = []
        self._keys: list[str | None] = []  # of each open mapping, where its value is still to come
        self._root: Node | None = None

    def read(self) -> Node:
        for count, event in enumerate(self._events()):
            if count > _MOST_VALUES:
                self._refuse(event, f"the file holds more than {_MOST_VALUES:,} values", "record it in parts")
            if isinstance(event, yaml.ScalarEvent):
                self._add(Node(self._scalar(event), event.start_mark.line + 1))
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                self._begin(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._keys.pop()
                self._add(self._open.pop())
            elif isinstance(event, yaml.DocumentStartEvent) and self._root:
                self._refuse(event, "a second document begins", "keep one document a file")
        if self._root is None:
            raise BrokenSource(self._path, 1, "the file is empty", hint=ANEW)
        return self._root

    def _events(self) -> Iterator[yaml.Event]:
        while self._loader.check_event():
            event = self._loader.get_event()
            if getattr(event, "anchor", None) is not None:
                self._refuse(event, f"the anchor or alias {quoted(event.anchor)} is not allowed", "write the value out")
            yield event

    def _begin(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        if event.tag not in (None, "!", f"{_YAML}map" if is_mapping else f"{_YAML}seq"):
            self._refuse_tag(event)
        if len(self._open) == _DEEPEST:
            self._refuse(event, f"values are nested more than {_DEEPEST} levels deep", ANEW)
        self._open.append(Node({} if is_mapping else [], event.start_mark.line + 1))
        self._keys.append(None)

    def _add(self, node: Node) -> None:
        if not self._open:
            self._root = node
            return
        container = self._open[-1].value
        if isinstance(container, list):
            container.append(node)
        elif isinstance(container, dict):
            self._add_to_mapping(container, node)

    def _add_to_mapping(self, container: dict[str, Node], node: Node) -> None:
        key = self._keys[-1]
        if key is not None:
            container[key] = node
            self._keys[-1] = None
            return
        if not isinstance(node.value, str):
            raise BrokenSource(self._path, node.line, "a key must be text", hint='write it as "text"')
        if node.value in container:
            problem = f"the key {quoted(node.value)} stands here a second time"
            raise BrokenSource(self._path, node.line, problem, hint="remove one")
        self._keys[-1] = node.value

    def _scalar(self, event: yaml.ScalarEvent) -> Plain:
        if event.tag not in _SCALAR_TAGS:
            self._refuse_tag(event)
        tag = event.tag
        if tag in (None, "!"):
            tag = self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag == f"{_YAML}str":
            return self._text(event)
        node = yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark)
        try:
            value: Plain = self._loader.construct_object(node)
        except (ValueError, KeyError):
            self._refuse(event, f"{quoted(event.value)} is no {tag.removeprefix(_YAML)}", "put text between quotes")
        return value

    def _text(self, event: yaml.ScalarEvent) -> str:
        text: str = event.value
        if event.style == "|" and event.tag == f"{_YAML}str" and text.startswith(("{", "[")):
            return joined(text)
        if event.style == '"' and _HALF.search(text):
            self._refuse(event, "this text holds half a surrogate pair", ANEW)
        return text

    def _refuse_tag(self, event: yaml.NodeEvent) -> NoReturn:
        tag = str(event.tag).replace(_YAML, "!!")
        self._refuse(event, f"the tag {quoted(tag)} is not allowed: a cassette holds only text and numbers", ANEW)

    def _refuse(self, event: yaml.Event, problem: str, hint: str) -> NoReturn:
        raise BrokenSource(self._path, event.start_mark.line + 1, problem, hint=hint)
