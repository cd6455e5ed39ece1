"""docs/providers.md does what it says: its provider can be installed, its tables are true."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from loopback_server import always, answer, served

from pytest_specmint.enrichment.providers.models import DEFAULT_MODELS
from pytest_specmint.enrichment.providers.ollama import USUAL_WINDOW
from pytest_specmint.enrichment.providers.table import BUILT_IN, GROUP
from pytest_specmint.enrichment.transport import MAX_BYTES

DOCS = (Path(__file__).parents[3] / "docs" / "providers.md").read_text(encoding="utf-8")


def block(kind: str) -> str:
    (found,) = re.findall(rf"```{kind}\n(.*?)```", DOCS, re.DOTALL)
    return found


def test_a_provider_of_ones_own(tmp_path: Path) -> None:
    """Installed as another distribution would be, and asked."""
    (tmp_path / "acme_models.py").write_text(block("python"), encoding="utf-8")
    named = tomllib.loads(block("toml"))["project"]["entry-points"]
    assert list(named) == [GROUP]
    info = tmp_path / "acme_models-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-models\nVersion: 1.0\n", encoding="utf-8")
    points = "".join(f"{name} = {value}\n" for name, value in named[GROUP].items())
    (info / "entry_points.txt").write_text(f"[{GROUP}]\n{points}", encoding="utf-8")
    code = (
        "import os; from pytest_specmint.enrichment.model import LlmMode\n"
        "from pytest_specmint.enrichment.resolve import make_ready, resolve\n"
        "from pytest_specmint.enrichment.settings import LlmSettings\n"
        "settings = LlmSettings(mode=LlmMode.FIELDS, provider='acme')\n"
        "(ready,) = make_ready(resolve(settings, os.environ), settings)\n"
        "print(ready.provider.name, ready.model.name)\n"
    )
    with served(always(answer(b'{"data":[{"id":"acme-large"}]}'))) as server:
        environment = {"PYTHONPATH": str(tmp_path), "ACME_BASE_URL": f"{server.url}/v1", "ACME_API_KEY": "acme-key-1"}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)
        assert done.stdout == "acme acme-large\n", done.stderr
        assert b"authorization: Bearer acme-key-1" in server.requests[0]


def test_the_table_is_true() -> None:
    for row in BUILT_IN:
        assert f"`{row.default_endpoint}`" in DOCS
        assert f"`{DEFAULT_MODELS[row.name]}`" in DOCS
        for variable in (row.endpoint_variable, *row.key_variables, *row.variables):
            assert f"`{variable}`" in DOCS
    assert f"{USUAL_WINDOW:,} tokens" in DOCS
    assert f"{MAX_BYTES // 1024 // 1024} MiB" in DOCS
