"""A page for each loss, rule and optimizer, made from the catalogues by themselves: a new entry has its page."""

from symgd.views.gallery.pages import contents, gallery

__all__ = ["contents", "gallery"]
