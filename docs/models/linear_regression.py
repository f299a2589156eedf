r"""# Linear regression

How far will a disease have gone in a year? Ten measurements of a patient are known: age, sex, body mass index,
blood pressure and six values of the blood. The model adds them up, each with a weight of its own:

$$\hat y = \sum_k w_k x_k + b.$$

The weights are those that make the mean squared error smallest. Legendre published this method of least squares in
1805. The data are of 442 patients, from Efron, Hastie, Johnstone and Tibshirani, "Least Angle Regression" (*Annals
of Statistics* 32, 2004); scikit-learn brings them along. Each measurement is standardised: mean 0, standard
deviation 1. So the weights can be compared.

**What to look for.** The slope of each weight is the mean of the residuals, each times what stands beside the
weight. For all weights at once it is one product, $(2/n) X^\top (X w + b - y)$, and the code computes it so. Where
it is 0, the residuals are at right angles to every measurement: these are the normal equations, and
`numpy.linalg.lstsq` solves them at once. Gradient descent gets to the same place step by step. Some measurements
tell nearly the same (total cholesterol and LDL), so the loss is a narrow valley, and the last digits take thousands
of steps.
"""

import numpy as np
from matplotlib.axes import Axes
from sklearn.datasets import load_diabetes

import symgd as sg
from symgd.views.plots.style import COLOURS, MIDDLE, drawing

bunch = load_diabetes(scaled=False)
X = (bunch.data - bunch.data.mean(axis=0)) / bunch.data.std(axis=0)
progress = bunch.target

x = sg.data("x", shape=("d",))
y = sg.data("y")
w = sg.parameters("w", shape=("d",))
b = sg.parameters("b")

y_hat = sg.let("y_hat", sg.dot(x, w) + b)
derivation = sg.derive(sg.losses.mean_squared_error(y_hat, y))
run = sg.train(
    derivation,
    data={"x": X, "y": progress},
    start={"w": np.zeros(10), "b": 0.0},
    optimizer=sg.optimizers.GradientDescent(learning_rate=0.2),
    iterations=20_000,
    gradient_tolerance=1e-9,
    engine="arrays",  # this page is then the same on each machine
)

# What NumPy's solver says: the last coefficient is that of a column of ones.
solution = np.linalg.lstsq(np.column_stack([X, np.ones(len(X))]), progress)[0]
NAMES = ("age", "sex", "body mass index", "blood pressure", "total cholesterol", "LDL", "HDL")
NAMES += ("cholesterol / HDL", "triglycerides, log", "blood sugar")


def facts(run: sg.Run) -> dict[str, str]:
    """What came out, measured."""
    found = np.append(run.parameters["w"], run.parameters["b"])
    explained = 1 - run.history["loss"][-1] / progress.var()
    return {
        "Iterations": f"{run.iterations:,}",
        "Largest difference from numpy.linalg.lstsq": f"{abs(found - solution).max():.1e}",
        "Share of the variance explained, R²": f"{explained:.3f}",
    }


def tables(run: sg.Run) -> list[tuple[str, list[str], list[list[str]]]]:
    """The weights beside those of the solver, the largest first."""
    found = [*run.parameters["w"], run.parameters["b"]]
    rows = zip((*NAMES, "b"), found, solution, strict=True)
    ordered = sorted(rows, key=lambda row: -abs(row[1]))
    shown = [[name, f"{ours:.6f}", f"{theirs:.6f}"] for name, ours, theirs in ordered]
    return [("Weights of the standardised measurements", ["", "gradient descent", "lstsq"], shown)]


def figures(run: sg.Run) -> list[tuple[Axes, str, str]]:
    """Axes, with a caption and a text alternative each."""
    losses = run.history["loss"]
    told = f"The loss falls from {losses[0]:,.0f} to {losses[-1]:,.1f} in {run.iterations:,} iterations."
    return [(sg.plots.loss_curve(run), "The loss", told), predicted_against_true(run)]


def predicted_against_true(run: sg.Run) -> tuple[Axes, str, str]:
    """A point for each patient; on the line the prediction would be right."""
    predicted = run.evaluate(y_hat, x=X)
    with drawing(None, None) as (ax, _):
        ax.plot(progress, predicted, "o", color=COLOURS[0], markersize=3, alpha=0.6)
        ends = [progress.min(), progress.max()]
        ax.plot(ends, ends, "--", color=MIDDLE)
        ax.set(xlabel="true progression", ylabel="predicted progression")
    correlation = np.corrcoef(progress, predicted)[0, 1]
    told = (
        f"{len(X)} points around a rising line, correlation {correlation:.2f}. Predictions go from "
        f"{predicted.min():.0f} to {predicted.max():.0f}, true values from {ends[0]:.0f} to {ends[1]:.0f}."
    )
    return ax, "Predicted against true: on the dashed line both are equal", told


if __name__ == "__main__":
    print(derivation, run, facts(run), sep="\n\n")
    for number, (axes, _, _) in enumerate(figures(run)):
        axes.figure.savefig(f"linear_regression_{number}.png")
