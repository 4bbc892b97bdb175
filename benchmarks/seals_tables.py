"""The figures of the seals section as markdown."""

from benchmarks.results import median
from benchmarks.tables import Content, machine_lines, medians_of, table


def seals_tables(content: Content) -> str:
    """Sealing and verification by hashing the same rows; posting with sealing by posting without."""
    seconds = medians_of(content, "seconds")
    rates = medians_of(content, "transfers_per_second")
    journals = content["sizes"]["journals"]
    rows = [
        [
            f"{title} of {journals:,} journals",
            _ratio(content, what, least),
            f"{seconds[what]:.1f}",
            f"{seconds[least]:.1f}",
        ]
        for title, what, least in (
            ("sealing", "seal", "hash_journals"),
            ("full verification", "verify", "hash_everything"),
        )
    ]
    shares = median(
        figures["transfers_per_second"]["with"] / figures["transfers_per_second"]["without"]
        for figures in content["rounds"]
    )
    posting = [
        [
            f"{content['sizes']['clients']}",
            f"{shares:.3f}",
            f"{rates['without']:,.0f}",
            f"{rates['with']:,.0f}",
        ]
    ]
    return "\n".join(
        [
            table(["", "divided by hashing the rows", "seconds", "hashing the rows, seconds"], rows),
            f"\nPosting while a sealing starts every {content['sizes']['every']:g} s"
            " (the job starts one every 15 s):\n",
            table(["clients", "with sealing by without", "transfers per second without", "with"], posting),
            "\n" + machine_lines(content),
        ]
    )


def _ratio(content: Content, what: str, least: str) -> str:
    ratios = (figures["seconds"][what] / figures["seconds"][least] for figures in content["rounds"])
    return f"{median(ratios):.2f}"
