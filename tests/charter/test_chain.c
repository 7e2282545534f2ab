/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/merkle.h"
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

static json_t *passkey(const struct charters *t, const struct charter *c)
{
	struct charters_assertion as = charters_assertion(t, c);

	return charters_passkey(t, &as);
}

static void three_versions_make_a_chain(void **state)
{
	const struct charters *t = *state;
	struct signed_charter one = charters_signed(t, charters_first(t), 2), two, three;

	must_approve(t, &one, NULL);
	assert_int_equal(one.approved, 2);
	assert_int_equal(one.offline, 2);
	two = charters_signed(t, charters_next(t, one.charter), 3);
	must_approve(t, &two, one.charter);
	assert_int_equal(two.approved, 3);
	three = charters_signed(t, charters_next(t, two.charter), 2);
	must_approve(t, &three, two.charter);
	signed_charter_free(&one);
	signed_charter_free(&two);
	signed_charter_free(&three);
	signed_charter_free(NULL);
}

static void too_few_are_not_enough(void **state)
{
	const struct charters *t = *state;
	struct signed_charter s = charters_signed(t, charters_first(t), 0);
	struct err e = { 0 };

	must_refuse(t, &s, NULL, "approvals_missing");
	add(&s, sign(t, s.charter, t->admins[0]));
	assert_false(chain_approved(t->crypto, &s, NULL, &e));
	assert_string_equal(e.name, "approvals_missing");
	assert_string_equal(e.text, "has 1, needs 2");
	assert_int_equal(s.approved, 1);
	err_clear(&e);
	assert_true(chain_count(t->crypto, &s, NULL, &e));
	add(&s, passkey(t, s.charter));
	must_approve(t, &s, NULL);
	assert_int_equal(s.approved, 2);
	assert_int_equal(s.offline, 1);
	signed_charter_free(&s);
}

/* The same for a passkey alone: a page that lies cannot change a charter by itself. */
static void some_must_be_made_offline(void **state)
{
	const struct charters *t = *state;
	json_t *doc = charters_first(t);
	struct signed_charter s;

	charters_set(doc, "/administrators/threshold", "1");
	s = charters_signed(t, doc, 0);
	add(&s, passkey(t, s.charter));
	must_refuse(t, &s, NULL, "approvals_missing");
	signed_charter_free(&s);
	doc = charters_first(t);
	charters_set(doc, "/administrators/threshold", "1");
	charters_set(doc, "/administrators/offline", "0");
	s = charters_signed(t, doc, 0);
	add(&s, passkey(t, s.charter));
	must_approve(t, &s, NULL);
	signed_charter_free(&s);
}

static void nobody_counts_twice(void **state)
{
	const struct charters *t = *state;
	struct signed_charter s = charters_signed(t, charters_first(t), 1);
	struct err e = { 0 };

	add(&s, approval_sign(t->crypto, s.charter, t->admins[0], 77, &e));
	assert_false(chain_count(t->crypto, &s, NULL, &e));
	assert_string_equal(e.name, "approval_repeated");
	assert_string_equal(e.pointer, "/approvals/1");
	signed_charter_free(&s);
	s = charters_signed(t, charters_first(t), 2);
	add(&s, passkey(t, s.charter));
	add(&s, passkey(t, s.charter));
	must_refuse(t, &s, NULL, "approval_repeated");
	signed_charter_free(&s);
}

static void one_that_does_not_verify_spoils_all(void **state)
{
	const struct charters *t = *state;
	struct signed_charter one = charters_signed(t, charters_first(t), 3), two;
	struct err e = { 0 };

	two = charters_signed(t, charters_next(t, one.charter), 3);
	add(&one, sign(t, one.charter, t->notary));
	assert_false(chain_count(t->crypto, &one, NULL, &e));
	assert_string_equal(e.name, "not_an_administrator");
	assert_string_equal(e.pointer, "/approvals/3");
	add(&two, approval_sign(t->crypto, two.charter, t->admins[2], two.charter->effective + 1, &e));
	json_array_remove(two.approvals, 2);
	must_refuse(t, &two, one.charter, "approval_late");
	json_array_remove(two.approvals, 2);
	must_approve(t, &two, one.charter);
	add(&two, sign(t, one.charter, t->admins[2]));
	must_refuse(t, &two, one.charter, "wrong_context");
	signed_charter_free(&one);
	signed_charter_free(&two);
}

