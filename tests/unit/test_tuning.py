"""The private server's settings follow the machine's memory and quote any path."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.embedded.tuning import MB, machine_memory, server_configuration


@pytest.mark.parametrize(
    ("memory_mb", "shared_mb"),
    [(256, 64), (2048, 256), (8192, 1024), (65536, 1024)],
    ids=["tiny machine: the least", "2 GB: an eighth", "8 GB: an eighth", "big machine: the most"],
)
def test_an_eighth_of_the_memory_is_shared_buffers(memory_mb, shared_mb):
    assert f"shared_buffers = '{shared_mb}MB'" in server_configuration(Path("/run"), memory_mb * MB)


def test_quotes_in_the_sockets_folder_are_doubled():
    text = server_configuration(Path("/a 'b' \"c\""), 1024 * MB)
    assert "unix_socket_directories = '\"/a ''b'' \"\"c\"\"\"'" in text


def test_only_a_throw_away_cluster_gives_up_safety():
    assert "fsync = 'on'" in server_configuration(Path("/run"), 1024 * MB)
    assert "fsync = 'off'" in server_configuration(Path("/run"), 1024 * MB, durable=False)


def test_the_machine_has_some_memory():
    assert machine_memory() > 64 * MB
