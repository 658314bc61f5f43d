"""What a test needs from the machine beside the lock, and what becomes of the test where it is missing."""

import os

import pytest

VARIABLE = "DUBAN_TEST_REQUIRE"
NOT_RUN = "not run: "


def require(name: str, available: bool, why: str) -> None:
    """Go on only where ``name`` is available; ``why`` says what is missing and how to get it.

    Missing things skip the test (or the module, when called while it is imported), and the end of the run
    names them. Where ``DUBAN_TEST_REQUIRE`` is ``all`` or lists the name (comma separated), they fail it.
    """
    if available:
        return
    wanted = {word.strip() for word in os.environ.get(VARIABLE, "").split(",")}
    if wanted & {"all", name}:
        pytest.fail(f"{VARIABLE} asks for {name}, which is missing: {why}", pytrace=False)
    pytest.skip(f"{NOT_RUN}{name}: {why}", allow_module_level=True)
