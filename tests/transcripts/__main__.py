"""Write the golden transcripts anew: `python -m tests.transcripts`. Read them before you commit."""

from sim.bargaining.protocols import PROTOCOLS
from tests.transcripts.golden import FOLDER, golden

for protocol in PROTOCOLS:
    (FOLDER / f"{protocol}.txt").write_text(golden(protocol))
