"""Functions that losses and nets use and SymPy lacks, with the derivatives a textbook prints.

Each is a SymPy function whose :meth:`Elementary.definition` says it in SymPy's own functions, so that
``sympy.diff`` and ``evalf`` work on it, and whose :meth:`fdiff` gives the derivative in its textbook form.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sympy import Expr, Function, Max, Piecewise, Rational, S, cosh, erf, exp, log, pi, sqrt
from sympy import tanh as tanh
from sympy.core.function import ArgumentIndexError

from symgd.notation.algebra import Ordered, add, multiply, power
from symgd.notation.intake import as_expression


class Elementary(Ordered, Function):
    """A real function of real arguments with a definition, derivatives and names for text and LaTeX."""

    is_real = True
    text_name: ClassVar[str]
    latex_name: ClassVar[str]
    # SymPy counts a function's arguments here: sigmoid(u, v) is a TypeError.
    eval: ClassVar[Any] = classmethod(lambda _cls, _u: None)

    def __new__(cls, *args: Any, **options: Any) -> Any:
        return super().__new__(cls, *(as_expression(arg, f"{cls.__name__}()") for arg in args), **options)

    def definition(self) -> Expr:
        """The function in SymPy's own functions."""
        raise NotImplementedError

    def derivatives(self) -> tuple[Expr, ...]:
        """The derivative with respect to each argument."""
        raise NotImplementedError

    def fdiff(self, argindex: int = 1) -> Expr:
        """SymPy's name for the derivative with respect to one argument."""
        if not 1 <= argindex <= len(self.args):
            raise ArgumentIndexError(self, argindex)
        return self.derivatives()[argindex - 1]

    def _eval_expand_func(self, **_: Any) -> Expr:
        return self.definition()

    def _eval_evalf(self, prec: int) -> Any:
        return self.definition()._eval_evalf(prec)


class sigmoid(Elementary):
    """The logistic function σ(u) = 1/(1 + e⁻ᵘ); its derivative is σ(u)(1 − σ(u)).

    >>> from symgd import parameters
    >>> sigmoid(parameters("u")).fdiff()
    sigmoid(u)*(1 - sigmoid(u))
    """

    text_name, latex_name = "σ", r"\sigma"

    def definition(self) -> Expr:
        return 1 / (1 + exp(-self.args[0]))

    def derivatives(self) -> tuple[Expr, ...]:
        return (self * (1 - self),)


class softplus(Elementary):
    """softplus(u) = log(1 + eᵘ); its derivative is σ(u)."""

    text_name, latex_name = "softplus", r"\operatorname{softplus}"

    def definition(self) -> Expr:
        return log(1 + exp(self.args[0]))

    def derivatives(self) -> tuple[Expr, ...]:
        return (sigmoid(self.args[0]),)


class step(Elementary):
    """The indicator of u > 0: 1 where u > 0, else 0. Its derivative is 0, with a kink at 0."""

    text_name, latex_name = "step", r"\operatorname{step}"

    def definition(self) -> Expr:
        return Piecewise((1, self.args[0] > 0), (0, True))

    def derivatives(self) -> tuple[Expr, ...]:
        return (S.Zero,)


class relu(Elementary):
    """relu(u) = max(0, u); its derivative is step(u), and at the kink u = 0 the subgradient 0 is used."""

    text_name, latex_name = "relu", r"\operatorname{relu}"

    def definition(self) -> Expr:
        return Max(0, self.args[0])

    def derivatives(self) -> tuple[Expr, ...]:
        return (step(self.args[0]),)


class normal_pdf(Elementary):
    """The standard normal density φ(u) = e^(−u²/2)/√(2π); its derivative is −u φ(u)."""

    text_name, latex_name = "φ", r"\varphi"

    def definition(self) -> Expr:
        return exp(-(self.args[0] ** 2) / 2) / sqrt(2 * pi)

    def derivatives(self) -> tuple[Expr, ...]:
        return (multiply(S.NegativeOne, self.args[0], self),)


class normal_cdf(Elementary):
    """The standard normal distribution function Φ(u); its derivative is φ(u)."""

    text_name, latex_name = "Φ", r"\Phi"

    def definition(self) -> Expr:
        return Rational(1, 2) * (1 + erf(self.args[0] / sqrt(2)))

    def derivatives(self) -> tuple[Expr, ...]:
        return (normal_pdf(self.args[0]),)


class gelu(Elementary):
    """gelu(u) = u Φ(u) (Hendrycks and Gimpel 2016); its derivative is Φ(u) + u φ(u)."""

    text_name, latex_name = "gelu", r"\operatorname{gelu}"

    def definition(self) -> Expr:
        u = self.args[0]
        return u * normal_cdf(u).definition()

    def derivatives(self) -> tuple[Expr, ...]:
        u = self.args[0]
        return (normal_cdf(u) + u * normal_pdf(u),)


class silu(Elementary):
    """silu(u) = u σ(u), also called swish; its derivative is σ(u) + u σ(u)(1 − σ(u))."""

    text_name, latex_name = "silu", r"\operatorname{silu}"

    def definition(self) -> Expr:
        return self.args[0] / (1 + exp(-self.args[0]))

    def derivatives(self) -> tuple[Expr, ...]:
        u = self.args[0]
        return (sigmoid(u) + u * sigmoid(u) * (1 - sigmoid(u)),)


class log1p(Elementary):
    """log1p(u) = log(1 + u), accurate for small u; its derivative is 1/(1 + u)."""

    text_name, latex_name = "log1p", r"\operatorname{log1p}"

    def definition(self) -> Expr:
        return log(1 + self.args[0])

    def derivatives(self) -> tuple[Expr, ...]:
        return (power(add(S.One, self.args[0]), S.NegativeOne),)


class expm1(Elementary):
    """expm1(u) = eᵘ − 1, accurate for small u; its derivative is eᵘ."""

    text_name, latex_name = "expm1", r"\operatorname{expm1}"

    def definition(self) -> Expr:
        return exp(self.args[0]) - 1

    def derivatives(self) -> tuple[Expr, ...]:
        return (exp(self.args[0]),)


class log_cosh(Elementary):
    """log_cosh(u) = log(cosh u), which grows as |u|; its derivative is tanh(u)."""

    text_name, latex_name = "log cosh", r"\log\cosh"

    def definition(self) -> Expr:
        return log(cosh(self.args[0]))

    def derivatives(self) -> tuple[Expr, ...]:
        return (tanh(self.args[0]),)


class xlogy(Elementary):
    """xlogy(u, v) = u log v, with 0 log 0 = 0; its derivatives are log v and u/v."""

    text_name, latex_name = "xlogy", r"\operatorname{xlogy}"
    eval: ClassVar[Any] = classmethod(lambda _cls, _u, _v: None)

    def definition(self) -> Expr:
        return self.args[0] * log(self.args[1])

    def derivatives(self) -> tuple[Expr, ...]:
        u, v = self.args
        return log(v), multiply(u, power(v, S.NegativeOne))
