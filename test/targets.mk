# Targets of somebody new to the project, and tests that need no server.
#
#   make demo            prompts, an experiment and its result, in a minute
#   make test            everything: layers, core, SQL, TAP, end to end
#   make check-layers    the core needs nothing but the C library
#   make check-core      the core's unit tests; SANITIZE=1 for ASAN and UBSAN
#   make simulate        error rates of experiments by simulation, 4 minutes
#   make matrix          the whole suite on PostgreSQL 15, 17 and 18, each in its own
#                        Debian; by root, with debootstrap; MATRIX="17" for one
#   make soak            concurrency at full size, ten minutes and more a test
#   make bench           both sides of every comparison; BENCH=render for one
#
# demo, test and bench install what is missing and work in a temporary copy; KEEP=1
# keeps it, and the demo's server running.  PROMPT_MGR_DATA names the folder of
# reference data.

.PHONY: demo test matrix bench soak simulate check-layers check-core

# Without a server's development files the first target would be a script's.
ifeq ($(wildcard $(PGXS)),)
.DEFAULT_GOAL := all
.PHONY: all install installcheck
all install installcheck:
	@echo "$(PG_CONFIG) finds no development files of a PostgreSQL server: install postgresql-server-dev-NN, or name another by PG_CONFIG=" >&2; exit 1
endif

demo:
	@sh demo/demo.sh

test:
	@sh test/lib/test.sh

matrix:
	@sh test/matrix/matrix.sh

bench:
	@sh test/bench/bench.sh

simulate:
	@BENCH=simulate sh test/bench/bench.sh

soak:
	@sh test/soak/soak.sh

# The core is compiled here once more, without the server's flags and headers.
CORE_TEST_DIR = build/core$(if $(SANITIZE),-sanitize)
CORE_TEST_CFLAGS = -std=gnu99 -O2 -g -fPIC -Wall -Wextra -Wno-missing-field-initializers \
	-Isrc/core -Itest/core $(if $(WERROR),-Werror) \
	$(if $(SANITIZE),-fsanitize=address$(comma)undefined -fno-sanitize-recover=all)
comma := ,
core_sources = $(sort $(wildcard src/core/*.c))
core_test_sources = $(sort $(wildcard test/core/test_*.c))
core_helper_sources = $(filter-out $(core_test_sources),$(sort $(wildcard test/core/*.c)))
core_test_objects = $(core_sources:src/core/%.c=$(CORE_TEST_DIR)/%.o)
core_helper_objects = $(core_helper_sources:test/core/%.c=$(CORE_TEST_DIR)/helper/%.o)
core_tests = $(core_test_sources:test/core/%.c=$(CORE_TEST_DIR)/%)

$(core_test_objects): $(CORE_TEST_DIR)/%.o: src/core/%.c $(wildcard src/core/*.h)
	@mkdir -p $(@D)
	$(CC) $(CORE_TEST_CFLAGS) -c -o $@ $<

$(core_helper_objects): $(CORE_TEST_DIR)/helper/%.o: test/core/%.c $(wildcard test/core/*.h)
	@mkdir -p $(@D)
	$(CC) $(CORE_TEST_CFLAGS) -c -o $@ $<

$(core_tests): $(CORE_TEST_DIR)/%: test/core/%.c $(core_test_objects) $(core_helper_objects) $(wildcard test/core/*.h)
	$(CC) $(CORE_TEST_CFLAGS) -o $@ $< $(core_helper_objects) $(core_test_objects) -lm

check-core: $(core_tests)
	@PROMPT_MGR_DATA=$(or $(PROMPT_MGR_DATA),$(abspath ../shared/data)) sh test/lib/check_core.sh $(core_tests)

check-layers: $(core_test_objects)
	@CC='$(CC)' PG_CONFIG='$(PG_CONFIG)' sh test/lib/check_layers.sh $(CORE_TEST_DIR)

# Fuzzing.  "make fuzz SECONDS=60" gives each target so long, with clang's
# libFuzzer; "make check-fuzz" only runs the corpus, with any compiler.
.PHONY: fuzz check-fuzz
SECONDS ?= 60
FUZZ_DIR = build/fuzz
FUZZ_CFLAGS = -std=gnu99 -O1 -g -fno-omit-frame-pointer -Isrc/core -Itest/core -fsanitize=address,undefined
fuzz_targets = $(patsubst test/fuzz/fuzz_%.c,%,$(sort $(wildcard test/fuzz/fuzz_*.c)))
fuzz_inputs = $(core_sources) test/core/json.c

fuzz_objects = $(fuzz_inputs:%.c=$(FUZZ_DIR)/%.o) $(FUZZ_DIR)/test/fuzz/replay.o

$(fuzz_objects): $(FUZZ_DIR)/%.o: %.c $(wildcard src/core/*.h test/core/*.h)
	@mkdir -p $(@D)
	$(CC) $(FUZZ_CFLAGS) -fno-sanitize-recover=all -c -o $@ $<

$(FUZZ_DIR)/replay_%: test/fuzz/fuzz_%.c $(fuzz_objects) $(wildcard src/core/*.h)
	$(CC) $(FUZZ_CFLAGS) -fno-sanitize-recover=all -o $@ $< $(fuzz_objects) -lm

$(FUZZ_DIR)/fuzz_%: test/fuzz/fuzz_%.c $(fuzz_inputs) $(wildcard src/core/*.h)
	@mkdir -p $(@D)
	clang $(FUZZ_CFLAGS) -fsanitize=fuzzer -o $@ $< $(fuzz_inputs) -lm

check-fuzz: $(fuzz_targets:%=$(FUZZ_DIR)/replay_%)
	@for t in $(fuzz_targets); do ASAN_OPTIONS=detect_leaks=0 $(FUZZ_DIR)/replay_$$t test/fuzz/corpus/$$t/* || exit 1; done

# What is found stays under build/fuzz, to become a file of the corpus.
fuzz: $(fuzz_targets:%=$(FUZZ_DIR)/fuzz_%)
	@for t in $(fuzz_targets); do \
		mkdir -p $(FUZZ_DIR)/found_$$t && \
		ASAN_OPTIONS=detect_leaks=0 $(FUZZ_DIR)/fuzz_$$t -max_total_time=$(SECONDS) -timeout=10 -print_final_stats=1 \
			-artifact_prefix=$(FUZZ_DIR)/ $(FUZZ_DIR)/found_$$t test/fuzz/corpus/$$t || exit 1; \
	done
