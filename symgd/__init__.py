"""wip"""
from symgd.notation import losses
from symgd.notation.functions import *
from symgd.notation.symbols import data, parameters, constants
from symgd.notation.intermediates import let
from symgd.notation.sums import mean, total
