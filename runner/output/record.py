"""One dict, shown as a block of names and values or as a JSON object over several lines."""

from collections.abc import Mapping
from typing import Any

from runner.output.cells import json_encoder, value_json
from runner.output.grid import clean_cell
from runner.output.numbers import decimals_of, is_number
from runner.output.table import shown_text, shown_value
from runner.output.text import width


def record_block(record: Mapping[str, Any]) -> str:
    """Write names and values as two aligned columns; nothing is cut."""
    names = [clean_cell(name) for name in record]
    longest = max(map(width, names), default=0)
    values = [shown_value(name, value) for name, value in record.items()]
    texts = [
        shown_text(name, value, decimals_of(value) if is_number(value) else 0)
        for name, value in zip(record, values, strict=True)
    ]
    pairs = zip(names, texts, strict=True)
    return "".join(f"{name}{' ' * (longest - width(name))}  {text}".rstrip() + "\n" for name, text in pairs)


def record_json(record: Mapping[str, Any]) -> str:
    """Write a JSON object, one name a line."""
    encoder = json_encoder(compact=False)
    pairs = [f"  {encoder.encode(name)}: {value_json(encoder, name, value)}" for name, value in record.items()]
    return "{\n" + ",\n".join(pairs) + "\n}\n" if pairs else "{}\n"
