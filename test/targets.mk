# Targets of somebody new to the project, and tests that need no server.
#
#   make demo            prompts, an experiment and its result, in a minute
#   make test            everything: layers, core, SQL, TAP, end to end
#   make check-layers    the core needs nothing but the C library
#   make check-core      the core's unit tests; SANITIZE=1 for ASAN and UBSAN
#
# demo and test install what is missing and work in a temporary copy; KEEP=1
# keeps it, and the demo's server running.  PROMPT_MGR_DATA names the folder of
# reference data.

.PHONY: demo test check-layers check-core

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
