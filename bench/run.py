#!/usr/bin/env python3
"""Measure sav beside its peers: bench/run.py [--quick] [--rounds N] [--publish] [CASE …]

Without a case all run but "older", with a DuckDB before 2.0, and "large", which takes long and much
disk. In each, the programs run in turn, round after round, each as a process of its own, and their
answers are compared in the first round. Everything that is needed is made and installed below build/bench, which may be removed at
any time. --publish writes the tables of the cases that ran to docs/benchmarks.md.
Needs Go and Python 3 with its venv module.
"""

import argparse

import cases
import inputs
import page
import process


def arguments():
    parser = argparse.ArgumentParser(description="Measure sav beside DuckDB, Polars and pandas.")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(cases.CASES) + " (default: all but older and large)")
    parser.add_argument("--quick", action="store_true", help="1,000,000 messages instead of 10,000,000")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="how often each program runs (5)")
    parser.add_argument("--ahead", action="store_true",
                        help="run all programs under nice -n -20, ahead of others on the machine")
    parser.add_argument("--cpu", action="store_true",
                        help="measure the time of all cores, for a machine that does other work too")
    parser.add_argument("--publish", action="store_true", help="write the tables to docs/benchmarks.md")
    args = parser.parse_args()
    if args.rounds < 1:
        parser.error("--rounds: at least 1")
    unknown = set(args.cases) - set(cases.CASES)
    if unknown:
        parser.error(f"no case {', '.join(sorted(unknown))}")
    return args


def main():
    args = arguments()
    setting = cases.Setting(
        messages=1_000_000 if args.quick else 10_000_000,
        rounds=args.rounds,
        prefix=("nice", "-n", "-20") if args.ahead else (),
    )
    process.count_cpu = args.cpu
    commit = inputs.build()
    inputs.install_peers()
    texts, results = {}, {}
    for name in args.cases or [name for name in cases.CASES if name not in cases.ON_REQUEST]:
        lacking = cases.missing(name)
        if lacking:
            print(f"{name}: left out, as sav has no {lacking} yet")
            continue
        print(f"{name}:", flush=True)
        results[name] = cases.CASES[name][0](setting)
        texts[name] = page.markdown(results[name], commit, args)
        print("\n" + texts[name] + "\n", flush=True)
    if args.publish:
        page.publish(texts, results)


if __name__ == "__main__":
    main()
