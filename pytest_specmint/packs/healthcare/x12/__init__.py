"""Claims as X12 837P, version 005010X222A1: the professional claim that US providers send to payers.

Segments, loops and code values are those that the open-source implementations of the standard agree on (pyx12's maps
and x12sdk's models); the tests have both judge what is written here. Nothing is copied from the standard or from them.

`interchange` counts and envelopes, `claim` has the loops of one claim, `parties` the people and organisations in them,
`elements` the form of single values, `needs` the fields that records must have.
"""

from pytest_specmint.packs.healthcare.x12.interchange import begin
from pytest_specmint.rendering.format import Format

FORMAT = Format("x12", "x12", "X12 837P, version 005010X222A1: professional health care claims", begin)
