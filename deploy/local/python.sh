#!/bin/sh
# Prints the Python 3.11 to build the environment with: the first on PATH, unless another one there is clearly faster.
# One that was compiled without its own optimisations, as version managers do unless told otherwise, takes half as long again.
set -f # a directory on PATH is a name, not a pattern

# Microseconds of some work of objects and dictionaries; fails where it is not 3.11 or cannot make an environment.
timed='
import sys, timeit
import ensurepip, venv
assert sys.version_info[:2] == (3, 11)
setup = "class A:\n    def __init__(self, x): self.x = x\n    def y(self): return self.x + 1"
print(int(min(timeit.repeat("a = A(1).y(); b = dict(c=a); isinstance(b, dict)", setup, number=30_000, repeat=5)) * 1e6))
'
chosen=
least=
IFS=:
for place in $PATH; do
    candidate=$place/python3.11
    [ -x "$candidate" ] || continue
    taken=$("$candidate" -c "$timed" 2>/dev/null) || continue
    if [ -z "$chosen" ] || [ $((taken * 5)) -lt $((least * 4)) ]; then
        chosen=$candidate
        least=$taken
    fi
done
echo "${chosen:-python3.11}"
