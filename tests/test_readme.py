"""README says what is true."""

import re

from lessons import ROOT


def test_links_lead_somewhere():
    for link in re.findall(r'(?:\]\(|src=")([^)"#]+)', (ROOT / "README.md").read_text()):
        assert link.startswith("http") or (ROOT / link).exists(), link
