"""README says what is true."""

import re

import pytest

from lessons import LESSONS, ROOT

PAGES = ["README.md", "docs/devices.md", "docs/index.md"]


def test_links_lead_somewhere():
    for link in re.findall(r'(?:\]\(|src=")([^)"#]+)', (ROOT / "README.md").read_text()):
        assert link.startswith("http") or (ROOT / link).exists(), link


@pytest.mark.parametrize("page", PAGES)
def test_commands_name_lessons_and_their_options(page):
    text = (ROOT / page).read_text()
    for name, rest in re.findall(r"python examples/(\w+)\.py([^`\n]*)", text):
        for option in re.findall(r"--([\w-]+)", rest):
            everywhere = option in ("help", "save-plots")
            assert everywhere or f"args.{option.replace('-', '_')}" in LESSONS[name].text, option
        assert "#" not in rest  # a comment, which zsh would take for arguments
