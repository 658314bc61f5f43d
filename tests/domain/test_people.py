"""Who is told: the handlers first, never nobody while an address works."""

import pytest

from service.domain.people import Role, audience
from tests.builders import contact

HANDLER, SECOND_HANDLER = contact("handler", 1), contact("handler", 2)
DIRECTOR, BACKUP = contact("director", 3), contact("backup", 4)
EVERYONE = [BACKUP, DIRECTOR, HANDLER, SECOND_HANDLER]


def test_all_handlers_are_told_and_nobody_else() -> None:
    assert audience(EVERYONE, director_too=False) == [HANDLER, SECOND_HANDLER]


def test_the_director_is_told_too_where_the_stage_asks_for_it() -> None:
    assert audience(EVERYONE, director_too=True) == [HANDLER, SECOND_HANDLER, DIRECTOR]


@pytest.mark.parametrize("director_too", [False, True])
def test_a_director_who_stands_in_for_everybody_is_told_once(director_too: bool) -> None:
    assert audience([DIRECTOR], director_too=director_too) == [DIRECTOR]


def test_without_a_handler_the_backup_comes_before_the_director() -> None:
    assert audience([DIRECTOR, BACKUP], director_too=False) == [BACKUP]
    assert audience([DIRECTOR, BACKUP], director_too=True) == [BACKUP, DIRECTOR]


def test_an_address_held_back_is_passed_over_and_the_next_role_stands_in() -> None:
    broken = contact("handler", 1, working=False)
    assert audience([broken, SECOND_HANDLER], director_too=False) == [SECOND_HANDLER]
    assert audience([broken, BACKUP], director_too=False) == [BACKUP]
    assert audience([HANDLER, contact("director", 3, working=False)], director_too=True) == [HANDLER]


@pytest.mark.parametrize("director_too", [False, True])
def test_nobody_is_told_only_where_no_address_works(director_too: bool) -> None:
    assert audience([], director_too=director_too) == []
    assert audience([contact(role, working=False) for role in Role], director_too=director_too) == []
    for role in Role:
        assert audience([contact(role)], director_too=director_too) == [contact(role)]
