"""Networks: the only room that imports Keras, and only when something is trained.

``load_line_network`` and :class:`LineNetwork` are NumPy alone. Everything that trains lives in submodules that load
Keras through :mod:`learnmr.networks.backend` when it is first needed.
"""

from .line_network import LineNetwork, load_line_network, save_line_network

__all__ = ["LineNetwork", "load_line_network", "save_line_network"]
