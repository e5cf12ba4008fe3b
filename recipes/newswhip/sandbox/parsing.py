"""The parser of Lucene queries, imported without its noise.

Under Python 3.13 docstrings lose their indentation, so luqum's prepared tables no longer fit its grammar: the parser
builds them again at each import and reports that, with warnings about the grammar and an open file, on stderr.
"""

import contextlib
import io
import warnings

with contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings(action="ignore"):
    from luqum.thread import parse

__all__ = ["parse"]
