"""Every error that symgd raises on purpose.

::

    SymgdError
    ├── NotationError        the loss, a symbol or a name is not usable as written
    │   └── ShapeError       the shapes of two arrays do not fit
    ├── DerivationError      no rule covers a sub-expression, or a step failed its check
    ├── CompilationError     an expression has no NumPy form
    ├── DataError            data, start values or constants do not fit the loss
    ├── OptimizerError       a learning rate or another setting of an optimizer is out of range
    ├── TrainingError        iterations, batches or tolerances of a run are out of range
    ├── PageError            a formula cannot be set, or a page lacks a package that it needs
    └── GradientCheckError   a gradient disagrees with its numerical derivative

Each message names what the user wrote, what is wrong with it, and what to do.
"""


class SymgdError(Exception):
    """Base of all errors that symgd raises on purpose."""


class NotationError(SymgdError, ValueError):
    """A loss, a symbol or a name cannot be used as written."""


class ShapeError(NotationError):
    """The shapes of two arrays do not fit where they meet."""


class DerivationError(SymgdError):
    """No rule covers a sub-expression, or a step failed its check."""


class CompilationError(SymgdError):
    """An expression has no NumPy form."""


class DataError(SymgdError, ValueError):
    """Data, start values or constants do not fit the loss."""


class OptimizerError(SymgdError, ValueError):
    """A learning rate or another setting of an optimizer is out of range."""


class TrainingError(SymgdError, ValueError):
    """Iterations, batches or tolerances of a run are out of range."""


class PageError(SymgdError):
    """A formula cannot be set, or a page lacks a package that it needs."""


class GradientCheckError(SymgdError, AssertionError):
    """A gradient disagrees with its numerical derivative; the message carries the table."""