static void administrators_of_the_version_before_approve(void **state)
{
	const struct charters *t = *state;
	struct signed_charter one = charters_signed(t, charters_first(t), 2), two;
	json_t *doc = charters_next(t, one.charter);

	/* Two operators would make themselves administrators. */
	charters_set(doc, "/administrators/keys", "@/authority/operators");
	two = charters_signed(t, doc, 0);
	add(&two, sign(t, two.charter, t->operators[0]));
	add(&two, sign(t, two.charter, t->operators[1]));
	must_refuse(t, &two, one.charter, "not_an_administrator");
	signed_charter_free(&one);
	signed_charter_free(&two);
}

/* The threshold is that of the version before, too. */
static void nobody_lowers_the_bar_for_himself(void **state)
{
	const struct charters *t = *state;
	struct signed_charter one = charters_signed(t, charters_first(t), 2), two;
	json_t *doc = charters_next(t, one.charter);

	charters_set(doc, "/administrators/threshold", "1");
	two = charters_signed(t, doc, 1);
	must_refuse(t, &two, one.charter, "approvals_missing");
	signed_charter_free(&one);
	signed_charter_free(&two);
}

static bool follows(const struct charter *next, const struct charter *previous, const char *name)
{
	struct err e = { 0 };
	bool rc = chain_follows(next, previous, &e);

	assert_string_equal(e.name, name);
	return rc;
}

static void versions_follow_without_gap(void **state)
{
	const struct charters *t = *state;
	struct charter *one = must_parse(charters_first(t)), *two = must_parse(charters_next(t, one)),
		       *three = must_parse(charters_next(t, two));

	assert_true(follows(one, NULL, ""));
	assert_true(follows(two, one, ""));
	assert_true(follows(three, two, ""));
	assert_false(follows(two, NULL, "charter_gap"));
	assert_false(follows(three, one, "charter_gap"));
	assert_false(follows(one, two, "charter_rollback"));
	assert_false(follows(one, three, "charter_rollback"));
	assert_false(follows(two, two, "charter_rollback"));
	assert_false(follows(one, one, "charter_rollback"));
	charter_free(one);
	charter_free(two);
	charter_free(three);
}

static void two_of_one_number_are_a_fork(void **state)
{
	const struct charters *t = *state;
	struct charter *one = must_parse(charters_first(t)), *two = must_parse(charters_next(t, one)), *other, *three;
	json_t *doc = charters_next(t, one);

	charters_set(doc, "/purpose", "\"Another second version.\"");
	other = must_parse(doc);
	assert_false(follows(other, two, "charter_fork"));
	three = must_parse(charters_next(t, other));
	assert_true(follows(three, other, ""));
	assert_false(follows(three, two, "charter_fork"));
	charter_free(one);
	charter_free(two);
	charter_free(other);
	charter_free(three);
}

static void groups_do_not_mix(void **state)
{
	const struct charters *t = *state;
	json_t *doc = charters_first(t);
	struct charter *one = must_parse(charters_first(t)), *two = must_parse(charters_next(t, one)), *other, *renamed;

	charters_set(doc, "/purpose", "\"Another group.\"");
	other = must_parse(doc);
	assert_false(follows(two, other, "wrong_context"));
	assert_false(follows(other, one, "wrong_context"));
	doc = charters_next(t, one);
	charters_set(doc, "/group", "\"renamed\"");
	renamed = must_parse(doc);
	assert_false(follows(renamed, one, "wrong_context"));
	charter_free(one);
	charter_free(two);
	charter_free(other);
	charter_free(renamed);
}

