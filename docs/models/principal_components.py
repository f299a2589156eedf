r"""# Principal components

An image of a digit has 64 pixels. Which plane in the space of all images comes closest to them? Two directions, the
columns of $V$, span it. $V^\top x$ is what is left of an image $x$: two numbers. $V V^\top x$ is the image that
they stand for. The loss is the mean squared distance between the two:

$$L = \frac{1}{n} \sum_i \lVert x_i - V V^\top x_i \rVert^2.$$

Pearson asked for this plane in "On lines and planes of closest fit" (1901). The first two singular vectors of the
data span it (Eckart and Young 1936). Here gradient descent looks for it, and knows nothing of singular vectors:
nobody even tells it that the columns of $V$ should be at right angles. It cannot get caught on the way: Baldi and
Hornik (*Neural Networks* 2, 1989) proved of linear nets of this kind that their loss has no local minimum besides
the least one. The data are the 540 images of the digits 0, 4 and 6 among those that scikit-learn brings along,
minus their mean.

**What to look for.** $V$ stands twice in $V V^\top x$, so its slope has two terms: one from compressing, one from
restoring. The loss does not change when the plane is turned in itself, so the run finds the plane, not the axes.
The axes are then found within it: the pictures below are the two directions in which the points spread most and
least.
"""

import numpy as np
from matplotlib.axes import Axes
from sklearn.datasets import load_digits

import symgd as sg
from symgd.views.plots.style import COLOURS, MARKERS, drawing

DIGITS = (0, 4, 6)
bunch = load_digits()
chosen = np.isin(bunch.target, DIGITS)
X, target = bunch.data[chosen] / 16, bunch.target[chosen]
X = X - X.mean(axis=0)

x = sg.data("x", shape=("d",))
V = sg.parameters("V", shape=("d", 2))

c = sg.let("c", sg.dot(x, V))
r = sg.let("r", x - sg.dot(V, c))
derivation = sg.derive(sg.mean(sg.sum(r**2)))
run = sg.train(
    derivation,
    data={"x": X},
    start={"V": sg.initializers.Glorot(seed=1)},
    optimizer=sg.optimizers.GradientDescent(learning_rate=0.05),
    iterations=5000,
    gradient_tolerance=1e-8,
    engine="arrays",  # this page is then the same on each machine
)
_, values, vectors = np.linalg.svd(X, full_matrices=False)


def axes_of(run: sg.Run) -> np.ndarray:
    """The directions of the found plane at right angles, as rows, the one in which the points spread most first."""
    basis, _ = np.linalg.qr(run.parameters["V"])
    _, _, turn = np.linalg.svd(X @ basis, full_matrices=False)
    found = turn @ basis.T
    # Which end of a direction is the positive one is nobody's choice: take that of the singular vector.
    return found * np.sign(np.sum(found * vectors[:2], axis=1))[:, None]


def facts(run: sg.Run) -> dict[str, str]:
    """What came out, measured."""
    found, V = axes_of(run), run.parameters["V"]
    # The sine of the largest angle between the planes is the norm of the difference of their projections.
    apart = np.linalg.norm(found.T @ found - vectors[:2].T @ vectors[:2], 2)
    least = np.sum(values[2:] ** 2) / len(X)
    return {
        "Iterations": f"{run.iterations:,}",
        "Sine of the angle to the plane of the singular vectors": f"{apart:.1e}",
        "Loss above the least possible": f"{run.history['loss'][-1] - least:.1e}",
        "Largest entry of VᵀV − 1": f"{abs(V.T @ V - np.eye(2)).max():.1e}",
        "Share of the variance in the plane": f"{np.sum(values[:2] ** 2) / np.sum(values**2):.1%}",
    }


def figures(run: sg.Run) -> list[tuple[Axes, str, str]]:
    """Axes, with a caption and a text alternative each."""
    losses = run.history["loss"]
    told = f"The loss falls from {losses[0]:.2f} to {losses[-1]:.2f} in {run.iterations:,} iterations."
    return [(sg.plots.loss_curve(run), "The loss", told), points(run), directions(run)]


def points(run: sg.Run) -> tuple[Axes, str, str]:
    """Each second image as a point of the plane."""
    places = X @ axes_of(run).T
    with drawing(None, None) as (ax, _):
        for kind, digit in enumerate(DIGITS):
            first, second = places[target == digit][::2].T
            look = {"color": COLOURS[kind], "marker": MARKERS[kind], "markersize": 4, "alpha": 0.7}
            ax.plot(first, second, linestyle="none", label=str(digit), **look)
        ax.set(xlabel="first direction", ylabel="second direction")
    middles = {digit: places[target == digit].mean(axis=0) for digit in DIGITS}
    told = "; ".join(f"digit {digit} around ({one:.1f}, {two:.1f})" for digit, (one, two) in middles.items())
    return ax, "Each second image as a point of the plane", f"Three clouds of points: {told}."


def directions(run: sg.Run) -> tuple[Axes, str, str]:
    """The two directions as images."""
    first, second = (row.reshape(8, 8) for row in axes_of(run))
    sheet = np.ma.masked_all((8, 17))
    sheet[:, :8], sheet[:, 9:] = first, second
    bound = abs(sheet).max()
    with drawing(None, None) as (ax, _):
        drawn = ax.imshow(sheet, cmap="cividis", interpolation="none", vmin=-bound, vmax=bound)
        ax.figure.colorbar(drawn, ax=ax, orientation="horizontal", shrink=0.7)
        ax.set_axis_off()
        ax.figure.set_size_inches(4.6, 2.9)
    alike = np.corrcoef(first.ravel(), bunch.data[chosen][target == 0].mean(axis=0))[0, 1]
    told = (
        f"Two images of 8 by 8 weights between {sheet.min():.2f} and {sheet.max():.2f}. The first correlates with "
        f"the mean image of a 0 by {alike:.2f}."
    )
    return ax, "The two directions as images: the first left, the second right", told


if __name__ == "__main__":
    print(derivation, run, facts(run), sep="\n\n")
    for number, (drawn, _, _) in enumerate(figures(run)):
        drawn.figure.savefig(f"principal_components_{number}.png")
