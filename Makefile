# Charterhouse. `make run` shows it, `make test` proves it; `make help` lists the rest.
# One Makefile for the whole tree. Sources are found by folder: a new file needs no line here.

VERSION = 0.1.0
SOVERSION = 0

BUILD ?= build
CC = gcc
PREFIX ?= /usr/local
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
V ?=

# SAN=1 builds with ASan and UBSan, into a directory of its own unless BUILD names one.
ifdef SAN
  BUILD := $(BUILD)-san
endif

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror
HARDEN = -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fcf-protection
ifdef FUZZ
  OPT = -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
  LDFLAGS += -fsanitize=address,undefined
else ifdef SAN
  OPT = -O1 -g1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
  LDFLAGS += -fsanitize=address,undefined
else
  OPT = -O2 -g $(HARDEN)
endif
# Debian keeps libpq's header in a folder of its own. Nothing here may fail while the tool is not installed yet.
PG_INCLUDE := $(shell pg_config --includedir 2>/dev/null)
CPPFLAGS += -I. -I$(BUILD) -D_GNU_SOURCE -DCHARTERHOUSE_VERSION='"$(VERSION)"' $(addprefix -isystem ,$(PG_INCLUDE)) \
	-isystem /usr/include/freetype2
CFLAGS += -std=c17 $(OPT) $(WARN) -pthread
LDFLAGS += -pthread -Wl,-z,relro,-z,now -Wl,--as-needed
COMPILE = $(CC) $(CPPFLAGS) -MMD -MP $(CFLAGS)

FLOORS = base charter voting peer authority web
MAINS = peer/gmc.c authority/gauth-signer.c authority/gauthctl.c web/gauthd.c

LIBS_base = -ljansson -lsodium -lcrypto -linih
LIBS_charter = $(LIBS_base)
LIBS_voting = $(LIBS_base)
LIBS_peer = $(LIBS_base) -lcurl -lqrencode
LIBS_authority = $(LIBS_peer) -lpq -lseccomp -lcairo -lfreetype -lpng \
	-lflite_cmu_us_kal16 -lflite_cmu_us_slt -lflite_cmu_us_rms -lflite_usenglish -lflite_cmulex -lflite -lm
LIBS_web = $(LIBS_authority) -lmicrohttpd

# What a program or test of each floor links, top first.
UNDER_base = base
UNDER_charter = charter base
UNDER_voting = voting charter base
UNDER_peer = peer voting charter base
UNDER_authority = authority peer voting charter base
UNDER_web = web authority peer voting charter base

floor_src = $(filter-out $(MAINS),$(wildcard $(1)/*.c $(1)/*/*.c))
objs = $(patsubst %.c,$(BUILD)/%.o,$(1))
under = $(foreach u,$(UNDER_$(1)),$(BUILD)/lib$(u).a)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2);)

PROGRAMS = $(patsubst %.c,$(BUILD)/%,$(notdir $(wildcard $(MAINS))))
LIBGMC = $(if $(wildcard peer/gmc.h),$(BUILD)/libgmc.a $(BUILD)/libgmc.so)

all: $(PROGRAMS) $(LIBGMC)

# ---- objects

# Other flags than last time: everything is compiled again.
FLAGS_FILE = $(BUILD)/flags
ifneq ($(filter-out deps run check test soak bench bench-schemes redteam lint fuzz mutation clean help,$(or $(MAKECMDGOALS),all)),)
$(shell mkdir -p $(BUILD) && echo '$(subst ','\'',$(CC) $(CPPFLAGS) $(CFLAGS))' >$(FLAGS_FILE).$$PPID && \
	{ cmp -s $(FLAGS_FILE).$$PPID $(FLAGS_FILE) && rm -f $(FLAGS_FILE).$$PPID || mv -f $(FLAGS_FILE).$$PPID $(FLAGS_FILE); })
endif

