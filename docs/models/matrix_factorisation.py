r"""# Matrix factorisation

Twelve people rated some of ten films. What would they say of the others? The model gives each person two numbers
and each film two numbers, and the rating is their product:

$$\hat R_{jk} = \sum_l U_{jl} V_{kl}, \qquad \hat R = U V^\top.$$

Nobody says what the numbers mean. They become what explains the ratings: how much of something a film has, and how
much a person likes it. Koren, Bell and Volinsky made this known, "Matrix Factorization Techniques for Recommender
Systems" (*Computer* 42, 2009).

The mask $M$ is 1 where a rating is known and 0 elsewhere, so the loss is the squared error over what is known. A
small penalty on $U$ and $V$ keeps them from fitting chance. The table was made for this page: two tastes, noise,
rounded to half stars; a fifth of it is hidden, and serves as a test. The mean rating was subtracted, and is added
again at the end.

**What to look for.** $R$ and $M$ are constants: there are no samples, only one table. The adjoint of the
prediction, $2 M (\hat R - R)$, is 0 wherever no rating is known; it is computed once and used twice. The slope with
respect to $U$ has $V$ in it and the other way round: where one is fixed, the other is found by linear regression.
At $U = V = 0$ both slopes vanish, so a run must not start there.
"""

import numpy as np
from matplotlib.axes import Axes

import symgd as sg
from symgd.views.plots.style import COLOURS, MARKERS, MIDDLE, drawing

PEOPLE = ("Ada", "Ben", "Cem", "Dia", "Eva", "Finn", "Gül", "Hana", "Ivo", "Jun", "Kai", "Lea")
FILMS = tuple(map(str, range(1, 11)))

rng = np.random.default_rng(3)
tastes = rng.normal(size=(12, 2)) @ rng.normal(size=(10, 2)).T
ratings = np.clip(np.round(2 * (3 + tastes + 0.3 * rng.normal(size=(12, 10)))) / 2, 0.5, 5)
known = rng.permutation(120).reshape(12, 10) >= 24
mean = ratings[known].mean()

R, M = sg.constants("R", shape=("m", "d")), sg.constants("M", shape=("m", "d"))
U = sg.parameters("U", shape=("m", 2))
V = sg.parameters("V", shape=("d", 2))
penalty = sg.constants("lambda")

R_hat = sg.let("R_hat", sg.dot(U, sg.transpose(V)))
derivation = sg.derive(sg.sum(M * (R_hat - R) ** 2) + penalty * (sg.sum(U**2) + sg.sum(V**2)))
run = sg.train(
    derivation,
    start={"U": sg.initializers.Normal(scale=0.1, seed=1), "V": sg.initializers.Normal(scale=0.1, seed=1)},
    constants={"R": np.where(known, ratings - mean, 0.0), "M": known.astype(float), "lambda": 0.3},
    optimizer=sg.optimizers.GradientDescent(learning_rate=0.01),
    iterations=2000,
    gradient_tolerance=1e-6,
    engine="arrays",  # this page is then the same on each machine
)


def filled(run: sg.Run) -> np.ndarray:
    """Every rating as the model says it."""
    return run.evaluate(R_hat) + mean


def facts(run: sg.Run) -> dict[str, str]:
    """What came out, measured: errors are roots of mean squares, in stars."""
    hidden = ~known
    others = (ratings * known).sum(axis=0) / known.sum(axis=0)

    def error(guess: np.ndarray, where: np.ndarray) -> str:
        return f"{np.sqrt(np.mean((guess - ratings)[where] ** 2)):.2f}"

    return {
        "Iterations": f"{run.iterations:,}",
        "Error on the known ratings": error(filled(run), known),
        "Error on the hidden ratings": error(filled(run), hidden),
        "Error of each film's mean instead": error(np.broadcast_to(others, ratings.shape), hidden),
        "Error of the mean of all instead": error(np.full(ratings.shape, mean), hidden),
    }


def tables(run: sg.Run) -> list[tuple[str, list[str], list[list[str]]]]:
    """Known ratings as they are; the others as predicted, with the truth in brackets."""
    guess = filled(run)
    rows = [
        [
            name,
            *(
                f"{ratings[j, k]:g}" if known[j, k] else f"{guess[j, k]:.1f} ({ratings[j, k]:g})"
                for k in range(len(FILMS))
            ),
        ]
        for j, name in enumerate(PEOPLE)
    ]
    return [
        (
            "Ratings of ten films; where a truth stands in brackets it was hidden, and predicted",
            ["", *FILMS],
            rows,
        )
    ]


def figures(run: sg.Run) -> list[tuple[Axes, str, str]]:
    """Axes, with a caption and a text alternative each."""
    losses = run.history["loss"]
    told = f"The loss falls from {losses[0]:.1f} to {losses[-1]:.1f} in {run.iterations:,} iterations."
    return [(sg.plots.loss_curve(run), "The loss, with the penalty", told), predicted_against_true(run)]


def predicted_against_true(run: sg.Run) -> tuple[Axes, str, str]:
    """A mark for each rating, another one where it was hidden."""
    guess = filled(run)
    with drawing(None, None) as (ax, _):
        ax.plot([0.5, 5], [0.5, 5], "--", color=MIDDLE)
        for position, (name, chosen) in enumerate({"known": known, "hidden": ~known}.items()):
            look = {"color": COLOURS[position], "marker": MARKERS[position], "linestyle": "none"}
            ax.plot(ratings[chosen], guess[chosen], label=name, alpha=0.7, **look)
        ax.set(xlabel="true rating", ylabel="predicted rating")
    found = {
        name: np.corrcoef(ratings[at], guess[at])[0, 1] for name, at in (("known", known), ("hidden", ~known))
    }
    told = (
        f"{known.sum()} known and {(~known).sum()} hidden ratings along a rising line: correlation "
        f"{found['known']:.2f} for the known, {found['hidden']:.2f} for the hidden ones."
    )
    return ax, "Predicted against true ratings: on the dashed line both are equal", told


if __name__ == "__main__":
    print(derivation, run, facts(run), sep="\n\n")
    for number, (axes, _, _) in enumerate(figures(run)):
        axes.figure.savefig(f"matrix_factorisation_{number}.png")
