"""The files for those who run a backend for others, as far as they can be held against what they are about."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from alphacode_sandbox import Slots
from alphacode_server.service.metrics import Metrics, Now

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "docs" / "deploy"


def metrics() -> set[str]:
    """Every name that a backend has."""
    text = Metrics().text(Now((), 0, 0, 0, 0, Slots(1), 0, True)).decode()
    return {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in text_string_to_metric_families(text)
    }


def test_the_dashboard_shows_metrics_that_there_are() -> None:
    panels = json.loads((DEPLOY / "grafana.json").read_text(encoding="utf-8"))["panels"]
    asked = {
        name
        for panel in panels
        for target in panel["targets"]
        for name in re.findall(r"(?:alphacode|process)_\w+", target["expr"])
    }
    assert asked <= metrics()
    assert {name for name in metrics() if name.startswith("alphacode_")} - asked == {"alphacode_drawn_total"}
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
    assert len({*places}) == len({panel["id"] for panel in panels}) == len(panels)


def test_the_page_lists_every_metric() -> None:
    page = (ROOT / "docs" / "serve.md").read_text(encoding="utf-8")
    assert {name for name in metrics() if name.startswith("alphacode_")} == set(re.findall(r"alphacode_\w+", page))


def test_the_image_is_made_of_what_there_is() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    copied = [name for line in re.findall(r"^COPY (.*) \S+$", text, re.MULTILINE) for name in line.split()]
    assert copied
    assert [name for name in copied if not (ROOT / name).exists()] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (extras,) = re.findall(r'"/src\[(.*)\]"', text)
    assert set(extras.split(",")) <= project["project"]["optional-dependencies"].keys()
    for package in project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]:
        assert package.split("/")[0] in copied


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze checks the unit where there is one"
)
def test_the_unit_is_one(tmp_path: Path) -> None:
    text = (DEPLOY / "alphacode.service").read_text(encoding="utf-8")
    unit = tmp_path / "alphacode.service"
    # What it starts, and as whom, is not installed here.
    unit.write_text(text.replace("/opt/alphacode/bin/alphacode", "/bin/true").replace("User=alphacode\n", ""))
    checked = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    # An older systemd than the unit is for says that it passes over one line.
    said = [
        line for line in checked.stderr.splitlines() if "alphacode.service" in line and "DelegateSubgroup" not in line
    ]
    assert said == []
