r"""# A net of two layers

Which digit is it? An image has 64 pixels. Fifty hidden units look at all of them, each with weights of its own, and
bend what they add up with a sigmoid. Ten scores look at the hidden units, one for each digit, and softmax makes
probabilities of them:

$$\begin{aligned}
z_1 &= W_1 x + b_1, & h &= \sigma(z_1), \\
z_2 &= W_2 h + b_2, & p &= \operatorname{softmax}(z_2).
\end{aligned}$$

The loss is the cross-entropy of the label $t$, which is 1 for the true digit and 0 for the others:

$$L = -\frac{1}{n} \sum_i \sum_j t_{ij} \log p_{ij}.$$

Textbooks begin with this net, as Saitoh's *Deep Learning from Scratch* does (O'Reilly Japan, 2016). The images are
1,797 that people wrote by hand, 8 pixels wide and 8 high: the test images of Alpaydin and Kaynak's *Optical
Recognition of Handwritten Digits* (UCI, 1998), which scikit-learn brings along. A fifth of them is held out:
training does not see them. Weights start small and random, as Glorot and Bengio (2010) advise; an iteration uses
100 images, and each epoch takes them in another order.

**What to look for.** The derivation runs backwards through the layers, as Rumelhart, Hinton and Williams described
it (*Nature* 323, 1986). At the scores it begins with probability minus truth. Through $W_2$ it comes to the hidden
units, where the slope of the sigmoid, $h (1 - h)$, is a factor. Each block is one adjoint, and each adjoint is used
where it is needed: the slopes of weights are adjoints times what the layer saw. In the code these are five products
of matrices.
"""

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from sklearn.datasets import load_digits

import symgd as sg
from symgd.views.plots.style import drawing, series

bunch = load_digits()
X, labels = bunch.data / 16, np.eye(10)[bunch.target]
order = np.random.default_rng(0).permutation(len(X))
training, held_out = order[:1437], order[1437:]

x = sg.data("x", shape=("d",))
t = sg.data("t", shape=(10,), sums_to_one=True)
W1, b1 = sg.parameters("W1", shape=(50, "d")), sg.parameters("b1", shape=(50,))
W2, b2 = sg.parameters("W2", shape=(10, 50)), sg.parameters("b2", shape=(10,))

z1 = sg.let("z1", sg.dot(W1, x) + b1)
h = sg.let("h", sg.sigmoid(z1))
z2 = sg.let("z2", sg.dot(W2, h) + b2)
p = sg.let("p", sg.softmax(z2))
derivation = sg.derive(sg.losses.cross_entropy(p, t))
weights, zeros = sg.initializers.Glorot(seed=1), sg.initializers.Zeros()
run = sg.train(
    derivation,
    data={"x": X[training], "t": labels[training]},
    start={"W1": weights, "b1": zeros, "W2": weights, "b2": zeros},
    optimizer=sg.optimizers.GradientDescent(learning_rate=0.5),
    epochs=100,
    batch_size=100,
    shuffle=True,
    seed=0,
    engine="arrays",  # this page is then the same on each machine
)
PARTS = {"training": training, "held out": held_out}


def facts(run: sg.Run) -> dict[str, str]:
    """What came out, measured."""
    return {
        "Parameters": f"{sum(np.size(value) for value in run.parameters.values()):,}",
        "Iterations": f"{run.iterations:,}",
        "Training images read rightly": f"{np.mean(read(run, training) == bunch.target[training]):.1%}",
        "Held-out images read rightly": f"{np.mean(read(run, held_out) == bunch.target[held_out]):.1%}",
    }


def read(run: sg.Run, images: np.ndarray) -> np.ndarray:
    """The digit with the largest probability."""
    return run.evaluate(p, x=X[images]).argmax(axis=1)


def tables(run: sg.Run) -> list[tuple[str, list[str], list[list[str]]]]:
    """How many held-out images of each digit were read as which."""
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (bunch.target[held_out], read(run, held_out)), 1)
    rows = [[str(digit), *(str(count or "·") for count in row)] for digit, row in enumerate(counts)]
    return [("Held-out images: rows are the truth, columns what was read", ["", *map(str, range(10))], rows)]


def figures(run: sg.Run) -> Iterator[tuple[Axes, str, str]]:
    """Axes, with a caption and a text alternative each."""
    epochs = np.unique(np.geomspace(1, 101, 25).astype(int)) - 1
    for title, curve in (("Loss", loss_of), ("Share read rightly", accuracy_of)):
        curves = {name: [curve(run, epoch, part) for epoch in epochs] for name, part in PARTS.items()}
        yield over_epochs(epochs, curves, title)
    answers = read(run, held_out)
    right = answers == bunch.target[held_out]
    yield pictures(held_out[right][:18], answers[right][:18], "Held-out images that were read rightly")
    yield pictures(held_out[~right], answers[~right], "All that were read wrongly: truth → what was read")


def state(run: sg.Run, epoch: int) -> dict[str, np.ndarray]:
    """The parameters after some epochs."""
    return {name: run.history[name][epoch * run.iterations // 100] for name in ("W1", "b1", "W2", "b2")}


def loss_of(run: sg.Run, epoch: int, part: np.ndarray) -> float:
    """The loss over some images."""
    return run.program.loss(**state(run, epoch), x=X[part], t=labels[part])


def accuracy_of(run: sg.Run, epoch: int, part: np.ndarray) -> float:
    """The share of images whose largest score is that of their digit."""
    W1, b1, W2, b2 = state(run, epoch).values()
    hidden = 1 / (1 + np.exp(-(X[part] @ W1.T + b1)))
    return np.mean((hidden @ W2.T + b2).argmax(axis=1) == bunch.target[part])


def over_epochs(epochs: np.ndarray, curves: dict[str, list[float]], title: str) -> tuple[Axes, str, str]:
    """One line for the training images and one for those held out."""
    with drawing(None, None) as (ax, _):
        for position, (name, values) in enumerate(curves.items()):
            ax.plot(epochs, values, label=name, **series(position, len(epochs)))
        ax.set(xlabel="epoch", ylabel=title.lower(), ylim=(0, None))
    told = "; ".join(f"{name} from {values[0]:.3f} to {values[-1]:.3f}" for name, values in curves.items())
    return ax, f"{title}, epoch by epoch", f"{title} over {epochs[-1]} epochs: {told}."


def pictures(images: np.ndarray, answers: np.ndarray, title: str) -> tuple[Axes, str, str]:
    """Images side by side, six in a row, with truth and answer below each."""
    rows = -(-len(images) // 6)
    sheet = np.ma.masked_all((11 * rows, 53))
    truths = bunch.target[images]
    with drawing(None, None) as (ax, _):
        for place, (image, truth, answer) in enumerate(zip(images, truths, answers, strict=True)):
            top, left = 11 * (place // 6), 9 * (place % 6)
            sheet[top : top + 8, left : left + 8] = bunch.images[image]
            name = f"{answer}" if truth == answer else f"{truth} → {answer}"
            ax.text(left + 3.5, top + 9.4, name, ha="center", va="center", fontsize=9)
        ax.imshow(sheet, cmap="gray_r", interpolation="none")
        ax.set_axis_off()
        ax.figure.set_size_inches(4.6, 0.95 * rows)
    told = ", ".join(f"{truth} read as {answer}" for truth, answer in zip(truths, answers, strict=True))
    return ax, title, f"{len(images)} images: {told}."


if __name__ == "__main__":
    print(derivation, run, facts(run), sep="\n\n")
    for number, (axes, _, _) in enumerate(figures(run)):
        axes.figure.savefig(f"two_layer_net_{number}.png")
