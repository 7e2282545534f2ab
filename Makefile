# Charterhouse. `make run` shows it, `make test` proves it; `make help` lists the rest.

BUILD ?= build
CC = gcc
PREFIX ?= /usr/local
V ?=

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror
HARDEN = -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
ifdef SAN
  BUILD := $(BUILD)-san
  OPT = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all -fPIE
  LDFLAGS += -fsanitize=address,undefined -pie
else
  OPT = -O2 -g $(HARDEN)
  LDFLAGS += -pie -Wl,-z,relro,-z,now
endif
CPPFLAGS += -I. -I$(BUILD) -D_GNU_SOURCE -MMD -MP -I$(shell pg_config --includedir 2>/dev/null)
CFLAGS += -std=c17 $(OPT) $(WARN) -pthread
LDFLAGS += -pthread

FLOORS = base charter voting peer authority web
MAINS = peer/gmc.c authority/gauth-signer.c authority/gauthctl.c web/gauthd.c

floor_src = $(filter-out $(MAINS),$(wildcard $(1)/*.c $(1)/*/*.c))
floor_lib = $(BUILD)/lib$(1).a
objs = $(patsubst %.c,$(BUILD)/%.o,$(1))

LIBS_base = -ljansson -lsodium -lcrypto -linih
LIBS_peer = $(LIBS_base) -lcurl -lqrencode
LIBS_authority = $(LIBS_peer) -lpq -lseccomp
LIBS_web = $(LIBS_authority) -lmicrohttpd

# What a program or test of each floor links, top first.
UNDER_base = base
UNDER_charter = charter base
UNDER_voting = voting charter base
UNDER_peer = peer voting charter base
UNDER_authority = authority peer voting charter base
UNDER_web = web authority peer voting charter base
LIBS_charter = $(LIBS_base)
LIBS_voting = $(LIBS_base)

PROGRAMS = $(patsubst %.c,$(BUILD)/%,$(notdir $(wildcard $(MAINS))))

all: $(PROGRAMS)

define floor_rules
$(call floor_lib,$(1)): $(call objs,$(call floor_src,$(1)))
	@rm -f $$@
	@ar rcsD $$@ $$^
endef
$(foreach f,$(FLOORS),$(eval $(call floor_rules,$(f))))

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC   $<";) $(CC) $(CPPFLAGS) $(CFLAGS) -c $< -o $@

define program_rule
$(BUILD)/$(notdir $(basename $(1))): $(BUILD)/$(basename $(1)).o $(foreach u,$(UNDER_$(firstword $(subst /, ,$(1)))),$(BUILD)/lib$(u).a)
	@echo "  LINK $$@"
	@$(CC) $(LDFLAGS) $$^ $(LIBS_$(firstword $(subst /, ,$(1)))) -o $$@
endef
$(foreach m,$(wildcard $(MAINS)),$(eval $(call program_rule,$(m))))

# One test program for each tests/FLOOR/test_NAME.c.
UNIT_SRC = $(wildcard $(foreach f,$(FLOORS),tests/$(f)/test_*.c))
UNITS = $(patsubst %.c,$(BUILD)/%,$(UNIT_SRC))
define unit_rule
$(BUILD)/$(basename $(1)): $(BUILD)/$(basename $(1)).o $(foreach u,$(UNDER_$(word 2,$(subst /, ,$(1)))),$(BUILD)/lib$(u).a)
	@$(CC) $(LDFLAGS) $$^ $(LIBS_$(word 2,$(subst /, ,$(1)))) -lcmocka -o $$@
endef
$(foreach t,$(UNIT_SRC),$(eval $(call unit_rule,$(t))))

units: $(UNITS)
	@for t in $(UNITS); do $$t || exit 1; done

clean:
	rm -rf $(BUILD) $(BUILD)-san

.PHONY: all units clean
.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
