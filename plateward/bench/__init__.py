"""The project's own benchmarks: every figure an issue names, measured."""
