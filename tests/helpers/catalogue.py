"""Every loss of the catalogue, of a line through points."""

import symgd as sg

PENALTIES = {"l1", "l2"}


def losses(prediction, target, *parameters):
    """Return each loss by its name."""
    functions = {
        name: getattr(sg.losses, name) for name in sg.losses.__all__ if name not in sg.losses.OF_VECTORS
    }
    return {
        name: function(*parameters) if name in PENALTIES else function(prediction, target)
        for name, function in functions.items()
    }
