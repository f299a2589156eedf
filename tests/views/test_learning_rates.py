"""A fence with several learning rates draws their paths beside the run's."""

from pathlib import Path

import pytest

from symgd.errors import SymgdError
from symgd.views.fence import fence_html

PARABOLA = """\
loss: w**2
start: {w: 3}
learning_rate: [0.1, 0.01, 0.5, 1.0, 1.1]
iterations: 10
show: [run, plots]
"""


def test_every_path_is_drawn_and_told(tmp_path: Path) -> None:
    html = fence_html(PARABOLA, tmp_path, "a-")
    assert "Paths for several learning rates" in html
    # From 3 in ten iterations: 3·0.8¹⁰, 3·0.98¹⁰, 0, 3·(−1)¹⁰, 3·(−1.2)¹⁰.
    for end in ("0.322123", "2.45122", "0.5", "1.1", "18.5752"):
        assert end in html


def test_several_rates_need_a_function_of_one_parameter(tmp_path: Path) -> None:
    with pytest.raises(SymgdError, match="not a function of one parameter alone"):
        fence_html(PARABOLA.replace("w**2", "w**2 + b**2").replace("{w: 3}", "{w: 3, b: 1}"), tmp_path, "a-")
