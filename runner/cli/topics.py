"""The texts of `recipes help TOPIC`: at most 40 lines of 88 columns; tables are made from what the code goes by."""

from collections.abc import Callable
from dataclasses import dataclass

from runner.output.formats import EXTENSIONS, FORMATS

EXIT_CODES = {
    0: "it worked; no rows is a result like any other",
    1: "a bug, the recipe raised, or a file of a repository is broken",
    2: "asked wrongly: an unknown name, a wrong value, a file in the way",
    3: "a check, test or comparison found something, or a repository is not as locked",
    4: "a key is missing or refused",
    5: "the API refused the request",
    6: "the API, or an added repository, is unreachable or kept failing; try later",
    7: "not trusted: you have not allowed it to run",
    130: "stopped with Ctrl-C, or told to end (SIGTERM, SIGHUP)",
}

FOUND_SOMETHING = 3
"""The exit code of a check that found something."""

FORMAT_LINES = {
    "table": "columns to read",
    "csv": "UTF-8 with a header; --excel makes it open right in Excel",
    "tsv": "the same with tabs",
    "json": "one array, or one object for a record",
    "jsonl": "one JSON object a line",
    "md": "a Markdown table",
    "xlsx": "an Excel workbook; a file only, with the extra xlsx",
    "db": "a SQLite database; a file only, with the extra sqlite",
    "html": "one page with table and chart; a file only",
    "svg": "the chart of a recipe that has one; with the extra charts",
    "png": "the same as pixels; with the extra charts",
}

ENVIRONMENT = """\
What is read from the environment

  NEWSWHIP_API_KEY     The key for the NewsWhip API. Each API has such a variable:
                       recipes show RECIPE names it. --env-file FILE and a reference of
                       the profile win over it.
  RECIPES_PARAM_NAME   A value for the parameter NAME: RECIPES_PARAM_HOURS=48 for hours.
                       Several values of a list stand between commas.
  RECIPES_PROFILE      The profile of recipes run, record and export; --profile NAME
                       wins.
  RECIPES_REPOSITORY   The repository in use, instead of the nearest recipes.toml;
                       recipes --repository FOLDER wins over it.
  RECIPES_TRUST        What may run besides what you trusted, in CI: recipes help trust
  RECIPES_HOME         The folder for what this program keeps: what you trusted, added
                       repositories, profiles, a cache. Without it, the usual places of
                       the system (on Linux below XDG_STATE_HOME, XDG_DATA_HOME,
                       XDG_CONFIG_HOME and XDG_CACHE_HOME, if these are set).
  RECIPES_OFFLINE      1: repositories that were added are not fetched from the network.
  PATH                 Where git is looked for.

  HTTPS_PROXY, HTTP_PROXY, ALL_PROXY   A proxy to call through: http://HOST:PORT
  NO_PROXY                             Hosts to call directly, between commas.
                                       All four are read in small letters too.
  SSL_CERT_FILE, SSL_CERT_DIR          Certificates to check APIs by, instead of those
                                       that come with this program.
  PATH                                 Where uv is looked for, which installs what
                                       recipes need besides httpx; else pip does. Both
                                       read PIP_... and UV_..., and files of yours
                                       (of uv below XDG_CONFIG_HOME, HOME or APPDATA).
  TERM                                 dumb: no progress line.
  GITHUB_ACTIONS, GITHUB_WORKSPACE     true, and a folder: recipes check writes
                                       annotations, with paths from that folder on.
  COLUMNS                              Columns of the terminal, where it is wrong.

Nothing is coloured, so NO_COLOR changes nothing. recipes doctor shows which keys and
proxies are in use.
"""

VALUES = """\
Values for the parameters of a recipe

recipes show RECIPE lists the parameters. Each takes its value from the first of these
that has one:

  1  the command line     --hours 48, or -P hours=48
  2  --params FILE        TOML, or JSON where FILE ends in .json: hours = 48
  3  the environment      RECIPES_PARAM_HOURS=48
  4  --profile NAME       what recipes profile add NAME -P hours=48 kept
  5  the recipe           its default

On a terminal you are asked for a value that is missing; elsewhere one error names all.
With --try nothing is asked: the example stands in for a required value.

  text                   any
  whole number           48
  number                 0.5
  yes/no                 --name or --no-name; true or false in a file; elsewhere one of
                         yes, no, true, false, on, off, 1, 0
  day (YYYY-MM-DD)       2026-01-31
  moment (ISO 8601)      2026-01-31T09:00:00Z; UTC where no zone is given
  file                   a path
  one of a, b            one of these words
  text (repeatable)      --name a --name b; a,b in the environment; a list in a file

Bounds such as 1..168 include both ends: of a number or a day itself, of the length of a
text, of the count of a list.

-P reaches every parameter, also one named like an option of the command (format, now).
"""

