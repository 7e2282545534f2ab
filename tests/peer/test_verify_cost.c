/* SPDX-License-Identifier: ISC
 * What an answer costs beside its signature: no memory. (What it costs in time, `make bench` tells.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "peer/verify.h"
#include "tests/lib/trusts.h"

/* The world's trust, a founder's certificate, and what is wrong with them. */
static struct world *w;
static struct trust *t;
static struct buf der;
static struct gmc_result r;

static void load(struct revocations *l)
{
	struct err e = { 0 };

	trust_free(t);
	t = trust_of(w->c, world_trust(w, l == NULL ? NULL : world_list(w, l, w->keys->revocation)), NULL, &e);
	if (t == NULL)
		fail_msg("%s: %s", e.name, e.text);
}

static int up(void **state)
{
	(void)state;
	w = world_new(NULL);
	load(NULL);
	world_gmc(w, 0, &der);
	return 0;
}

static int down(void **state)
{
	(void)state;
	buf_free(&der);
	trust_free(t);
	world_free(w);
	t = NULL;
	w = NULL;
	return 0;
}

static size_t taken;
void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_malloc(size_t n)
{
	taken++;
	return __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
	taken++;
	return __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
	taken++;
	return __real_realloc(p, n);
}

static void test_allocates_nothing(void **state)
{
	struct revoked one = { .member = w->members[0].member, .from = w->now, .cause = CAUSE_CESSATION };
	struct revocations l = world_revocations(w);
	size_t before = taken;
	struct buf b = { 0 };

	(void)state;
	buf_add_u8(&b, 1);
	buf_free(&b);
	assert_int_equal(taken, before + 1); /* they are counted */
	assert_int_equal(verify_gmc(w->c, t, buf_slice(&der), w->now + 10, &r), GMC_MEMBER);
	before = taken;
	for (int i = 0; i < 10; i++)
		verify_gmc(w->c, t, buf_slice(&der), w->now + 10, &r);
	assert_int_equal(taken, before);
	l.r = &one;
	l.n = 1;
	load(&l);
	before = taken;
	assert_int_equal(verify_gmc(w->c, t, buf_slice(&der), w->now + 10, &r), GMC_REVOKED);
	assert_int_equal(verify_gmc(w->c, t, buf_slice(&der), w->now + 700000, &r), GMC_EXPIRED);
	der.p[der.n - 1] ^= 1;
	assert_int_equal(verify_gmc(w->c, t, buf_slice(&der), w->now + 10, &r), GMC_FORGED);
	der.n--;
	assert_int_equal(verify_gmc(w->c, t, buf_slice(&der), w->now + 10, &r), GMC_FORGED);
	assert_int_equal(taken, before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_allocates_nothing, up, down),
	};

	return cmocka_run_group_tests_name("verify_cost", tests, NULL, NULL);
}
