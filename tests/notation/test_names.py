import pytest

from symgd.notation.names import latex_name, lowered, raised, text_name


@pytest.mark.parametrize(
    ("name", "text", "latex"),
    [
        ("w", "w", "w"),
        ("W", "W", "W"),
        # Accents: one character where Unicode has it, else a letter and a combining mark.
        ("y_hat", "\N{LATIN SMALL LETTER Y WITH CIRCUMFLEX}", r"\hat{y}"),
        ("y_bar", "\N{LATIN SMALL LETTER Y WITH MACRON}", r"\bar{y}"),
        ("mu_hat", "μ\N{COMBINING CIRCUMFLEX ACCENT}", r"\hat{\mu}"),
        ("x_tilde", "x\N{COMBINING TILDE}", r"\tilde{x}"),
        ("x_dot", "\N{LATIN SMALL LETTER X WITH DOT ABOVE}", r"\dot{x}"),
        ("x_vec", "x\N{COMBINING RIGHT ARROW ABOVE}", r"\vec{x}"),
        ("x_prime", "x′", "x'"),
        ("w_star", "w⋆", r"w^\star"),
        ("x_prime_hat", "x\N{COMBINING CIRCUMFLEX ACCENT}′", r"\hat{x'}"),
        # Subscripts.
        ("w1", "w₁", "w_1"),
        ("w_1", "w₁", "w_1"),
        ("h_12", "h₁₂", "h_{12}"),
        ("h12", "h₁₂", "h_{12}"),
        ("w_1_2", "w₁,₂", "w_{1,2}"),
        ("h_k", "hₖ", "h_k"),
        ("w_b", "w_b", "w_b"),
        ("x_train", "x_train", r"x_{\mathrm{train}}"),
        ("y_1_hat", "ŷ₁", r"\hat{y}_1"),
        ("sum_1", "sum₁", r"\mathrm{sum}_1"),
        # Greek.
        ("theta", "θ", r"\theta"),
        ("lambda", "λ", r"\lambda"),
        ("Lambda", "Λ", r"\Lambda"),
        ("varphi", "φ", r"\varphi"),
        ("theta_1", "θ₁", r"\theta_1"),
        ("w_theta", "w_θ", r"w_{\theta}"),
        ("Beta", "Β", r"\mathrm{B}"),
        # Words.
        ("velocity", "velocity", r"\mathrm{velocity}"),
        ("learning_rate", "learning_rate", r"\mathrm{learning\ rate}"),
        ("residual_hat", "residual_hat", r"\widehat{\mathrm{residual}}"),
        ("dw", "dw", r"\mathrm{dw}"),
    ],
)
def test_a_name_is_typeset(name, text, latex):
    assert (text_name(name), latex_name(name)) == (text, latex)


@pytest.mark.parametrize(
    ("name", "indices", "text", "latex"),
    [
        ("x", "i", "xᵢ", "x_i"),
        ("y_hat", "i", "ŷᵢ", r"\hat{y}_i"),
        ("h_1", "i", "h₁ᵢ", "h_{1,i}"),
        ("W", "jk", "Wⱼₖ", "W_{jk}"),
        ("x_train", "i", "x_trainᵢ", r"x_{\mathrm{train},i}"),
        ("x", "b", "x[b]", "x_b"),
    ],
)
def test_indices_follow_the_subscripts_of_the_name(name, indices, text, latex):
    assert (text_name(name, *indices), latex_name(name, *indices)) == (text, latex)


def test_characters_are_lowered_and_raised_where_unicode_has_them():
    assert (lowered("k=0"), raised("−12"), lowered("b"), raised("q")) == ("ₖ₌₀", "⁻¹²", None, None)