TRUST = """\
What may run on this machine

Nothing of a repository runs until you allow it. Listing, searching, showing, checking
and exporting only read it, and standing in a folder allows nothing. On a terminal, run,
record, test, drift and sandbox show what would happen and ask; Enter alone says No.
Elsewhere they end with 7 and the command that allows it:

  recipes trust FOLDER                   all that stands there, now and later
  recipes trust acme/newswhip/trending   a recipe of an added repository, as it is now
  recipes trust acme/newswhip            the sandbox of an API, as it is now
      --all-versions                     now and after every update
  recipes trust acme --all-recipes       all of it; on a terminal you type its name
  recipes trust --list                   what you allowed, and which key may go where
  recipes untrust WHAT                   take it back

It runs as you: it can read your files and any key this machine can read. What is shown
of its text (subprocess, os.environ, ...) is a hint: code can hide what it does. Recipes
of added repositories run in a process of their own that is given no key; what that does
not protect stands in docs/security.md.

A version is the recipe, its .lock, and the api.toml and sandbox of each API it names;
recipes.lock has its digest. After a change of any of them you are asked again, and see
what changed. A name that leads to another address is another repository. Each pair of
key and host is allowed by itself: where an api.toml names another variable or host, you
are asked at every level. Files that were changed where they are kept do not run.

The catalog that comes with this program is always trusted.

In CI, RECIPES_TRUST allows exact versions, between commas or blanks; a refusal shows
what to set:  RECIPES_TRUST=acme/newswhip/trending@rb1:...

What you allowed is in a file of yours alone; recipes doctor shows where. If it belongs
to another user, others may write to it, or it is damaged, nothing is trusted.
"""


PROFILES = """\
Profiles: the values of a customer, and where keys are

  recipes profile add acme --customer "Acme News" -P topic=ferries
  recipes profile add acme --key NEWSWHIP_API_KEY=env:ACME_KEY
  recipes run newswhip/top-stories --profile acme

A profile is a TOML file that only you can read; recipes profile show says where it is.
One that is a link, or that others may write to, is not believed.

  customer = "Acme News"

  [values]                             for every recipe with such a parameter;
  topic = "ferries"                    what a recipe lacks is left out
  hours = 48

  [values."newswhip/top-stories"]      for this recipe only
  limit = 20

  [keys]                               where keys are, and never a key
  NEWSWHIP_API_KEY = "env:ACME_KEY"

  env:NAME               another variable
  keyring:SERVICE/USER   the keyring of the system, with the extra keyring
  cmd:COMMAND            the first line of what a command says. It is run without a
                         shell, in a live run only, for 30 seconds at most, and
                         nothing of what it says is shown.

The key comes from --env-file, else from the profile, else from the variable itself. A
run says which, and so does one without a profile where some profile has that key.

recipes record --profile keeps no case in which the customer's name stands. A value that
a recipe marks as private is replaced by its example; of others you are told where they
stand. recipes export --profile takes values and customer, and writes no file in which
something of another profile stands; for that, variables are looked up, and no command
is run.
"""


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that can be read about.

    Attributes:
        title: One line for the list of topics.
        write: Returns the text, with a line end.
    """

    title: str
    write: Callable[[], str]


def _exit_codes() -> str:
    lines = [f"  {code:>3}  {meaning}" for code, meaning in EXIT_CODES.items()]
    return "\n".join(["Exit codes", "", *lines, ""]) + (
        "\nOf rows that were delivered before a failure, all are whole, and the message says\nhow many there were.\n"
    )


def _formats() -> str:
    endings = {name: " ".join(end for end, meant in EXTENSIONS.items() if meant == name) for name in FORMATS}
    lines = [f"  {name:<6}  {endings[name]:<16}  {FORMAT_LINES[name]}".rstrip() for name in FORMATS]
    return "\n".join(["Formats of a result", "", "  NAME    FILE ENDS IN      IS", *lines, ""]) + FORMATS_END


FORMATS_END = """
--format NAME says the format, or else the ending of -o FILE does. Without both:

                   on a terminal            in a pipe or file
  rows             table, 40 rows at most   csv
  one record       table                    json
  text             md                       md

A table on a terminal is cut to its width; with --format table it shows every row.
A file is written aside and put in its place when it is whole; --force overwrites it. To
a database rows are added. recipes doctor says which extras are installed.
"""

TOPICS = {
    "exit-codes": Topic("What the number means that a command ends with", _exit_codes),
    "environment": Topic("Which variables are read", lambda: ENVIRONMENT),
    "formats": Topic("How a result is written", _formats),
    "values": Topic("How parameters get their values", lambda: VALUES),
    "profiles": Topic("How the values and keys of a customer are kept", lambda: PROFILES),
    "trust": Topic("What may run on this machine", lambda: TRUST),
}
"""The topics, by what is typed for them."""
