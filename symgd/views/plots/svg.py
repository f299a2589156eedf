"""A figure as SVG that stands inside a page: small, the same bytes each time, in the colours of the page.

Text stays text in the fonts of the page, black becomes the page's ``currentColor``, the size follows its container, and
identifiers begin with a prefix so that two figures share a page.
"""

from __future__ import annotations

import io
import re
import warnings
from typing import TYPE_CHECKING
from unicodedata import normalize
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

_TERM = "term:"
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_RAISED = re.compile("([⁻⁺⁰¹²³⁴-⁹ⁱⁿ]+)")
_REFERENCE = re.compile(r"#([\w.:-]+)")
# Attributes with numbers, those that refer, and those that a group hands down to what it holds.
_MEASURED = {"d", "x", "y", "width", "height", "transform", "points", "viewBox"}
_REFERRING = {"href", "clip-path"}
_SHARED = {"fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap"}
_SHARED |= {"stroke-linejoin", "fill-opacity", "stroke-opacity", "clip-path", "font-size"}


def term(name: str, *artists: Artist) -> None:
    """Mark what is drawn with the variable of formulas and code that it shows: ``data-term`` in a page."""
    for artist in artists:
        artist.set_gid(_TERM + name)


def inline_svg(figure: Figure, title: str, description: str, prefix: str) -> str:
    """The figure as an ``<svg>`` element; *title* and *description* are its text alternative.

    Every id in it begins with *prefix*.
    """
    root = ElementTree.fromstring(_drawn(figure))
    for element in list(root.iter()):
        _plain(element)
    _without_unseen(root)
    for marker in root.iterfind(".//defs/path"):
        # What uses it says the same again, and there the styles of a page reach it.
        marker.attrib = {name: value for name, value in marker.attrib.items() if name not in _SHARED}
    for group in root.iter("g"):
        _hand_down(group)
    _rename(root, prefix)
    _frame(root, title, description, prefix)
    return ElementTree.tostring(root, encoding="unicode")


def _drawn(figure: Figure) -> str:
    from matplotlib import style

    text = io.StringIO()
    metadata = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    settings = {"svg.fonttype": "none", "svg.hashsalt": "symgd"}
    with style.context(["default", settings]), warnings.catch_warnings():
        # The page's fonts have the letters that matplotlib's lacks.
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from", category=UserWarning)
        figure.savefig(text, format="svg", transparent=True, metadata=metadata)
    return text.getvalue()


def _plain(element: Element) -> None:
    """Names without namespaces, styles as attributes, numbers to two decimals, black as the page's colour."""
    element.tag = _local(element.tag)
    attributes = {_local(name): value for name, value in element.attrib.items()}
    for declaration in attributes.pop("style", "").split(";"):
        name, _, value = declaration.partition(":")
        size = re.match(r"([\d.]+)px", value.strip()) if name.strip() in {"font", "font-size"} else None
        attributes["font-size" if size else name.strip()] = size[1] if size else value.strip()
    element.attrib.clear()
    for name, value in attributes.items():
        if name not in {"", "font-family"} and not value.startswith("rotate(-0 "):
            short = _NUMBER.sub(_rounded, " ".join(value.split())) if name in _MEASURED else value
            element.set(name, short.replace("#000000", "currentColor"))
    if element.tag == "text":
        _raise(element)
    else:
        element.text = None
    element.tail = None


def _raise(element: Element) -> None:
    """Superscripts by position: some fonts have their characters in several sizes."""
    first, *rest = _RAISED.split(element.text or "")
    element.text = first
    for above, after in zip(rest[::2], rest[1::2], strict=True):
        up = SubElement(element, "tspan", {"dy": "-0.45em", "font-size": "75%"})
        up.text = normalize("NFKC", above)
        if after:
            down = SubElement(element, "tspan", {"dy": "0.34em"})
            down.text = after


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _rounded(match: re.Match[str]) -> str:
    written = f"{float(match[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def _without_unseen(element: Element) -> None:
    """Remove styles, metadata, empty groups, and shapes that have neither fill nor stroke."""
    for child in list(element):
        _without_unseen(child)
        unseen = (
            child.tag == "path" and child.get("fill") == "none" and not {"stroke", "id"} & child.attrib.keys()
        )
        emptied = child.tag in {"g", "defs"} and not len(child)
        if child.tag in {"style", "metadata"} or unseen or emptied:
            element.remove(child)


def _hand_down(group: Element) -> None:
    """What all elements of a group have in common is said once, by the group."""
    if not len(group):
        return
    first = dict(group[0].attrib)
    for name in sorted(_SHARED & first.keys() - group.attrib.keys()):
        if all(child.get(name) == first[name] for child in group):
            group.set(name, first[name])
            for child in group:
                del child.attrib[name]


def _rename(root: Element, prefix: str) -> None:
    """Number the ids that something refers to, and drop the others."""
    referred = [
        target
        for element in root.iter()
        for name in _REFERRING & element.attrib.keys()
        for target in _REFERENCE.findall(element.attrib[name])
    ]
    names = {old: f"{prefix}{number}" for number, old in enumerate(dict.fromkeys(referred), 1)}
    for element in root.iter():
        own = element.attrib.pop("id", "")
        if own in names:
            element.set("id", names[own])
        elif own.startswith(_TERM):
            element.set("data-term", own.removeprefix(_TERM))
        for name in sorted(_REFERRING & element.attrib.keys()):
            element.set(name, _REFERENCE.sub(lambda match: "#" + names[match[1]], element.attrib[name]))


def _frame(root: Element, title: str, description: str, prefix: str) -> None:
    """The outermost element: it scales, speaks, and takes its colour from the page."""
    box = root.attrib["viewBox"]
    root.attrib.clear()
    root.attrib |= {
        "xmlns": "http://www.w3.org/2000/svg",
        "class": "sg-svg",
        "viewBox": box,
        "role": "img",
        "aria-labelledby": f"{prefix}title {prefix}description",
        "fill": "currentColor",
        "stroke-linejoin": "round",
    }
    for tag, text, position in (("title", title, 0), ("desc", description, 1)):
        element = Element(tag, {"id": f"{prefix}{'title' if tag == 'title' else 'description'}"})
        element.text = text
        root.insert(position, element)
