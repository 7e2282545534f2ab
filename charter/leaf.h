/* SPDX-License-Identifier: ISC
 * How the leaves of a requirement are read. Not for others: they call requirement_parse. */
#ifndef CHARTER_LEAF_H
#define CHARTER_LEAF_H

#include "charter/requirement.h"

/* "bad_requirement" at a place. Returns false. */
bool leaf_refuse(const struct at *at, const char *why);
/* A count that must be there, 1 to 1000000. */
bool leaf_count(const struct at *at, const char *name, uint32_t *out);
/* "p/q", above 0 and at most 1, both at most 1000000. */
bool leaf_fraction(const struct at *at, const char *name, uint32_t *p, uint32_t *q);

/* What stands behind the name of the type, into a requirement of zeros. */
bool leaf_list(const struct at *at, struct requirement *r);
bool leaf_authority(const struct at *at, struct requirement *r);
bool leaf_votes(const struct at *at, struct requirement *r);
bool leaf_vouches(const struct at *at, struct requirement *r);
bool leaf_captcha(const struct at *at, struct requirement *r);
bool leaf_work(const struct at *at, struct requirement *r);
bool leaf_external(const struct at *at, struct requirement *r);
bool leaf_invitation(const struct at *at, struct requirement *r);

#endif
