/* SPDX-License-Identifier: ISC
 * Versions that recovery keys approve. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/charter/flaws.h"
#include "tests/lib/charters.h"

static void must_approve(const struct charters *t, struct signed_charter *s, const struct charter *previous)
{
	struct err e = { 0 };

	if (!chain_approved(t->crypto, s, previous, &e))
		fail_msg("%s at %s: %s", e.name, e.pointer, e.text);
}

static void must_refuse(const struct charters *t, struct signed_charter *s, const struct charter *previous, const char *name)
{
	struct err e = { 0 };

	assert_false(chain_approved(t->crypto, s, previous, &e));
	assert_string_equal(e.name, name);
	assert_false(chain_approved(t->crypto, s, previous, NULL));
}

/* Appends one more approval. */
static void add(struct signed_charter *s, json_t *approval)
{
	assert_int_equal(json_array_append_new(s->approvals, approval), 0);
}

static json_t *sign(const struct charters *t, const struct charter *c, const struct sig_key *k)
{
	struct err e = { 0 };

	return approval_sign(t->crypto, c, k, c->effective - 1, &e);
}

/* Version 1 with three recovery keys: the notary's and the revocation key, as good as any, and Ada's own. */
static struct charter *with_spares(const struct charters *t)
{
	json_t *doc = charters_first(t);

	charters_set(doc, "/recovery", "{\"administrators\":{\"threshold\":2,\"keys\":[],\"notice\":100,\"veto\":2}}");
	charters_set(doc, "/recovery/administrators/keys/0", "{\"name\":\"Eve\"}");
	charters_set(doc, "/recovery/administrators/keys/0/key", "@/authority/notaries/0/key");
	charters_set(doc, "/recovery/administrators/keys/1", "{\"name\":\"Fay\"}");
	charters_set(doc, "/recovery/administrators/keys/1/key", "@/authority/revocation/0/key");
	charters_set(doc, "/recovery/administrators/keys/2", "@/administrators/keys/0");
	return must_parse(doc);
}

/* The next version without its second administrator, and with whatever else is set. */
static struct signed_charter recovered(const struct charters *t, const struct charter *first, const char *pointer, const char *value)
{
	json_t *doc = charters_next(t, first);

	charters_set(doc, "/administrators/keys/1", NULL);
	if (pointer != NULL)
		charters_set(doc, pointer, value);
	return charters_signed(t, doc, 0);
}

static void keys_put_aside_name_administrators(void **state)
{
	const struct charters *t = *state;
	struct charter *first = with_spares(t);
	struct signed_charter s = recovered(t, first, NULL, NULL);

	add(&s, sign(t, s.charter, t->notary));
	must_refuse(t, &s, first, "approvals_missing");
	add(&s, sign(t, s.charter, t->revocation));
	must_approve(t, &s, first);
	assert_true(s.recovery);
	assert_int_equal(s.approved, 2);
	assert_true(chain_needs_vote(&s, first));
	assert_int_equal(chain_notice(&s, first), 100);
	first->amending.notice = 200;
	assert_int_equal(chain_notice(&s, first), 200);
	assert_true(chain_announced(&s, first, s.charter->effective - 200));
	assert_false(chain_announced(&s, first, s.charter->effective - 199));
	first->recovery.veto = 0;
	assert_false(chain_needs_vote(&s, first));
	signed_charter_free(&s);
	charter_free(first);
}

static void they_change_nothing_else(void **state)
{
	static const char *const others[][2] = { { "/purpose", "\"ours\"" }, { "/admission", "{\"votes\":{\"count\":1}}" },
		{ "/expulsion", "{\"votes\":{\"count\":1}}" }, { "/authority/operators/0", NULL },
		{ "/recovery", "{\"member\":{\"votes\":{\"count\":1}}}" } };
	const struct charters *t = *state;
	struct charter *first = with_spares(t);

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct signed_charter s = recovered(t, first, others[i][0], others[i][1]);

		add(&s, sign(t, s.charter, t->notary));
		add(&s, sign(t, s.charter, t->revocation));
		must_refuse(t, &s, first, "recovery_changes");
		signed_charter_free(&s);
	}
	charter_free(first);
}

static void the_two_ways_do_not_mix(void **state)
{
	const struct charters *t = *state;
	struct charter *first = with_spares(t);
	struct signed_charter s = recovered(t, first, NULL, NULL);

	add(&s, sign(t, s.charter, t->notary));
	add(&s, sign(t, s.charter, t->admins[0]));
	must_approve(t, &s, first);
	assert_true(s.recovery);
	add(&s, sign(t, s.charter, t->admins[1]));
	must_refuse(t, &s, first, "approvals_mixed");
	assert_int_equal(json_array_remove(s.approvals, 0), 0);
	must_approve(t, &s, first);
	assert_false(s.recovery);
	assert_int_equal(chain_notice(&s, first), 0);
	assert_true(chain_announced(&s, first, s.charter->effective + 1));
	signed_charter_free(&s);
	charter_free(first);
}

/* Its own recovery keys say nothing about a version. */
static void they_found_no_group(void **state)
{
	const struct charters *t = *state;
	struct signed_charter s = { .charter = with_spares(t), .approvals = json_array() };

	add(&s, sign(t, s.charter, t->notary));
	must_refuse(t, &s, NULL, "not_an_administrator");
	signed_charter_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_put_aside_name_administrators),
		cmocka_unit_test(they_change_nothing_else),
		cmocka_unit_test(the_two_ways_do_not_mix),
		cmocka_unit_test(they_found_no_group),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
