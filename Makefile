PYTHON ?= python3
BIN := .venv/bin
CYBERSPACE := $(BIN)/cyberspace

.PHONY: setup demo test types suite docs bench gpu gpu-compile peers soup experiments teams people view drive pictures clean

setup: $(BIN)/.done

$(BIN)/.done: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,mpi,view]'
	touch $@

demo: setup
	rm -rf runs/demo
	$(CYBERSPACE) run examples/1_soup/demo.toml --ticks 40000 --out runs/demo
	$(CYBERSPACE) inspect runs/demo
	$(CYBERSPACE) report runs/demo

test: setup $(BIN)/.torch
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(MAKE) --no-print-directory -j 2 types suite

# Side by side, since types are checked by one core.
types: setup
	$(BIN)/mypy

suite: setup $(BIN)/.torch
	$(BIN)/pytest -n 2 --dist worksteal

docs: setup $(BIN)/.docs $(BIN)/.torch
	$(BIN)/python -m sphinx -b html -E -W --keep-going -q -d build/doctrees $(SPHINXOPTS) docs build/docs
	@echo "build/docs/index.html"

# Where the package index's own torch brings CUDA along (Linux), the build for CPUs is ten times smaller:
# give pip's options for PyTorch's own index for CPUs in TORCH_FROM.
$(BIN)/.torch: pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt $(TORCH_FROM) -e '.[torch,environments]'
	touch $@

$(BIN)/.docs: pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[docs]'
	touch $@

bench: setup
	$(BIN)/python -m benchmarks.tick

gpu: setup
	$(BIN)/python -m benchmarks.gpu

gpu-compile: .venv-gpu/.done
	PYTHONPATH=. .venv-gpu/bin/python -m benchmarks.gpu_compile

.venv-gpu/.done: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-gpu
	.venv-gpu/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e . 'jax[cuda13]==0.10.2'
	touch $@

peers: setup build/peers/.done
	$(BIN)/python -m benchmarks.peers --out benchmarks/results $(if $(SOURCES),--sources $(SOURCES))

build/peers/.done: benchmarks/peers.txt
	$(PYTHON) -m venv build/peers/.venv
	build/peers/.venv/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/peers.txt
	touch $@

teams: setup
	$(BIN)/python -m benchmarks.teams
	$(BIN)/python -m benchmarks.team_tables

soup: setup
	$(BIN)/python -m benchmarks.soup --out runs/soup
	$(BIN)/python -m benchmarks.shift
	$(BIN)/python -m benchmarks.chance

# Long: each can be stopped at any time, and goes on with the same command.  CORES=4 for so many processes; RESTORE=1 lives only what
# benchmarks/results lacks.
EXPERIMENTS = $(basename $(notdir $(shell grep -l '^\[outcomes\.' examples/experiments/*.toml)))
experiments: setup
	for name in $(EXPERIMENTS); do \
	  $(if $(RESTORE),$(BIN)/python -m benchmarks.science $$name --out runs/sweeps/$$name --restore || exit $$?;) \
	  $(CYBERSPACE) sweep examples/experiments/$$name.toml --out runs/sweeps/$$name $(if $(CORES),--processes $(CORES)) || exit $$?; \
	  $(BIN)/python -m benchmarks.science $$name --out runs/sweeps/$$name || exit $$?; \
	done

people: setup
	$(BIN)/python -m benchmarks.people

view: setup
	$(BIN)/python -m benchmarks.view

drive: setup
	$(BIN)/python -m benchmarks.drive

pictures: demo
	cp runs/demo/report/overview.png docs/overview.png
	$(CYBERSPACE) film runs/demo --view window --out docs/window.png
	$(BIN)/python examples/5_people/walk.py --out docs

clean:
	rm -rf .venv .venv-gpu runs build dist *.egg-info
