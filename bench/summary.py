#!/usr/bin/env python3
"""The medians of what bench/run printed, each beside its limit and the goal of the bars."""
import re
import statistics
import sys


def read(path):
    rows = {}
    for line in open(path, encoding="utf-8"):
        name, _, rest = line.partition(" ")
        if name == "#":
            continue
        values = dict(re.findall(r"(\w+)=([\d.]+)", rest))
        key = (name, values.get("window") or values.get("pairs", ""), values.get("rate", ""))
        for field, value in values.items():
            rows.setdefault((key, field), []).append(float(value))
    return {key: statistics.median(values) for key, values in rows.items()}


def main():
    figures = read(sys.argv[1])

    def of(name, field, window="", rate=""):
        return figures.get(((name, window, rate), field), float("nan"))

    raw = of("raw_send", "per_cpu_second")
    sync = of("fdatasync", "p50_us")
    fan, merged = of("fanout", "per_cpu_second", "1"), of("fanout", "per_cpu_second", "8")
    answered = of("send", "answered_ms_p50", "64", "1000")
    print(f"\nuser memory per idle socket      {of('idle', 'bytes_per_socket'):9.0f} B      goal <= 1024")
    print(f"connect + token + 201            {of('idle', 'connects_per_cpu_second'):9.0f} /CPU-s goal >= 50000")
    print(f"fan-out to 1,000, one in flight  {fan:9.0f} /CPU-s {fan / raw:5.2f} of raw send() ({raw:.0f}); goal >= 0.9")
    print(f"fan-out to 1,000, 8 in flight    {merged:9.0f} /CPU-s goal >= 1400000")
    for window in ("64", "256"):
        print(f"durable sends, {window:>3} in flight     {of('send', 'per_second', window, '0'):9.0f} /s     goal >= 40000")
    print(f"at 1,000/s: answered p50         {answered:9.3f} ms     fdatasync p50 {sync / 1000:.3f} + {answered - sync / 1000:.3f}; goal + 0.3")
    print(f"at 1,000/s: delivered p50 / p99  {of('send', 'delivered_ms_p50', '64', '1000'):9.3f} / {of('send', 'delivered_ms_p99', '64', '1000'):.3f} ms")
    print(f"inbox of one device              {of('pull', 'per_second'):9.0f} /s     goal >= 400000")


if __name__ == "__main__":
    main()
