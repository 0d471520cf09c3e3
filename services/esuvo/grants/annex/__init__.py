"""An annex to a protocol: what was decided of some of the contenders, and how it is carried out."""
