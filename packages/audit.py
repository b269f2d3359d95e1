"""Whether anything is known against the locked packages, by PyPI's own records (pip-audit): part of `./run check`.

Ends with 1 if something is. If nobody could be asked it says so, of how many packages, and ends with 0: a checkout
without a network is checked for everything else.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> None:
    asked = [Path(sys.executable).parent / "pip-audit", "--require-hashes", "--disable-pip", "--format=json"]
    asked += ["--progress-spinner=off", "--requirement", ROOT / "requirements/lock.txt"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(answer.stdout)["dependencies"]
    except ValueError:
        why = answer.stderr.strip().splitlines()[-1:] or ["no answer"]
        sys.stderr.write(f"NOT CHECKED for known vulnerabilities: PyPI cannot be asked ({why[0]}).\n")
        return
    bad = [(package, known) for package in packages for known in package.get("vulns", ())]
    for package, known in bad:
        fixed = ", ".join(known["fix_versions"]) or "no version yet"
        sys.stderr.write(f"{package['name']} {package['version']}: {known['id']}, fixed in {fixed}\n")
    if unknown := sum("skip_reason" in package for package in packages):
        sys.stderr.write(
            f"NOT CHECKED for known vulnerabilities: {unknown} of {len(packages)} packages; PyPI does not say.\n"
        )
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
