"""Every lesson reaches its goal with a fresh seed: `python -m pytest -m slow`."""

import pytest
from test_lessons import outside

from lessons import LESSONS, published

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", LESSONS)
def test_goal_with_a_seed_that_was_not_measured(name, run):
    lesson = LESSONS[name]
    options = lesson.fresh.get("options", "").split()
    ran = run(lesson.path, *options, "--seed", lesson.seeds)  # those measured are below
    assert outside(lesson.fresh.get("goal", lesson.goal), published(ran.output)) == {}
