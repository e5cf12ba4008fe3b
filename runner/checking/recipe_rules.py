"""The rules for one recipe file, which need nothing but its text and the names of the APIs beside it."""

from collections.abc import Collection, Mapping
from pathlib import Path

from runner.catalog import Api
from runner.checking import block_rules, call_rules, code_rules, file_rules, key_rules, loop_rules, time_rules
from runner.checking.applying import Find, apply_rules
from runner.checking.draft import Draft, read_draft
from runner.checking.finding import Finding

DRAFT_RULES: Mapping[str, Find[Draft]] = {
    "R001": file_rules.file_name,
    "R002": file_rules.text,
    "R003": file_rules.block,
    "R004": file_rules.python,
    "R005": file_rules.imports,
    "R006": file_rules.main,
    "R007": file_rules.question,
    "R008": file_rules.signature,
    "R009": file_rules.result,
    "R010": file_rules.setting,
    "R014": block_rules.unknown_api,
    "R015": block_rules.reserved_name,
    "R016": block_rules.description,
    "R017": block_rules.dependency,
    "R018": block_rules.python_version,
    "R019": block_rules.length,
    "R020": block_rules.layout,
    "R101": code_rules.prints,
    "R102": loop_rules.endless_loop,
    "R103": code_rules.broad_except,
    "R104": code_rules.silent_except,
    "R105": time_rules.naive_time,
    "R106": key_rules.key_literal,
    "R107": call_rules.own_client,
    "R108": call_rules.unchecked_status,
    "R109": call_rules.hard_coded_host,
    "R110": code_rules.mutable_default,
    "R111": code_rules.unused_parameter,
}


def check_text(path: Path, text: str, apis: Mapping[str, Api], described: Collection[str]) -> list[Finding]:
    """Check a recipe that is about to be written.

    Args:
        path: Where it will stand.
        text: All of it.
        apis: Of its repository by name, those that can be read.
        described: Names of all APIs of its repository.
    """
    content = text.encode(errors="surrogatepass")
    return list(apply_rules(DRAFT_RULES, read_draft(path, apis, described, content=content)))
