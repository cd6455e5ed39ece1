"""Options of the command line and ini keys: one table, from which all that is said about them is taken."""

from typing import Any, Literal, NamedTuple

Kind = Literal["text", "whole", "day", "flag", "scope", "paths"]


class Option(NamedTuple):
    """A setting of a session, and the doors by which it comes in."""

    name: str
    """The setting, as `PluginConfig` calls it."""
    help: str
    kind: Kind = "text"
    default: Any = None
    metavar: str | None = None
    least: int = 0
    """The least whole number that it may be."""
    values: tuple[str, ...] = ()
    """What it may be, where that can be listed."""
    alone: str | None = None
    """What the option means without a value, where it may stand alone."""
    on_command_line: bool = True
    in_ini: bool = True
    in_profile: bool = False
    """Whether a profile in pyproject.toml may set it."""

    @property
    def option(self) -> str:
        """As it is spelled on the command line."""
        return "--specmint-" + self.name.replace("_", "-")

    @property
    def ini(self) -> str:
        """As it is spelled in pytest's ini file."""
        return f"specmint_{self.name}"


OPTIONS = (
    Option(
        "seed",
        "Shift of every seed that is derived from a node id: another number, other data.",
        kind="whole",
        default=0,
        metavar="N",
        in_profile=True,
    ),
    Option(
        "profile",
        "Take settings from [tool.specmint.profiles.NAME] in pyproject.toml.",
        metavar="NAME",
    ),
    Option(
        "count",
        "How many records there are where a marker does not say it.",
        kind="whole",
        default=10,
        least=1,
        on_command_line=False,
        in_profile=True,
    ),
    Option(
        "as_of",
        "The day that counts as today where a marker does not say it: YYYY-MM-DD, or today.",
        kind="day",
        on_command_line=False,
        in_profile=True,
    ),
    Option(
        "shrink",
        "How often a failing specmint_each test is called again to find a smaller failing record; 0 for never.",
        kind="whole",
        default=100,
        metavar="N",
        in_profile=True,
    ),
    Option(
        "update_golden",
        "Write goldens of tests that pass: all of them, only new ones, or those of a node id.",
        kind="scope",
        metavar="all|new|NODEID",
        alone="all",
        in_ini=False,
    ),
    Option(
        "review",
        "Keep changed goldens beside the old ones, for specmint-cli golden review; their tests fail.",
        kind="flag",
        default=False,
        in_ini=False,
    ),
    Option(
        "unused",
        "What to do about goldens that no test uses any more.",
        default="warn",
        metavar="fail|warn|delete|ignore",
        values=("fail", "warn", "delete", "ignore"),
        in_profile=True,
    ),
    Option(
        "diff",
        "How much a failed comparison shows: a summary, besides every record and field (full), or no values at all.",
        default="full",
        metavar="summary|full|none",
        values=("summary", "full", "none"),
        in_profile=True,
    ),
    Option(
        "report",
        "Write what came of the goldens to a file: JSON where it ends in .json, else markdown. May be repeated.",
        kind="paths",
        default=(),
        metavar="PATH",
        in_ini=False,
    ),
    Option(
        "partial",
        "This run is one part of several: goldens that it does not use are not judged.",
        kind="flag",
        default=False,
        in_ini=False,
    ),
    Option(
        "llm_record",
        "Ask the language model for what cassettes of tests with llm= lack, and record it.",
        kind="flag",
        default=False,
        in_ini=False,
    ),
    Option(
        "golden_dir",
        "Directory of the goldens, relative to the root directory.",
        default="golden",
        on_command_line=False,
    ),
    Option(
        "max_golden_bytes",
        "Above this size the golden of a dataset is kept as a recipe.",
        kind="whole",
        default=1_000_000,
        least=1,
        on_command_line=False,
    ),
)


def add_options(parser: Any) -> None:
    """Tell pytest's parser of all options and ini keys."""
    group = parser.getgroup("specmint", "synthetic data and goldens")
    for option in OPTIONS:
        if option.on_command_line:
            group.addoption(option.option, **_form(option))
        if option.in_ini:
            parser.addini(option.ini, option.help, default=None)


def _form(option: Option) -> dict[str, Any]:
    """Without a default, so that what is not given can come from elsewhere."""
    if option.kind == "flag":
        return {"action": "store_true", "default": None, "help": option.help}
    action = "append" if option.kind == "paths" else "store"
    form = {"action": action, "default": None, "help": option.help, "metavar": option.metavar}
    return form if option.alone is None else {**form, "nargs": "?", "const": option.alone}
