"""The parts of ``bench/image.py``: pictures, their archive, servers, requests, clients, report."""
