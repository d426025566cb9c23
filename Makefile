# Everything from a bare checkout, with Python >= 3.11. All that is installed goes into .venv; nothing else is touched.
# Without make (Windows): README.md, "Without make".

.DEFAULT_GOAL := help
.PHONY: help demo course test lint bench bench-original notebooks docs docs-check pictures constraints

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
CANDIDATES := python py
QUIET := 2>NUL
else
BIN := .venv/bin
CANDIDATES := python3.13 python3.12 python3.11 python3 python
QUIET := 2>/dev/null
endif

# a name may exist and yet be too old, or lack the modules that make environments: ask each one
SUITABLE := import sys, venv, ensurepip; print('yes' if sys.version_info >= (3, 11) else '')
PYTHON = $(firstword $(foreach name,$(CANDIDATES),$(if $(shell $(name) -c "$(SUITABLE)" $(QUIET)),$(name))))
NO_PYTHON = learnmr needs Python 3.11 or newer with its modules venv and ensurepip, and none of $(CANDIDATES) is one. \
  Install it (Debian, Ubuntu: apt-get install python3 python3-venv), or name one: make PYTHON=/path/to/python3.12

PIP := $(BIN)/python -m pip --disable-pip-version-check
TOUCH = $(BIN)/python -c "import pathlib; pathlib.Path('$@').touch()"
# the real time course of the demo: its files are read, none of its code is imported, so it needs none of what it requires
NMRPY := nmrpy==0.2.8
EXTRAS := train jax bench spins course exams imaging docs dev
empty :=
comma := ,
LIST = $(subst $(empty) $(empty),$(comma),$(EXTRAS))

help:
	$(info make demo            train two networks, measure a real reaction, write results/demo/report.html (2 minutes))
	$(info make course          the lessons in JupyterLab: copies them into work/, never over work that is there)
	$(info make test            all tests; choose some with PYTEST="tests/signals -x")
	$(info make lint            style, types and the import rule)
	$(info make bench           all benchmarks at full length, into benchmarks/*.json, and the numbers of README.md)
	$(info make bench-original  the recipe of the original module at its own size (half an hour))
	$(info make notebooks       derive the notebooks of the course from its lessons)
	$(info make docs            the site, into build/docs; make docs-check looks at every page in Chromium)
	$(info make pictures        draw docs/images again)
	$(info make constraints     resolve constraints.txt again; newest versions: PIP_COMPILE=--upgrade)
	@exit 0

# --- environments: the stamps say what was installed, so that a second run installs nothing ---

.venv/stamp-venv:
	$(if $(PYTHON),,$(error $(NO_PYTHON)))
	$(PYTHON) -m venv .venv
	$(TOUCH)

.venv/stamp-demo: .venv/stamp-venv pyproject.toml constraints.txt
	$(PIP) install -c constraints.txt -e ".[train]"
	$(PIP) install --no-deps $(NMRPY)
	$(TOUCH)

.venv/stamp-course: .venv/stamp-venv pyproject.toml constraints.txt
	$(PIP) install -c constraints.txt -e ".[train,course]"
	$(PIP) install --no-deps $(NMRPY)
	$(TOUCH)

.venv/stamp-dev: .venv/stamp-venv pyproject.toml constraints.txt
	$(PIP) install -c constraints.txt -e ".[$(LIST)]"
	$(PIP) install --no-deps $(NMRPY)
	$(TOUCH)

# --- use ---

demo: .venv/stamp-demo
	$(BIN)/learnmr demo

# work that is there already is never overwritten
course: .venv/stamp-course
	$(BIN)/learnmr course start --all --into work

# many small matrices: threads of BLAS that wait for one another make them ten times slower
test: export OMP_NUM_THREADS := 1
test: export OPENBLAS_NUM_THREADS := 1
# two at a time, a file each; one after the other, with the debugger: make test WORKERS=0
WORKERS := 2
test: .venv/stamp-dev
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST)

lint: .venv/stamp-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: .venv/stamp-dev
	$(BIN)/learnmr demo
	$(BIN)/python -c "import shutil; shutil.copy('results/demo/demo.json', 'benchmarks/demo.json')"
	$(BIN)/learnmr bench all --out benchmarks
	$(BIN)/learnmr bench course --timings course/TIMINGS.md --out benchmarks/course.json
	$(BIN)/learnmr bench grading --out benchmarks/grading.json
	$(BIN)/python benchmarks/readme_numbers.py

bench-original: .venv/stamp-dev
	$(BIN)/learnmr bench original --out benchmarks/original.json
	$(BIN)/python benchmarks/readme_numbers.py

notebooks: .venv/stamp-dev
	$(BIN)/learnmr course build

# needs npm, which brings MathJax; lessons that were not run since they were changed are run first
docs: .venv/stamp-dev
	$(BIN)/python docs/build_site.py

docs-check: .venv/stamp-dev
	$(BIN)/python docs/check_site.py

pictures: .venv/stamp-dev
	$(BIN)/python benchmarks/make_pictures.py

# --- for maintainers; pip-compile is told to name no host ---

constraints: export CUSTOM_COMPILE_COMMAND := make constraints
constraints: .venv/stamp-dev
	$(BIN)/pip-compile $(PIP_COMPILE) --quiet --no-annotate --strip-extras \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	  $(foreach extra,$(EXTRAS),--extra $(extra)) --output-file constraints.txt pyproject.toml

# Place of a later target: lab.
