"""Named intermediates that are defined by one another."""

import copy
import pickle

import symgd as sg

w, x = sg.parameters("w"), sg.data("x")


def chain(depth: int) -> sg.notation.intermediates.Let:
    """Each intermediate uses the one before it twice: written out, the last has 2**depth terms."""
    last = sg.let("h0", w * x)
    for k in range(depth):
        last = sg.let(f"h{k + 1}", last * last)
    return last


def test_equal_intermediates_are_one_object():
    assert sg.let("h", w * x) is sg.let("h", w * x)
    assert sg.let("h", w * x) != sg.let("h", w * x**2)
    assert chain(60) is chain(60)


def test_a_copy_is_the_same_object():
    h = chain(3)
    assert copy.deepcopy(h) is h
    assert pickle.loads(pickle.dumps(h)) is h


def test_a_chain_that_doubles_is_derived_once_and_again():
    for _ in range(2):
        assert len(sg.derive(sg.mean(chain(40) - x)).steps["w"]) > 0
