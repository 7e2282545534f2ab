/* SPDX-License-Identifier: ISC
 * The parts of charter_parse, which share one document. Not for others: they call charter_parse, or scenario_parse. */
#ifndef CHARTER_PARSE_H
#define CHARTER_PARSE_H

#include "charter/charter.h"

/* A charter while it is read. */
struct parse {
	struct charter *c;
	uint32_t leaves;                   /* of all requirements so far */
	const struct requirement *vouches; /* the first leaf of these, whose rule all others have; and of the next */
	const struct requirement *invitation;
};

enum { PARSE_URL_MAX = 255, PARSE_SECONDS_MAX = 315360000 /* ten years */, PARSE_COUNT_MAX = 1000000 };

/* "bad_charter" at a member (name NULL: at the place itself). Returns false. */
bool parse_refuse(const struct at *at, const char *name, const char *why);
/* Line and column of the place that e points to, in the text that was read. */
void parse_locate(struct slice text, struct err *e);
/* A member that may be absent: *out stays as it is then. */
bool parse_int(const struct at *at, const char *name, int64_t min, int64_t max, int64_t *out);
bool parse_u32(const struct at *at, const char *name, uint32_t min, uint32_t max, uint32_t *out);
bool parse_bool(const struct at *at, const char *name, bool *out);
bool parse_word(const struct at *at, const char *name, const char *const *words, int *out);
/* Requirements, which may be absent too. One charter has one rule for vouching; who acts is shown to be human by challenges alone. */
bool parse_requirement(struct parse *p, const struct at *at, const char *name, struct requirement **out);
bool parse_human(struct parse *p, const struct at *at, const char *name, struct requirement **out);
/* An absolute http or https URL; `origin`: without a path. A host or DNS name in lower case. */
bool parse_url(const struct at *at, const char *name, bool origin, const char **out);
bool parse_host(const struct at *at, const char *name, const char **out);

/* The members of these names, from the document's root. */
bool parse_authority(struct parse *p, const struct at *root);
bool parse_administrators(struct parse *p, const struct at *root);
bool parse_witnesses(struct parse *p, const struct at *root);
bool parse_founders(struct parse *p, const struct at *root);
bool parse_rules(struct parse *p, const struct at *root);
bool parse_membership(struct parse *p, const struct at *root);
bool parse_tests(struct parse *p, const struct at *root);
/* Named keys, each once: at an array. `passkeys`: may they be passkeys? */
bool parse_persons(struct parse *p, const struct at *list, size_t min, size_t max, bool passkeys, struct charter_person *out, size_t *n);

#endif
