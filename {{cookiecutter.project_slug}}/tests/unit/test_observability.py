import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.project import PACKAGE

SOURCES = Path(__file__).parents[2] / "src"
# In a new process, with the root logger at the level that Lambda's runtime interface client sets.
REPORT = """
import importlib, logging, sys, warnings
package, level = sys.argv[1:]
logging.basicConfig(level=level)
importlib.import_module(f"{package}.handler")
logger = importlib.import_module(f"{package}.observability").logger
names = "a_library", f"{package}.a_module", logger.name
logger.warning([logging.getLevelName(logging.getLogger(name).getEffectiveLevel()) for name in names])
warnings.warn("a warning")
"""


@pytest.mark.parametrize(("setting", "level"), [("TRACE", "DEBUG"), ("DEBUG", "DEBUG"), ("INFO", "INFO")])
def test_only_this_package_logs_below_info(setting: str, level: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", REPORT, PACKAGE, level],
        env=os.environ | {"AWS_LAMBDA_LOG_LEVEL": setting, "PYTHONPATH": str(SOURCES)},
        capture_output=True,
        check=True,
        text=True,
    )
    levels, warning = (json.loads(line)["message"] for line in done.stdout.splitlines())
    assert levels == ["INFO", level, level]
    assert "a warning" in warning
