/* SPDX-License-Identifier: ISC
 * Idempotency-Key: the same answer for the same request, and no other request under a used key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"
#include "tests/web/site.h"

struct sent {
	struct folk f;
	char path[80], *body;
};

static struct sent made(struct site_under_test *s, const char *group)
{
	struct sent out = { .f = folk_new(s->realm, group, NULL) };
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct application a = folk_application(&out.f, s->realm->w, k);
	struct said said = folk_sign_application(s->realm->w, &a, k);
	json_t *doc = json_pack("{s:O}", "application", said.doc);

	snprintf(out.path, sizeof(out.path), "/v1/groups/%s/applications", group);
	out.body = json_dumps(doc, 0);
	json_decref(doc);
	said_free(&said);
	sig_key_free(k);
	return out;
}

static void drop(struct sent *x)
{
	free(x->body);
	folk_free(&x->f);
}

static void the_first_answer_comes_again(void **state)
{
	struct site_under_test *s = *state;
	struct sent x = made(s, "again");
	struct said_back a = site_ask(s, "POST", x.path, "Idempotency-Key: one\r\n", x.body), b;
	struct db *db = pg_connect(s->realm->pg->owner);
	char where[160], there[160];

	assert_int_equal(a.a.status, 202);
	assert_int_equal(pg_number(db, "SELECT count(*) FROM answers WHERE key = 'one' AND principal = '127.0.0.1'"), 1);
	/* what the store kept is what comes, whatever the act would say now */
	pg_do(db, "UPDATE answers SET answer = replace(answer, 'receipt', 'receipT') WHERE key = 'one'");
	b = site_ask(s, "POST", x.path, "Idempotency-Key: one\r\n", x.body);
	assert_int_equal(b.a.status, 202);
	assert_non_null(strstr(b.a.body, "receipT"));
	assert_string_equal(raw_header(&a.a, "Location", where, sizeof(where)), raw_header(&b.a, "Location", there, sizeof(there)));
	said_back_free(&b);
	/* its day is over */
	pg_do(db, "UPDATE answers SET until = 1 WHERE key = 'one'");
	b = site_ask(s, "POST", x.path, "Idempotency-Key: two\r\n", x.body);
	assert_true(json_equal(a.doc, b.doc));
	assert_int_equal(pg_number(db, "SELECT count(*) FROM answers WHERE key = 'one'"), 0);
	said_back_free(&b);
	said_back_free(&a);
	db_close(db);
	drop(&x);
}

static void a_key_is_for_one_request(void **state)
{
	struct site_under_test *s = *state;
	struct sent x = made(s, "single"), y = made(s, "single-too");
	struct said_back b = site_ask(s, "POST", x.path, "Idempotency-Key: k\r\n", x.body);

	assert_int_equal(b.a.status, 202);
	said_back_free(&b);
	b = site_ask(s, "POST", x.path, "Idempotency-Key: k\r\n", y.body);
	assert_int_equal(b.a.status, 422);
	assert_string_equal(site_problem(&b), "idempotency_mismatch");
	said_back_free(&b);
	/* another address is another matter */
	b = site_ask(s, "POST", y.path, "Idempotency-Key: k\r\n", y.body);
	assert_int_equal(b.a.status, 202);
	said_back_free(&b);
	drop(&x);
	drop(&y);
}

static void refusals_are_not_kept(void **state)
{
	struct site_under_test *s = *state;
	struct sent x = made(s, "refusals");
	struct said_back b = site_ask(s, "POST", x.path, "Idempotency-Key: r\r\n", "{}");

	assert_int_equal(b.a.status, 400);
	said_back_free(&b);
	b = site_ask(s, "POST", x.path, "Idempotency-Key: r\r\n", x.body);
	assert_int_equal(b.a.status, 202);
	said_back_free(&b);
	b = site_ask(s, "POST", x.path, "Idempotency-Key: with space\r\n", x.body);
	assert_int_equal(b.a.status, 400);
	assert_string_equal(site_problem(&b), "bad_value");
	said_back_free(&b);
	drop(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_answer_comes_again),
		cmocka_unit_test(a_key_is_for_one_request),
		cmocka_unit_test(refusals_are_not_kept),
	};

	return cmocka_run_group_tests(tests, site_start, site_stop);
}
