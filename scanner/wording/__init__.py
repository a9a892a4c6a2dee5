"""How things are said, for every report alike: words, sentences, orderings and harmless text.

Reports do not import one another, so whatever two of them must say in the same words lives here, below them. Nothing
here knows a format. ``plain`` makes foreign text harmless, ``words`` holds the vocabulary, ``contents`` says what one
source holds and ``spoken`` what a row holds on each plane, ``index`` finds and orders, ``sentences`` writes the few
sentences that every report begins or ends with, and ``saved`` gives the one JSON text whose digest the others print.

Wording law: a scan never says that anything is compliant, certified or satisfied. It says that settings match or differ
from a baseline, for these targets, at this time.
"""
