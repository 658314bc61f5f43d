"""``make bench``: what the shipped code costs, beside a floor measured in the same run.

The machine matters more than the code to any absolute figure: read the ratios and the CPU seconds.
"""

import argparse
import sys

from bench import console, letters, scans, simulation


def main() -> None:
    """Run the cases that are asked for and print what they measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--letters", type=int, default=5000, help="due letters to deliver")
    parser.add_argument("--rows", type=int, default=1_000_000, help="certifications and old deliveries to scan among")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of the cases, interleaved")
    parser.add_argument("--certifications", type=int, default=10_000, help="certifications to simulate ten years of")
    parser.add_argument("--only", choices=["letters", "scans", "simulation", "console"], help="one part alone")
    asked = parser.parse_args()
    if asked.only in (None, "letters"):
        letters.run(asked.letters, asked.rounds)
    if asked.only in (None, "scans"):
        scans.run(asked.rows, asked.rounds)
    if asked.only in (None, "simulation"):
        simulation.run(asked.certifications)
    if asked.only in (None, "console"):
        console.run()
    sys.stdout.flush()


if __name__ == "__main__":
    main()
