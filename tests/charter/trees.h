/* SPDX-License-Identifier: ISC
 * Requirements by hand, for tests: values on the stack, children in the caller's arrays. */
#ifndef TESTS_CHARTER_TREES_H
#define TESTS_CHARTER_TREES_H

#include "charter/decide.h"

static inline struct id16 member_of(unsigned i)
{
	struct id16 id = { .b = { 'm' } };

	id.b[14] = (uint8_t)(i >> 8);
	id.b[15] = (uint8_t)i;
	return id;
}

static inline struct digest key_of(unsigned i)
{
	struct digest d = { .b = { 'k' } };

	d.b[31] = (uint8_t)i;
	return d;
}

static inline struct requirement inner(enum requirement_type type, uint32_t k, struct requirement *child, uint32_t n)
{
	return (struct requirement){ .type = type, .k = k, .child = child, .n = n };
}

static inline struct requirement authority(uint32_t k)
{
	return (struct requirement){ .type = REQ_AUTHORITY, .k = k };
}

static inline struct requirement list(struct digest *keys, uint32_t n)
{
	return (struct requirement){ .type = REQ_LIST, .list = { keys, n } };
}

static inline struct requirement count(uint32_t t, uint32_t veto)
{
	return (struct requirement){ .type = REQ_VOTES, .votes = { .count = t, .veto = veto } };
}

static inline struct requirement fraction(uint32_t p, uint32_t q, uint32_t minimum, enum votes_base base)
{
	return (struct requirement){ .type = REQ_VOTES, .votes = { .p = p, .q = q, .minimum = minimum, .base = base } };
}

#endif