static void a_vote_is_needed_where_the_version_before_says_so(void **state)
{
	const struct charters *t = *state;
	json_t *doc = charters_first(t);
	struct charter *plain = must_parse(charters_first(t)), *voted;
	struct signed_charter next = { .charter = plain };

	charters_set(doc, "/amendment", "{\"votes\":{\"count\":2}}");
	voted = must_parse(doc);
	assert_false(chain_needs_vote(&next, NULL));
	next.charter = voted;
	assert_false(chain_needs_vote(&next, NULL));
	next.charter = must_parse(charters_next(t, plain));
	assert_false(chain_needs_vote(&next, plain));
	charter_free(next.charter);
	next.charter = must_parse(charters_next(t, voted));
	assert_null(next.charter->amendment);
	assert_true(chain_needs_vote(&next, voted));
	charter_free(next.charter);
	charter_free(plain);
	charter_free(voted);
}

/* The root does not depend on the order in which approvals came. */
static void approvals_have_a_root(void **state)
{
	const struct charters *t = *state;
	struct signed_charter s = charters_signed(t, charters_first(t), 0);
	struct digest leaves[2], root, first;
	struct approval a;
	struct err e = { 0 };

	assert_true(chain_count(t->crypto, &s, NULL, &e));
	merkle_root(NULL, 0, &root);
	assert_memory_equal(&s.approvals_root, &root, sizeof(root));
	add(&s, approval_sign(t->crypto, s.charter, t->admins[0], 11, &e));
	add(&s, approval_sign(t->crypto, s.charter, t->admins[1], 22, &e));
	for (size_t i = 0; i < 2; i++) {
		struct at at = at_root(json_array_get(s.approvals, i), &e);

		assert_true(approval_verify(t->crypto, &at, s.charter, s.charter, &a));
		merkle_leaf(slice_of(a.digest.b, 32), &leaves[i]);
		first = i == 0 ? a.digest : first;
		if (i == 1 && digest_compare(&a.digest, &first) < 0) {
			root = leaves[0];
			leaves[0] = leaves[1];
			leaves[1] = root;
		}
		approval_free(&a);
	}
	merkle_root(leaves, 2, &root);
	assert_true(chain_count(t->crypto, &s, NULL, &e));
	assert_memory_equal(&s.approvals_root, &root, sizeof(root));
	add(&s, json_incref(json_array_get(s.approvals, 0)));
	json_array_remove(s.approvals, 0);
	assert_true(chain_count(t->crypto, &s, NULL, &e));
	assert_memory_equal(&s.approvals_root, &root, sizeof(root));
	signed_charter_free(&s);
}

static json_t *document(const struct charters *t)
{
	struct signed_charter s = charters_signed(t, charters_first(t), 2);
	json_t *doc = signed_charter_print(buf_slice(&s.charter->payload), s.approvals, NULL);

	assert_non_null(doc);
	signed_charter_free(&s);
	return doc;
}

static bool parse_document(json_t *doc, struct signed_charter *out, struct err *e)
{
	struct buf text = { 0 };
	bool rc;

	charters_payload(doc, &text);
	rc = signed_charter_parse(buf_slice(&text), out, e);
	buf_free(&text);
	return rc;
}

static void a_document_is_written_and_read(void **state)
{
	const struct charters *t = *state;
	json_t *doc = document(t), *record = json_pack("{s:s}", "kind", "gmc-record"), *with;
	struct signed_charter s;
	struct err e = { 0 };
	struct at root;

	assert_true(parse_document(json_incref(doc), &s, &e));
	must_approve(t, &s, NULL);
	assert_null(s.record);
	with = signed_charter_print(buf_slice(&s.charter->payload), s.approvals, record);
	signed_charter_free(&s);
	json_decref(record);
	json_object_set_new(with, "entry", json_object());
	root = at_root(with, &e);
	assert_false(signed_charter_read(&root, NULL, &s));
	assert_string_equal(e.name, "unknown_member");
	err_clear(&e);
	assert_true(signed_charter_read(&root, "entry", &s));
	assert_true(json_is_object(s.record));
	signed_charter_free(&s);
	json_decref(doc);
	json_decref(with);
}

