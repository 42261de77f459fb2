"""Benchmarks: ratios against plain httpx and json, measured in the same run."""
