"""How fast symgd is beside its peers: run ``scripts/bench``."""
