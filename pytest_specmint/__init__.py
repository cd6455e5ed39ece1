"""pytest-specmint: deterministic, valid, plausible synthetic data from JSON Schema.

The public names are loaded when they are first used, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pytest_specmint.version import ENGINE_VERSION, __version__

if TYPE_CHECKING:
    from pytest_specmint.api import audit, generate, generate_datasets, near_misses, read_records, render, validate
    from pytest_specmint.check.report import Report
    from pytest_specmint.dataset import Dataset
    from pytest_specmint.datasets.collection import Datasets
    from pytest_specmint.engine.settings import Sizes
    from pytest_specmint.errors import (
        BudgetError,
        GoldenMismatch,
        InvalidData,
        OutputError,
        ProviderError,
        SamplingError,
        SchemaError,
        SpecmintError,
        UnsatisfiableSchema,
        UnsupportedSchema,
        UsageError,
    )
    from pytest_specmint.golden.golden import Golden
    from pytest_specmint.near_miss import NearMiss
    from pytest_specmint.overrides.read import each_of
    from pytest_specmint.plugin.factory import Factory
    from pytest_specmint.plugin.marks import specmint, specmint_each
    from pytest_specmint.plugin.register import register
    from pytest_specmint.plugin.settings import PluginConfig
    from pytest_specmint.rules.python import PythonRule, RuleCrashed
    from pytest_specmint.safety.audit import Audit

_HOMES = {
    "Audit": "safety.audit",
    "audit": "api",
    "generate": "api",
    "generate_datasets": "api",
    "near_misses": "api",
    "read_records": "api",
    "render": "api",
    "NearMiss": "near_miss",
    "Sizes": "engine.settings",
    "validate": "api",
    "Factory": "plugin.factory",
    "Golden": "golden.golden",
    "PluginConfig": "plugin.settings",
    "PythonRule": "rules.python",
    "RuleCrashed": "rules.python",
    "each_of": "overrides.read",
    "register": "plugin.register",
    "specmint": "plugin.marks",
    "specmint_each": "plugin.marks",
    "Dataset": "dataset",
    "Datasets": "datasets.collection",
    "Report": "check.report",
    "BudgetError": "errors",
    "GoldenMismatch": "errors",
    "InvalidData": "errors",
    "OutputError": "errors",
    "ProviderError": "errors",
    "SamplingError": "errors",
    "SchemaError": "errors",
    "SpecmintError": "errors",
    "UnsatisfiableSchema": "errors",
    "UnsupportedSchema": "errors",
    "UsageError": "errors",
}

__all__ = [
    "ENGINE_VERSION",
    "Audit",
    "BudgetError",
    "Dataset",
    "Datasets",
    "Factory",
    "Golden",
    "GoldenMismatch",
    "InvalidData",
    "NearMiss",
    "OutputError",
    "PluginConfig",
    "ProviderError",
    "PythonRule",
    "Report",
    "RuleCrashed",
    "SamplingError",
    "SchemaError",
    "Sizes",
    "SpecmintError",
    "UnsatisfiableSchema",
    "UnsupportedSchema",
    "UsageError",
    "__version__",
    "audit",
    "each_of",
    "generate",
    "generate_datasets",
    "near_misses",
    "read_records",
    "register",
    "render",
    "specmint",
    "specmint_each",
    "validate",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