static void a_document_is_refused(void **state)
{
	static const struct flaw flaws[] = {
		{ "/charter", NULL, "missing_member", "/charter" },
		{ "/charter", "\"\"", "out_of_range", "/charter" },
		{ "/charter", "\"====\"", "bad_value", "/charter" },
		{ "/charter", "\"e30\"", "missing_member", "/charter" }, /* {} */
		{ "/charter", "\"AAAA\"", "bad_json", "/charter" },
		{ "/approvals", NULL, "missing_member", "/approvals" },
		{ "/approvals", "{}", "wrong_type", "/approvals" },
		{ "/approvals/1", "7", "wrong_type", "/approvals/1" },
		{ "/record", "[]", "wrong_type", "/record" },
		{ "/record", "null", "wrong_type", "/record" },
		{ "/colour", "1", "unknown_member", "/colour" },
		{ "/group", "{}", "feature_unsupported", "/group" },
		{ "/transcript", "{}", "wrong_type", "/transcript" },
		{ "/transcript", "[]", "out_of_range", "/transcript" },
	};
	struct signed_charter s;
	struct err e = { 0 };

	for (size_t i = 0; i < sizeof(flaws) / sizeof(flaws[0]); i++) {
		json_t *doc = document(*state);

		charters_set(doc, flaws[i].at, flaws[i].json);
		err_clear(&e);
		if (parse_document(doc, &s, &e))
			fail_msg("passed: %s", flaws[i].at);
		assert_string_equal(e.name, flaws[i].name);
		assert_string_equal(e.pointer, flaws[i].pointer);
		assert_null(s.charter);
	}
	assert_false(signed_charter_parse(slice_str("[]"), &s, NULL));
	err_clear(&e);
	assert_false(signed_charter_parse(slice_str("{"), &s, &e));
	assert_string_equal(e.name, "bad_json");
	assert_null(s.charter);
}

static void approvals_have_an_end(void **state)
{
	const struct charters *t = *state;
	struct signed_charter s = charters_signed(t, charters_first(t), 1);
	json_t *doc;
	struct err e = { 0 };

	for (int i = 0; i < CHARTER_ADMINISTRATORS_MAX; i++)
		add(&s, json_incref(json_array_get(s.approvals, 0)));
	assert_false(chain_count(t->crypto, &s, NULL, &e));
	assert_string_equal(e.name, "out_of_range");
	doc = signed_charter_print(buf_slice(&s.charter->payload), s.approvals, NULL);
	signed_charter_free(&s);
	err_clear(&e);
	assert_false(parse_document(doc, &s, &e));
	assert_string_equal(e.name, "out_of_range");
	assert_string_equal(e.pointer, "/approvals");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_versions_make_a_chain),
		cmocka_unit_test(too_few_are_not_enough),
		cmocka_unit_test(some_must_be_made_offline),
		cmocka_unit_test(nobody_counts_twice),
		cmocka_unit_test(one_that_does_not_verify_spoils_all),
		cmocka_unit_test(administrators_of_the_version_before_approve),
		cmocka_unit_test(nobody_lowers_the_bar_for_himself),
		cmocka_unit_test(versions_follow_without_gap),
		cmocka_unit_test(two_of_one_number_are_a_fork),
		cmocka_unit_test(groups_do_not_mix),
		cmocka_unit_test(a_vote_is_needed_where_the_version_before_says_so),
		cmocka_unit_test(approvals_have_a_root),
		cmocka_unit_test(a_document_is_written_and_read),
		cmocka_unit_test(a_document_is_refused),
		cmocka_unit_test(approvals_have_an_end),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
