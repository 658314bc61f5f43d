"""``make bench``: what the shipped code costs, beside a floor measured in the same run.

The machine matters more than the code to any absolute figure: read the ratios and the CPU seconds.
"""

import argparse
import sys

from bench import letters, scans


def main() -> None:
    """Run the cases that are asked for and print what they measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--letters", type=int, default=5000, help="due letters to deliver")
    parser.add_argument("--rows", type=int, default=1_000_000, help="certifications and old deliveries to scan among")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of the cases, interleaved")
    parser.add_argument("--only", choices=["letters", "scans"], help="one part alone")
    asked = parser.parse_args()
    if asked.only != "scans":
        letters.run(asked.letters, asked.rounds)
    if asked.only != "letters":
        scans.run(asked.rows, asked.rounds)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
