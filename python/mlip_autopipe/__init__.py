"""Machine-learned interatomic potentials of MLIP-AutoPipe in Python.

Units are ASE's: eV, Å; stress is (1/V) dE/dε in eV/Å³, positive in tension, in Voigt order xx yy zz yz xz xy.
"""

from mlip_autopipe._core import Fit, Metrics, Potential
from mlip_autopipe._error import Error
from mlip_autopipe.calculator import ACECalculator, load
from mlip_autopipe.fitting import fit, measure
from mlip_autopipe.run import Run

__all__ = ["ACECalculator", "Error", "Fit", "Metrics", "Potential", "Run", "fit", "load", "measure"]
