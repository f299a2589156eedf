"""``python -m symgd``: a line through five points, from the loss to the trained parameters."""

import symgd as sg


def main() -> None:
    """Print the derivation, the code, the check and the run of the first reference problem."""
    x, y = sg.data("x y")
    w, b = sg.parameters("w b")
    y_hat = sg.let("y_hat", w * x + b)
    points = {"x": [1, 2, 3, 4, 5], "y": [13, 23, 33, 43, 53]}
    start = {"w": 4, "b": 1}

    derivation = sg.derive(sg.losses.mean_squared_error(y_hat, y))
    check = sg.check_gradient(derivation, at=start, data=points)
    run = sg.train(
        derivation,
        data=points,
        start=start,
        optimizer=sg.optimizers.GradientDescent(learning_rate=0.01),
        iterations=501,
    )
    for title, shown in (
        ("Derivation", derivation),
        ("Code", run.program.source),
        ("The code that ran", run.source),
        ("Check of the gradient at the start", check),
        ("Run", run.table(every=50)),
        ("Result", run.status),
        ("Prediction for x = 7", run.evaluate(y_hat, x=[7])),
    ):
        print(f"\n{title}\n{'─' * len(title)}\n{shown}")


if __name__ == "__main__":
    main()
