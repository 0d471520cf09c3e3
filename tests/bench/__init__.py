"""What the chain costs: the program behind `make bench` (docs/benchmarks.md)."""
