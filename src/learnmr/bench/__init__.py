"""The benchmarks that README and docs quote, each a function that returns plain results, and the fuzzer of the readers.

``learnmr bench NAME --json`` prints the results of one as a document (see :mod:`learnmr.bench.documents`).
"""
