"""What a process holds in memory, as Linux counts it."""

from pathlib import Path


def megabytes(process: int | str, field: str) -> float:
    """``VmRSS``, what is held now, or ``VmHWM``, the most since its program began; ``self`` is this process.

    Not ``getrusage``, whose peak begins with that of the process that started this one.
    """
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    (kilobytes,) = (line.split()[1] for line in lines if line.startswith(f"{field}:"))
    return int(kilobytes) / 1024
