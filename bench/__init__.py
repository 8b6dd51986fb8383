"""The benchmark: Liftline's alarm path beside a bare `Dial()` chain, on one real Asterisk, in one run.

`python -m bench` (or `make bench`) makes an instance of its own, loads it with SIPp, watches the loopback
interface, and writes what it found to `bench/results/`. `docs/benchmarks.md` says what is measured and how to read it.
"""
