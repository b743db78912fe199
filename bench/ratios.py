#!/usr/bin/env python3
"""Medians of two builds from what bench/compare printed, and the median of B ÷ A of each round: above 1 is better for
rates, below 1 for the rest."""
import re
import statistics
import sys

ROWS = [
    ("memory of an idle socket, bytes", "idle", "", "", "bytes_per_socket"),
    ("connects a CPU-second", "idle", "", "", "connects_per_cpu_second"),
    ("fan-out, one in flight, deliveries a CPU-second", "fanout", "1", "", "per_cpu_second"),
    ("fan-out, 8 in flight, deliveries a CPU-second", "fanout", "8", "", "per_cpu_second"),
    ("durable sends, 64 in flight, a second", "send", "64", "0", "per_second"),
    ("durable sends, 256 in flight, a second", "send", "256", "0", "per_second"),
    ("durable sends, 256 in flight, a CPU-second", "send", "256", "0", "per_cpu_second"),
    ("at 1,000 a second: answered p50, ms", "send", "64", "1000", "answered_ms_p50"),
    ("at 1,000 a second: delivered p50, ms", "send", "64", "1000", "delivered_ms_p50"),
    ("inbox of one device, entries a second", "pull", "", "", "per_second"),
]


def read(path):
    """(build, measure, window, rate, field) → its values."""
    figures = {}
    for line in open(path, encoding="utf-8"):
        build, name, *rest = line.split()
        if build == "#":
            continue
        values = dict(re.findall(r"(\w+)=([\d.]+)", " ".join(rest)))
        for field, value in values.items():
            key = (build, name, values.get("window") or values.get("pairs", ""), values.get("rate", ""), field)
            figures.setdefault(key, []).append(float(value))
    return figures


def main():
    figures = read(sys.argv[1])
    print(f"\n{'':52}{'A':>12}{'B':>12}{'B ÷ A':>9}   each round")
    for label, *key in ROWS:
        a, b = (figures.get((build, *key), []) for build in "AB")
        if not a or not b:
            continue
        middle = statistics.median(after / before for before, after in zip(a, b))
        each = " ".join(f"{after / before:.2f}" for before, after in zip(a, b))
        print(f"{label:52}{statistics.median(a):12.2f}{statistics.median(b):12.2f}{middle:9.3f}   {each}")


if __name__ == "__main__":
    main()
