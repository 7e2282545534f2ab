/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "peer/gmc.h"
#include "tests/lib/trusts.h"

static struct world *w;
static struct gmc *g;
static struct gmc_trust *t;
static struct buf text, der;
static char why[256];

static int up(void **state)
{
	json_t *doc;

	(void)state;
	w = world_new(NULL);
	g = gmc_new();
	doc = world_trust(w, NULL);
	assert_non_null(g);
	assert_true(json_write(doc, &text, NULL));
	json_decref(doc);
	world_gmc(w, 0, &der);
	t = gmc_trust_read(g, text.p, text.n, w->genesis.b, why, sizeof(why));
	assert_non_null(t);
	return 0;
}

static int down(void **state)
{
	(void)state;
	buf_free(&text);
	buf_free(&der);
	gmc_trust_free(t);
	gmc_free(g);
	world_free(w);
	return 0;
}

static void of_clients(json_t *charter)
{
	charters_set(charter, "/membership/class", "\"client\"");
}

static void test_clients(void **state)
{
	struct world *other = world_new(of_clients);
	json_t *doc = world_trust(other, NULL);
	struct buf b = { 0 };
	struct gmc_trust *clients;

	(void)state;
	assert_true(json_write(doc, &b, NULL));
	json_decref(doc);
	clients = gmc_trust_read(g, b.p, b.n, NULL, why, sizeof(why));
	assert_non_null(clients);
	assert_int_equal(gmc_trust_clients(clients), 1);
	gmc_trust_free(clients);
	buf_free(&b);
	world_free(other);
}

static void test_trust(void **state)
{
	(void)state;
	assert_string_equal(gmc_trust_group(t), "demo");
	assert_memory_equal(gmc_trust_genesis(t), w->genesis.b, 32);
	assert_int_equal(gmc_trust_version(t), 1);
	assert_int_equal(gmc_trust_fresh_until(t), w->now + 2 * 3600 + 86400);
	assert_int_equal(gmc_trust_allows_unknown(t), 0);
	assert_int_equal(gmc_trust_clients(t), 0);
	gmc_trust_free(NULL);
	gmc_free(NULL);
}

static void test_trust_refused(void **state)
{
	uint8_t other[32] = { 1 };

	(void)state;
	assert_null(gmc_trust_read(g, text.p, text.n, other, why, sizeof(why)));
	assert_int_equal(strncmp(why, "wrong_context: ", 15), 0);
	assert_null(gmc_trust_read(g, text.p, text.n - 1, NULL, why, sizeof(why)));
	assert_int_equal(strncmp(why, "bad_json: ", 10), 0);
	assert_null(gmc_trust_read(g, text.p, text.n - 1, NULL, why, 4));
	assert_string_equal(why, "bad");
	assert_null(gmc_trust_read(g, text.p, text.n - 1, NULL, NULL, 0));
}

static void test_load(void **state)
{
	char path[] = "/tmp/test-libgmc-XXXXXX";
	struct gmc_trust *loaded;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text.p, text.n), text.n);
	close(fd);
	loaded = gmc_trust_load(g, path, why, sizeof(why));
	assert_non_null(loaded);
	assert_string_equal(gmc_trust_group(loaded), "demo");
	gmc_trust_free(loaded);
	unlink(path);
	assert_null(gmc_trust_load(g, path, why, sizeof(why)));
	assert_int_equal(strncmp(why, "file_unreadable: ", 17), 0);
}

static void test_verify(void **state)
{
	struct gmc_result r;

	(void)state;
	assert_int_equal(gmc_verify(g, t, der.p, der.n, w->now, &r), GMC_MEMBER);
	assert_string_equal(r.reason, "ok");
	assert_memory_equal(r.member, w->members[0].member.b, 16);
	assert_int_equal(gmc_verify(g, t, der.p, der.n, w->now, NULL), GMC_MEMBER);
	assert_int_equal(gmc_verify(g, t, der.p, der.n, w->now + 604801, NULL), GMC_EXPIRED);
	assert_int_equal(gmc_verify(g, t, der.p, 0, w->now, NULL), GMC_FORGED);
}

static void test_words(void **state)
{
	(void)state;
	assert_string_equal(gmc_verdict_text(GMC_MEMBER), "member");
	assert_string_equal(gmc_verdict_text(GMC_NOT_MEMBER), "not a member");
	assert_string_equal(gmc_verdict_text(GMC_EXPIRED), "expired");
	assert_string_equal(gmc_verdict_text(GMC_REVOKED), "revoked");
	assert_string_equal(gmc_verdict_text(GMC_CANNOT_TELL), "cannot tell");
	assert_string_equal(gmc_verdict_text(GMC_FORGED), "forged");
}

/* One trust, read by all; handles of their own. */
static void *reader(void *arg)
{
	struct gmc *own = gmc_new();
	size_t *members = arg;

	for (int i = 0; own != NULL && i < 200; i++)
		*members += gmc_verify(own, t, der.p, der.n, w->now, NULL) == GMC_MEMBER;
	gmc_free(own);
	return NULL;
}

static void test_shared_by_threads(void **state)
{
	pthread_t thread[4];
	size_t members[4] = { 0 };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, reader, &members[i]), 0);
	for (size_t i = 0; i < 4; i++) {
		pthread_join(thread[i], NULL);
		assert_int_equal(members[i], 200);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trust),
		cmocka_unit_test(test_clients),
		cmocka_unit_test(test_trust_refused),
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_verify),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_shared_by_threads),
	};

	return cmocka_run_group_tests_name("libgmc", tests, up, down);
}
