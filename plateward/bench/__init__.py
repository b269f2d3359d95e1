"""The project's own benchmarks, which measure every figure that an issue names."""
