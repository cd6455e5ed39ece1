"""Another implementation of the three APIs, written by others: aimock (MIT, npm's @copilotkit/aimock), with its chaos.

Installed by npm into the same folder as the real model, without running anyone's scripts; started on a free port.
"""

import json
import os
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path

from server import NotToBeHad, folder, free_port

PACKAGE, VERSION = "@copilotkit/aimock", "1.43.0"
ANSWER = {"items": [{"id": "r1", "value": "Ann"}]}
FIXTURES = {"fixtures": [{"match": {"userMessage": "customer"}, "response": {"content": json.dumps(ANSWER)}}]}


def program() -> Path:
    """Its command, installed if it is not. Raises `NotToBeHad`."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise NotToBeHad("there is no node and npm")
    place = folder() / f"aimock-{VERSION}"
    found = place / "node_modules" / PACKAGE / "dist" / "cli.js"
    if not found.exists():
        place.mkdir(parents=True, exist_ok=True)
        options = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(place)]
        try:
            command = ["npm", "install", *options, f"{PACKAGE}@{VERSION}"]
            ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
        except subprocess.TimeoutExpired:
            raise NotToBeHad(f"npm did not install {PACKAGE} in time") from None
        if ended.returncode or not found.exists():
            last = next((line for line in ended.stderr.splitlines() if line.strip()), "no reason given")
            raise NotToBeHad(f"npm cannot install {PACKAGE}@{VERSION}: {last}")
    return found


class Aimock:
    """It, running; ``chaos`` are its flags."""

    def __init__(self, where: Path, *chaos: str, key: str = "") -> None:
        fixtures = where / "fixtures.json"
        fixtures.write_text(json.dumps(FIXTURES), encoding="utf-8")
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        environment = {**os.environ, **({"AIMOCK_API_KEYS": key} if key else {})}
        command = ["node", program(), "-p", str(port), "-f", fixtures, "--log-level", "warn", *chaos]
        self._log = (where / "aimock.log").open("wb")
        self._process = subprocess.Popen(command, stdout=self._log, stderr=self._log, env=environment)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for _ in range(150):
            try:
                opener.open(f"{self.url}/health", timeout=2).close()
                return
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise NotToBeHad(f"{PACKAGE} does not start: {(where / 'aimock.log').read_text(encoding='utf-8')[-300:]}")

    def stop(self) -> None:
        self._process.kill()
        self._process.wait(10)
        self._log.close()
