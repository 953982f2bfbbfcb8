"""The parts of ``/admin``, each with a ``PART``."""
