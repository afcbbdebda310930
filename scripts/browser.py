"""See that Chromium and its driver are there for the browser tests: install them from the system's registry, or say why not.

Needs nothing but the standard library. Never fails: where they cannot be had, the browser tests skip, and name the reason.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

# The package manager of each system, how it installs without a question, and what it calls the two.
REGISTRIES = {
    "apt-get": (["apt-get", "install", "-y", "-q"], ["chromium", "chromium-driver", "poppler-utils"]),
    "dnf": (["dnf", "install", "-y", "-q"], ["chromium", "chromedriver", "poppler-utils"]),
    "apk": (["apk", "add", "-q"], ["chromium", "chromium-chromedriver", "poppler-utils"]),
    "pacman": (["pacman", "-S", "--noconfirm", "-q"], ["chromium", "poppler"]),
}
REFRESH = {"apt-get": ["apt-get", "update", "-q"], "apk": ["apk", "update", "-q"]}


def main() -> None:
    """Install what is missing, if this user may; print one line either way."""
    missing = [tool for tool in ("chromium", "chromedriver", "pdftotext") if not shutil.which(tool)]
    if not missing:
        return
    manager = next((name for name in REGISTRIES if shutil.which(name)), None)
    if manager is None:
        print(f"browser tests will skip what needs {', '.join(missing)}: no known package manager here")
        return
    allowed = os.geteuid() == 0
    sudo = [] if allowed else ["sudo", "-n"]
    if not allowed and (
        not shutil.which("sudo") or subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode
    ):
        print(f"browser tests will skip what needs {', '.join(missing)}: installing them takes root")
        return
    install, packages = REGISTRIES[manager]
    print(f"Installing {', '.join(packages)} with {manager} (once) ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if manager in REFRESH:
        subprocess.run([*sudo, *REFRESH[manager]], stdout=subprocess.DEVNULL, env=environment, check=False)
    done = subprocess.run([*sudo, *install, *packages], stdout=subprocess.DEVNULL, env=environment, check=False)
    if done.returncode:
        print(f"browser tests will skip: {manager} ended with {done.returncode}", file=sys.stderr)


if __name__ == "__main__":
    main()
