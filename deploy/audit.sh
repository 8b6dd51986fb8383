#!/bin/sh
# Known vulnerabilities of what is locked, Python and npm. Fails on a finding, and also where the registry's
# vulnerability service could not be asked: not having looked is not the same as having found nothing.
# Usage: audit.sh VENV
set -u
bin=$1/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

for lock in requirements.lock requirements-dev.lock requirements-console.lock requirements-bootstrap.lock; do
    "$bin/pip-audit" --vulnerability-service pypi --disable-pip --require-hashes --progress-spinner off \
        --format json --requirement "$lock" >"$work/python.json" 2>"$work/python.err"
    "$bin/python" - "$lock" "$work/python.json" "$work/python.err" <<'PYTHON' || failed=1
import json, sys

lock, report, errors = sys.argv[1:]
try:
    found = json.load(open(report))["dependencies"]
except ValueError:
    last = (open(errors).read().strip().splitlines() or ["no answer"])[-1]
    sys.exit(f"{lock}: NOT AUDITED, the vulnerability service cannot be reached: {last[:200]}")
skipped = [one["name"] for one in found if "skip_reason" in one]
bad = [(one["name"], one["version"], vuln["id"]) for one in found for vuln in one.get("vulns", [])]
for name, version, vuln in bad:
    print(f"{lock}: {name} {version}: {vuln}")
if skipped:
    print(f"{lock}: NOT AUDITED, unknown to the vulnerability service: {len(skipped)} of {len(found)} packages")
if bad or skipped:
    sys.exit(1)
print(f"{lock}: {len(found)} packages, no known vulnerability")
PYTHON
done

npm=$(command -v npm || echo "$bin/npm")
if [ ! -x "$npm" ]; then
    echo "console/package-lock.json: NOT AUDITED, there is no npm here (make console brings it)"
    failed=1
elif (cd console && "$npm" audit --package-lock-only) >"$work/npm" 2>&1; then
    echo "console/package-lock.json: $(tail -1 "$work/npm")"
else
    echo "console/package-lock.json: NOT AUDITED, or with findings:"
    tail -5 "$work/npm"
    failed=1
fi
exit $failed
