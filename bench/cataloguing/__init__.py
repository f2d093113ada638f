"""The parts of ``bench/documents.py``: catalogues made for it, clients, what is measured."""
