/* SPDX-License-Identifier: ISC
 * What the tests of applications share. */
#ifndef TESTS_AUTHORITY_APPLYING_H
#define TESTS_AUTHORITY_APPLYING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <string.h>

#include "authority/store_application.h"
#include "authority/store_proposal.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"

static inline int start(void **state)
{
	*state = realm_new(pg_start());
	return 0;
}

static inline int stop(void **state)
{
	struct realm *r = *state;
	struct pg *pg = r->pg;

	realm_free(r);
	pg_stop(pg);
	return 0;
}

static inline void refused(struct folk *f, const struct application *a, const struct sig_key *k, const char *name)
{
	int64_t before = folk_number(f, "SELECT log_size FROM groups WHERE g = %d");
	struct err e = { 0 };

	assert_false(folk_send_application(f, f->r->w, a, k, NULL, &e));
	assert_string_equal(e.name, name);
	assert_int_equal(folk_number(f, "SELECT log_size FROM groups WHERE g = %d"), before);
}

static inline void only_p256(json_t *charter)
{
	charters_set(charter, "/membership/keys", "[\"P-256\"]");
}

static inline void four_at_most(json_t *charter)
{
	charters_set(charter, "/membership/limit", "4");
}

/* ---- opening and withdrawing */

#endif