# Files that programs carry inside them: `#include "schema/0001-core.sql.inc"` between braces gives the bytes.
EMBED = $(patsubst %,$(BUILD)/%.inc,$(wildcard schema/*.sql web/templates/* web/static/* docs/openapi.json))
define EMBEDDED
@mkdir -p $(@D)
@od -An -v -tx1 $< | sed 's/[0-9a-f][0-9a-f]/0x&,/g' >$@.tmp && mv $@.tmp $@
endef
$(EMBED): $(BUILD)/%.inc: %
	$(EMBEDDED)

# What pages load of others: the widget that works in a browser, its looks, and the worker that derives keys. `make deps` brings them.
WIDGET = web/node_modules/altcha/dist
WIDGET_FILES = external/altcha.min.js external/altcha.css workers/argon2id.js
EMBED += $(patsubst %,$(BUILD)/web/widget/%.inc,$(WIDGET_FILES))
$(BUILD)/web/widget/%.inc: $(WIDGET)/%
	$(EMBEDDED)
$(addprefix $(WIDGET)/,$(WIDGET_FILES)):
	@echo "$@ is missing: make deps brings it" >&2; false

$(BUILD)/%.o: %.c $(FLAGS_FILE) | $(EMBED)
	@mkdir -p $(@D)
	$(call say,CC,$<) $(COMPILE) -fPIE -c $< -o $@

define floor_rules
$(BUILD)/lib$(1).a: $(call objs,$(call floor_src,$(1)))
	@rm -f $$@
	@ar rcsD $$@ $$^
endef
$(foreach f,$(FLOORS),$(eval $(call floor_rules,$(f))))

define program_rule
$(BUILD)/$(notdir $(basename $(1))): $(BUILD)/$(basename $(1)).o $(call under,$(2))
	$$(call say,LINK,$$@) $(CC) -pie $$(LDFLAGS) $$^ $(LIBS_$(2)) -o $$@
endef
$(foreach m,$(wildcard $(MAINS)),$(eval $(call program_rule,$(m),$(firstword $(subst /, ,$(m))))))

# ---- libgmc: what a peer's program links. No file that needs libcurl, libqrencode or libinih; tests/check-exports.sh holds it.

LIBGMC_NOT = base/conf.c base/limit.c base/log.c peer/client.c peer/crew.c peer/home.c peer/keyfile.c peer/link.c peer/options.c peer/qr.c peer/term.c peer/toil.c peer/cmd_%.c
LIBGMC_SRC = $(filter-out $(LIBGMC_NOT),$(foreach f,base charter voting peer,$(call floor_src,$(f))))
LIBGMC_OBJ = $(patsubst %.c,$(BUILD)/pic/%.o,$(LIBGMC_SRC))
LIBGMC_LIBS = -ljansson -lsodium -lcrypto
LIBGMC_FILE = libgmc.so.$(VERSION)

$(BUILD)/pic/%.o: %.c $(FLAGS_FILE)
	@mkdir -p $(@D)
	$(call say,PIC,$<) $(COMPILE) -fPIC -fvisibility=hidden -c $< -o $@

# One object in which every name but gmc_* has become local, so that nothing here can collide with a peer's own names.
$(BUILD)/libgmc.a: $(LIBGMC_OBJ)
	@ld -r -o $(BUILD)/pic/libgmc.o $^
	@objcopy --wildcard --keep-global-symbol='gmc_*' $(BUILD)/pic/libgmc.o
	@rm -f $@
	@ar rcsD $@ $(BUILD)/pic/libgmc.o

$(BUILD)/libgmc.so: $(LIBGMC_OBJ) peer/libgmc.map
	$(call say,LINK,$@) $(CC) -shared $(LDFLAGS) $(if $(SAN)$(FUZZ),,-Wl,-z,defs) -Wl,-soname,libgmc.so.$(SOVERSION) \
		-Wl,--version-script=peer/libgmc.map $(LIBGMC_OBJ) $(LIBGMC_LIBS) -o $(BUILD)/$(LIBGMC_FILE)
	@ln -sf $(LIBGMC_FILE) $(BUILD)/libgmc.so.$(SOVERSION)
	@ln -sf $(LIBGMC_FILE) $@

# ---- tests: one program for each tests/FLOOR/test_NAME.c, for each helper in tests/*/, and for each fuzz target.
# What tests share lies in tests/lib/*.c, or beside them under another name than test_*.c, and is linked into those that include it.

shared_src = $(filter-out $(1)/test_%,$(wildcard $(1)/*.c))
SHARED_DIRS = $(foreach d,lib $(FLOORS),$(if $(call shared_src,tests/$(d)),$(d)))
shared = $(patsubst %,$(BUILD)/libtests-%.a,$(filter $(SHARED_DIRS),$(sort $(shell sed -n 's|^\#include "tests/\([a-z]*\)/.*|\1|p' $(1)))))
define shared_rule
$(BUILD)/libtests-$(1).a: $(call objs,$(call shared_src,tests/$(1)))
	@rm -f $$@
	@ar rcsD $$@ $$^
endef
$(foreach d,$(SHARED_DIRS),$(eval $(call shared_rule,$(d))))

UNIT_SRC = $(wildcard $(foreach f,$(FLOORS),tests/$(f)/test_*.c))
UNITS = $(patsubst %.c,$(BUILD)/%,$(UNIT_SRC))
define unit_rule
$(BUILD)/$(basename $(1)): $(BUILD)/$(basename $(1)).o $(call shared,$(1)) $(call under,$(2))
	@$(CC) -pie $$(LDFLAGS) -Wl,--start-group $$^ -Wl,--end-group $(LIBS_$(2)) -lcmocka -o $$@
endef
$(foreach t,$(UNIT_SRC),$(eval $(call unit_rule,$(t),$(word 2,$(subst /, ,$(t))))))

# It counts what the verifying path allocates.
$(BUILD)/tests/peer/test_verify_cost: LDFLAGS += -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc

HELPER_SRC = $(wildcard tests/demo/*.c tests/e2e/*.c tests/bench/*.c tests/mutation/*.c)
DEMO_HELPERS = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/demo/*.c))
HELPERS = $(patsubst %.c,$(BUILD)/%,$(HELPER_SRC))
define helper_rule
$(BUILD)/$(basename $(1)): $(BUILD)/$(basename $(1)).o $(call shared,$(1)) $(call under,web)
	@$(CC) -pie $$(LDFLAGS) $$^ $(LIBS_web) $(if $(filter tests/bench/%,$(1)),-lcmocka) -o $$@
endef
$(foreach h,$(HELPER_SRC),$(eval $(call helper_rule,$(h))))

# Fuzz targets are libFuzzer's; linked with tests/fuzz/replay.c they read their corpus through once, with any compiler.
FUZZ_SRC = $(wildcard tests/fuzz/fuzz_*.c)
REPLAYS = $(patsubst %.c,$(BUILD)/%,$(FUZZ_SRC))
FUZZERS = $(patsubst %.c,$(BUILD)/%.fuzzer,$(FUZZ_SRC))
$(REPLAYS): $(BUILD)/%: $(BUILD)/%.o $(BUILD)/tests/fuzz/replay.o $(call under,web)
	@$(CC) -pie $(LDFLAGS) $^ $(LIBS_web) -o $@
# It makes the corpora; compiled with the tests, so that it goes on fitting.
CORPUS = $(BUILD)/tests/fuzz/make_corpus
$(CORPUS): $(call objs,$(wildcard tests/fuzz/make_*.c)) $(call shared,$(wildcard tests/fuzz/make_*.c)) $(call under,web)
	@$(CC) -pie $(LDFLAGS) $^ $(LIBS_web) -lcmocka -o $@
$(FUZZERS): $(BUILD)/%.fuzzer: $(BUILD)/%.o $(call under,web)
	@$(CC) $(LDFLAGS) -fsanitize=fuzzer $^ $(LIBS_web) -o $@

units: $(UNITS)
	@for t in $(UNITS); do $$t || exit 1; done

tests: all $(UNITS) $(HELPERS) $(REPLAYS) $(CORPUS)

# What `make test` runs of each build: unit tests and corpora under sanitizers; as shipped, the scripts, and the unit tests of what is in libgmc.
tested-shipped: all $(filter-out $(BUILD)/tests/authority/% $(BUILD)/tests/web/%,$(UNITS)) $(HELPERS) $(CORPUS)
tested-sanitized: $(PROGRAMS) $(UNITS) $(REPLAYS)

# The recipe that does nothing keeps make from saying that there was nothing to do.
demo: all $(DEMO_HELPERS)
	@:

# ---- what people type. Missing packages come first, then a second make sees what they brought.

SUB = $(MAKE) --no-print-directory $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(JOBS))
# One more than there are processors: scripts wait half of their time.
RUNNER = BUILD='$(BUILD)' JOBS='$(shell expr $(JOBS) + 1)' T='$(T)' KEEP='$(KEEP)' tests/run-tests.sh

WHAT ?= build
deps:
	@tests/deps.sh $(WHAT)

run:
	@tests/deps.sh run
	@$(SUB) demo
	@BUILD='$(BUILD)' PORT='$(PORT)' ONCE='$(ONCE)' tests/demo/run.sh

check:
	@tests/deps.sh test
	@$(SUB) tests
	@$(RUNNER) check

test:
	@tests/deps.sh test
	@$(SUB) tested-shipped
	@$(SUB) tested-sanitized SAN=1 BUILD='$(BUILD)-san'
	@$(RUNNER) test

soak:
	@tests/deps.sh test
	@$(SUB) tests
	@SOAK=1 $(RUNNER) soak

bench:
	@tests/deps.sh bench
	@$(SUB) all $(HELPERS)
	@BUILD='$(BUILD)' tests/bench/run.sh $(T)
bench-schemes:
	@$(MAKE) --no-print-directory bench T=schemes

REDTEAM_SECONDS ?= 600
redteam:
	@tests/deps.sh redteam
	@$(SUB) $(BUILD)/tests/e2e/puzzles $(BUILD)/tests/e2e/clips $(BUILD)/tests/e2e/tiles
	@BUILD='$(BUILD)' REDTEAM_SECONDS='$(REDTEAM_SECONDS)' tests/redteam/run.sh

lint:
	@tests/deps.sh lint
	@$(SUB) all
	@BUILD='$(BUILD)' JOBS='$(JOBS)' tests/lint.sh $(T)

FUZZ_SECONDS ?= 60
fuzz:
	@tests/deps.sh fuzz
	@$(SUB) fuzzers FUZZ=1 CC=clang-14 BUILD='$(BUILD)-fuzz'
	@BUILD='$(BUILD)-fuzz' FUZZ_SECONDS='$(FUZZ_SECONDS)' T='$(T)' tests/fuzz/run.sh
fuzzers: $(FUZZERS)

mutation:
	@tests/deps.sh test
	@BUILD='$(BUILD)' tests/mutation/run.sh $(T)

DEST = $(DESTDIR)$(PREFIX)
install: all
	install -d $(DEST)/bin $(DEST)/sbin $(DEST)/lib/pkgconfig $(DEST)/include
	install -m 755 $(filter %/gmc,$(PROGRAMS)) $(DEST)/bin
	install -m 755 $(filter-out %/gmc,$(PROGRAMS)) $(DEST)/sbin
	install -m 644 $(BUILD)/libgmc.a $(DEST)/lib
	install -m 755 $(BUILD)/$(LIBGMC_FILE) $(DEST)/lib
	ln -sf $(LIBGMC_FILE) $(DEST)/lib/libgmc.so.$(SOVERSION)
	ln -sf $(LIBGMC_FILE) $(DEST)/lib/libgmc.so
	install -m 644 peer/gmc.h $(DEST)/include
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' peer/libgmc.pc.in >$(DEST)/lib/pkgconfig/libgmc.pc
	chmod 644 $(DEST)/lib/pkgconfig/libgmc.pc
	for m in $(wildcard docs/man/*.[1-8]); do install -D -m 644 $$m $(DEST)/share/man/man$${m##*.}/$${m##*/} || exit 1; done

clean:
	rm -rf $(BUILD) $(BUILD)-san $(BUILD)-fuzz

help:
	@echo 'make run      show a group admitting an applicant, then serve   PORT=8080 ONCE=1'
	@echo 'make test     every test, under sanitizers and as shipped, and lint   T=name KEEP=1'
	@echo 'make check    the quick tests, for use while working             T=name KEEP=1'
	@echo 'make lint     format, static analysis, floors, exports           T=name'
	@echo 'make soak     the long runs    make bench  the figures           make fuzz  FUZZ_SECONDS=60'
	@echo 'make bench-schemes  what voting schemes cost, beside each other'
	@echo 'make redteam  how far attackers of the puzzles come              REDTEAM_SECONDS=600'
	@echo 'make          build to build/  SAN=1 with sanitizers             BUILD=dir V=1 JOBS=n'
	@echo 'make install  DESTDIR= PREFIX=/usr/local                         make clean'
	@echo 'make deps     WHAT=build|run|test|lint|bench|redteam|fuzz: install what is missing'

.PHONY: all units tests tested-shipped tested-sanitized demo deps run check test soak bench bench-schemes redteam lint fuzz fuzzers mutation install clean help
.SECONDARY:
.DELETE_ON_ERROR:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
