# prompt_mgr: the extension by PGXS, and the targets of somebody new to it.
#
#   make && sudo make install && make installcheck    as for any extension
#   make demo, make test                              on a bare Debian or Ubuntu
#   make check-core, check-layers, bench, fuzz        for developers

EXTENSION = prompt_mgr
EXTVERSION := $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" prompt_mgr.control)
MODULE_big = prompt_mgr
PG_CONFIG ?= pg_config

CORE_OBJS = $(patsubst %.c,%.o,$(sort $(wildcard src/core/*.c)))
OBJS = $(CORE_OBJS) $(patsubst %.c,%.o,$(sort $(wildcard src/*.c)))
headers = $(wildcard src/*.h src/core/*.h)

# The pieces of the install script, read in the order of their numbers.
SQL_PIECES = $(sort $(wildcard sql/install/*.sql))
INSTALL_SQL = sql/$(EXTENSION)--$(EXTVERSION).sql
DATA_built = $(INSTALL_SQL)

REGRESS = install access folders \
	registry labels \
	catalogue search prompts_life diff save_limits mcp \
	audit events \
	protection releases review \
	render validate inspect limits examples chat partials declare constraints hygiene tokens \
	import \
	variant ztest intervals means sequential power bayes summaries \
	experiments assignment analysis stopping simulate \
	sketches \
	executions \
	failures suggestions \
	tick analytics \
	privileges docs readme
REGRESS_OPTS = --inputdir=test --encoding=UTF8
ISOLATION = install \
	save_versions move_label label_locks prompt_locks \
	audit_chain claim_events suggestions \
	protect_label release \
	prompt_life \
	import_order \
	job_steps \
	serve_weights experiment_stop \
	log_retry
ISOLATION_OPTS = --inputdir=test/isolation
TAP_TESTS = 1
# The longest first, so that none runs alone where two run at a time.
PROVE_TESTS = test/t/030_rights_matrix.pl $(filter-out test/t/030_rights_matrix.pl,$(sort $(wildcard test/t/*.pl)))
EXTRA_CLEAN = build $(INSTALL_SQL) $(EXTENSION)--$(EXTVERSION).sql

# Server headers count as system headers, so that -Wextra speaks of our code alone.
PG_CPPFLAGS = -Isrc -Isrc/core -isystem $(shell $(PG_CONFIG) --includedir-server 2>/dev/null) \
	-DPM_VERSION='"$(EXTVERSION)"'
PG_CFLAGS = -Wall -Wextra -Wno-missing-field-initializers -fvisibility=hidden
ifdef WERROR
PG_CFLAGS += -Werror
endif
SHLIB_LINK += -lm

PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
# Without the server's development files the two newcomer's targets still work.
ifneq ($(wildcard $(PGXS)),)
include $(PGXS)
$(OBJS): $(headers)
$(OBJS:.o=.bc): $(headers)

install: install-tokenizers
install-tokenizers: | $(filter tokenizers,$(MAKECMDGOALS))
	@for table in build/tokenizers/*.ptok; do \
		[ -f "$$table" ] || continue; \
		to='$(TOKENIZER_DIR)'/$${table##*/}; \
		$(MKDIR_P) '$(TOKENIZER_DIR)' && $(INSTALL_DATA) "$$table" "$$to.new" && mv -f "$$to.new" "$$to" || exit 1; \
	done

uninstall: uninstall-tokenizers
uninstall-tokenizers:
	rm -f '$(TOKENIZER_DIR)'/*.ptok
endif

$(INSTALL_SQL): $(SQL_PIECES) Makefile
	cat $(SQL_PIECES) > $@

# The tokenizers' tables are made from rank files that are fetched; everything
# else works without them.  Renaming spares a server that has the old one open.
TOKENIZER_DIR = $(DESTDIR)$(datadir)/extension/$(EXTENSION)
.PHONY: tokenizers install-tokenizers uninstall-tokenizers

build/make_tokenizer: tools/make_tokenizer.c tools/token_image.h $(wildcard src/core/pm_token*.[ch])
	@mkdir -p $(@D)
	$(CC) -O2 -o $@ $(filter %.c,$^)

tokenizers: build/make_tokenizer
	sh tools/fetch_tokenizers.sh $< build/tokenizers $(RANKS)

include test/targets.mk
