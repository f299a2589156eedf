r"""# Logistic regression

Is a lump in the breast malignant? A fine needle took some cells, and thirty measurements of their nuclei are known.
The model adds them up with weights and turns the sum into a probability:

$$z = \sum_k w_k x_k + b, \qquad p = \sigma(z) = \frac{1}{1 + e^{-z}}.$$

The loss is the cross-entropy: $-\log p$ for a malignant lump, $-\log(1 - p)$ for a benign one. Who is sure and
wrong pays much. To it comes a penalty: the squares of all weights, times $\lambda$. Without it the weights would
grow for ever wherever a plane separates the two kinds (Albert and Anderson, *Biometrika* 71, 1984). The same
penalty on least squares is the *ridge* of Hoerl and Kennard (1970).

The data are of 569 patients, 212 of them with a malignant lump: Street, Wolberg and Mangasarian, "Nuclear feature
extraction for breast tumor diagnosis" (1993), which scikit-learn brings along. A quarter of the patients is held
out: training does not see them. Each measurement is standardised by the mean and the deviation of the others.

**What to look for.** The derivative of the logarithm and that of the sigmoid cancel: the adjoint of $z$ is $(p -
t)/n$, probability minus truth. It has the form of the residual of linear regression. The slope of a weight is again
a mean of adjoints times measurements, and the penalty adds $2 \lambda w_k$, which pulls every weight towards 0.
"""

import numpy as np
from matplotlib.axes import Axes
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression

import symgd as sg
from symgd.views.plots.style import COLOURS, MARKERS, MIDDLE, drawing

bunch = load_breast_cancer()
malignant = (bunch.target == 0).astype(float)
order = np.random.default_rng(0).permutation(len(malignant))
held_out, training = order[:142], order[142:]
mean, deviation = bunch.data[training].mean(axis=0), bunch.data[training].std(axis=0)
X = (bunch.data - mean) / deviation

x = sg.data("x", shape=("d",))
t = sg.data("t")
w = sg.parameters("w", shape=("d",))
b = sg.parameters("b")
penalty = sg.constants("lambda")

z = sg.let("z", sg.dot(x, w) + b)
p = sg.let("p", sg.sigmoid(z))
derivation = sg.derive(sg.losses.binary_cross_entropy(p, t) + penalty * sg.sum(w**2))
run = sg.train(
    derivation,
    data={"x": X[training], "t": malignant[training]},
    start={"w": np.zeros(30), "b": 0.0},
    constants={"lambda": 0.001},
    optimizer=sg.optimizers.GradientDescent(learning_rate=0.3),
    iterations=20_000,
    gradient_tolerance=1e-8,
    engine="arrays",  # this page is then the same on each machine
)

# The same loss in scikit-learn's terms, whose C weighs the sum over the samples against half the squares.
other = LogisticRegression(C=1 / (2 * 0.001 * len(training)), tol=1e-10, max_iter=10_000)
other.fit(X[training], malignant[training])


def facts(run: sg.Run) -> dict[str, str]:
    """What came out, measured."""
    predicted = run.evaluate(p, x=X[held_out])
    right = np.mean((predicted > 0.5) == malignant[held_out])
    return {
        "Iterations": f"{run.iterations:,}",
        "Held-out patients judged rightly": f"{right:.1%}",
        "Largest difference from scikit-learn's weights": f"{abs(run.parameters['w'] - other.coef_[0]).max():.1e}",
    }


def tables(run: sg.Run) -> list[tuple[str, list[str], list[list[str]]]]:
    """How many held-out patients of each kind were judged how."""
    predicted, true = run.evaluate(p, x=X[held_out]) > 0.5, malignant[held_out] == 1
    kinds = {"benign": False, "malignant": True}
    rows = [
        [name, *(str(np.sum((true == kind) & (predicted == said))) for said in kinds.values())]
        for name, kind in kinds.items()
    ]
    return [("Held-out patients: rows are the truth", ["", "judged benign", "judged malignant"], rows)]


def figures(run: sg.Run) -> list[tuple[Axes, str, str]]:
    """Axes, with a caption and a text alternative each."""
    losses = run.history["loss"]
    told = f"The loss falls from {losses[0]:.3f} to {losses[-1]:.3f} in {run.iterations:,} iterations."
    return [(sg.plots.loss_curve(run), "The loss, with the penalty", told), probabilities(run)]


def probabilities(run: sg.Run) -> tuple[Axes, str, str]:
    """A mark for each held-out patient on the sigmoid."""
    sums = run.evaluate(z, x=X[held_out])
    chance = run.evaluate(p, x=X[held_out])
    with drawing(None, None) as (ax, _):
        line = np.linspace(sums.min(), sums.max(), 101)
        ax.plot(line, 1 / (1 + np.exp(-line)), color=MIDDLE, linewidth=1)
        for kind, name in enumerate(("benign", "malignant")):
            chosen = malignant[held_out] == kind
            look = {"color": COLOURS[kind], "marker": MARKERS[kind], "linestyle": "none", "alpha": 0.7}
            ax.plot(sums[chosen], chance[chosen], label=name, **look)
        ax.set(xlabel="z", ylabel="p, said to be malignant")
    wrong = int(np.sum((chance > 0.5) != malignant[held_out]))
    told = (
        f"{len(held_out)} marks on an S-shaped curve: malignant lumps mostly at its upper end, benign ones mostly "
        f"at its lower end, {wrong} on the wrong side of p = 0.5."
    )
    return ax, "Held-out patients on the sigmoid", told


if __name__ == "__main__":
    print(derivation, run, facts(run), sep="\n\n")
    for number, (axes, _, _) in enumerate(figures(run)):
        axes.figure.savefig(f"logistic_regression_{number}.png")
