r"""# Softmax regression

Which of three kinds of iris is it? Length and width of its sepals and petals are known. Each kind gets a score of
its own, and softmax turns the scores into probabilities that add up to 1:

$$z_j = \sum_k W_{jk} x_k + b_j, \qquad p_j = \frac{e^{z_j}}{\sum_l e^{z_l}}.$$

The loss is the cross-entropy:

$$L = -\frac{1}{n} \sum_i \sum_j t_{ij} \log p_{ij}.$$

The label $t$ is 1 for the true kind and 0 for the others, so only the logarithm of the true kind's probability is
left. With two kinds this is [logistic regression](logistic-regression.md).

The 150 flowers are those of Fisher, "The use of multiple measurements in taxonomic problems" (*Annals of Eugenics*
7, 1936); scikit-learn brings them along. A third is held out: training does not see them.

**What to look for.** The softmax has a derivative with a delta, $p_k (\delta_{kj} - p_j)$: each score moves every
probability. With the cross-entropy before it nearly all of that falls away, because labels sum to one. What is left
is $(p_j - t_j)/n$, the adjoint of the score. The name softmax is Bridle's (1990). Softmax does not notice when the
same is added to all scores, so the slopes of the three rows of $W$ add up to 0: rows that start at 0 add up to 0
for ever. In the code nothing overflows: the largest score is subtracted before the exponentials.
"""

import numpy as np
from matplotlib.axes import Axes
from sklearn.datasets import load_iris

import symgd as sg
from symgd.views.plots.style import COLOURS, MARKERS, drawing

bunch = load_iris()
KINDS = [str(name) for name in bunch.target_names]
labels = np.eye(3)[bunch.target]
order = np.random.default_rng(0).permutation(len(labels))
held_out, training = order[:50], order[50:]
X = (bunch.data - bunch.data[training].mean(axis=0)) / bunch.data[training].std(axis=0)

x = sg.data("x", shape=("d",))
t = sg.data("t", shape=("c",), sums_to_one=True)
W = sg.parameters("W", shape=("c", "d"))
b = sg.parameters("b", shape=("c",))

z = sg.let("z", sg.dot(W, x) + b)
p = sg.let("p", sg.softmax(z))
derivation = sg.derive(sg.losses.cross_entropy(p, t))
run = sg.train(
    derivation,
    data={"x": X[training], "t": labels[training]},
    start={"W": np.zeros((3, 4)), "b": np.zeros(3)},
    optimizer=sg.optimizers.GradientDescent(learning_rate=0.5),
    iterations=500,
    engine="arrays",  # this page is then the same on each machine
)


def facts(run: sg.Run) -> dict[str, str]:
    """What came out, measured."""
    right = [np.mean(said(run, chosen) == bunch.target[chosen]) for chosen in (training, held_out)]
    return {
        "Flowers of the training named rightly": f"{right[0]:.1%}",
        "Held-out flowers named rightly": f"{right[1]:.1%}",
        "Rows of W added up: largest entry": f"{abs(run.parameters['W'].sum(axis=0)).max():.0e}",
    }


def said(run: sg.Run, chosen: np.ndarray) -> np.ndarray:
    """The kind with the largest probability."""
    return run.evaluate(p, x=X[chosen]).argmax(axis=1)


def tables(run: sg.Run) -> list[tuple[str, list[str], list[list[str]]]]:
    """How many held-out flowers of each kind were named how."""
    true, named = bunch.target[held_out], said(run, held_out)
    rows = [
        [name, *(str(np.sum((true == kind) & (named == other))) for other in range(3))]
        for kind, name in enumerate(KINDS)
    ]
    return [("Held-out flowers: rows are the truth", ["", *(f"named {name}" for name in KINDS)], rows)]


def figures(run: sg.Run) -> list[tuple[Axes, str, str]]:
    """Axes, with a caption and a text alternative each."""
    losses = run.history["loss"]
    told = f"The loss falls from {losses[0]:.3f}, which is log 3, to {losses[-1]:.3f} in {run.iterations} iterations."
    return [(sg.plots.loss_curve(run), "The loss", told), petals(run)]


def petals(run: sg.Run) -> tuple[Axes, str, str]:
    """All flowers by their petals; wrong answers have a ring."""
    length, width = bunch.data[:, 2], bunch.data[:, 3]
    wrong = np.flatnonzero(said(run, np.arange(150)) != bunch.target)
    with drawing(None, None) as (ax, _):
        for kind, name in enumerate(KINDS):
            chosen = bunch.target == kind
            look = {"color": COLOURS[kind], "marker": MARKERS[kind], "linestyle": "none", "alpha": 0.7}
            ax.plot(length[chosen], width[chosen], label=name, **look)
        ring = {"color": "black", "markerfacecolor": "none", "markersize": 11, "linestyle": "none"}
        ax.plot(length[wrong], width[wrong], marker="o", label="named wrongly", **ring)
        ax.set(xlabel="length of petals (cm)", ylabel="width of petals (cm)")
    means = ", ".join(
        f"{name} {length[bunch.target == kind].mean():.1f} cm" for kind, name in enumerate(KINDS)
    )
    told = (
        f"Flowers by length and width of their petals: mean lengths {means}. {len(wrong)} of 150 are named wrongly, "
        f"with petals from {length[wrong].min():.1f} to {length[wrong].max():.1f} cm."
    )
    return ax, "All flowers by their petals", told


if __name__ == "__main__":
    print(derivation, run, facts(run), sep="\n\n")
    for number, (axes, _, _) in enumerate(figures(run)):
        axes.figure.savefig(f"softmax_regression_{number}.png")
