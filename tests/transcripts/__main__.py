"""Write the golden transcripts anew: `python -m tests.transcripts`. Read them before you commit."""

from tests.transcripts.golden import FOLDER, PROTOCOLS, golden

for protocol in PROTOCOLS:
    (FOLDER / f"{protocol}.txt").write_text(golden(protocol))
