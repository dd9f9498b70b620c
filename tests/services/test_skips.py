"""A skipped test fails the run in CI, and only there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(folder: Path, ci: str) -> subprocess.CompletedProcess[str]:
    """Run pytest over one test that is skipped and one that passes."""
    (folder / "test_it.py").write_text(
        "import pytest\ndef test_a():\n    pytest.skip('no server')\ndef test_b():\n    assert True\n"
    )
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "tests.services.skips",
            "-p",
            "no:cacheprovider",
            "-c",
            os.devnull,
            folder,
        ],
        cwd=folder,
        # Without the other plugins of the machine, which take longer to load than the test to run.
        env={**os.environ, "CI": ci, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("ci", "status"), [("true", 1), ("", 0)])
def test_a_skipped_test_fails_the_run_only_in_ci(tmp_path: Path, ci: str, status: int) -> None:
    finished = run(tmp_path, ci)
    assert finished.returncode == status, finished.stdout
    assert ("in CI nothing may be: test_it.py::test_a" in finished.stdout) == bool(ci)
    assert "1 passed, 1 skipped" in finished.stdout.splitlines()[-1]


def test_what_may_be_skipped_is_told_with_its_reason_at_the_end(tmp_path: Path) -> None:
    music = tmp_path / "tests" / "e2e" / "test_other_music.py"
    music.parent.mkdir(parents=True)
    music.write_text("import pytest\ndef test_a():\n    pytest.skip('no music')\n")
    finished = run(tmp_path, "true")
    assert "not tried in this run: tests/e2e/test_other_music.py: Where no package with music" in finished.stdout
    assert "in CI nothing may be: tests/e2e" not in finished.stdout
