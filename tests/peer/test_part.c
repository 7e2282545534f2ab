/* SPDX-License-Identifier: ISC
 * A member's part in a ceremony, under an authority that may lie: what it takes part in, and what it keeps before it speaks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/following.h"
#include "tests/peer/parts.h"

static void takes_no_part(const char *name)
{
	struct err e = { 0 };

	assert_null(join_as(0, w->keys->notary, &e));
	assert_string_equal(e.name, name);
}

static void test_a_key_is_made(void **state)
{
	struct digest spki;
	struct sig_pub key;
	struct point is, public;

	(void)state;
	all_take_part();
	until(PHASE_CONFIRM);
	assert_null(vault_share_at(vaults[0], 0));
	assert_true(speaks(0));
	assert_non_null(vault_share_at(vaults[0], 0)); /* it is kept before it is confirmed */
	assert_false(vault_share_at(vaults[0], 0)->serves);
	until(PHASE_END);
	transcript_key(&part_course(parts[0])->dealing->transcript, &key);
	assert_true(profile_spki_digest(&key, &spki));
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++) {
		assert_true(part_settle(parts[i], NULL));
		assert_non_null(vault_share(vaults[i], &spki));
		point_base(&vault_share(vaults[i], &spki)->share.value, &is);
		transcript_share(&part_course(parts[0])->dealing->transcript, (share_id)(i + 1), &public);
		assert_true(point_equal(&is, &public));
		assert_null(vault_ceremony_at(vaults[i], 0));
	}
}

/* Whoever starts again says the very same. */
static void test_a_restart_says_the_same(void **state)
{
	struct buf first = { 0 }, again = { 0 };

	(void)state;
	all_take_part();
	until(PHASE_DEAL);
	assert_true(part_says(parts[1], &first, NULL));
	vault_close(vaults[1]);
	open_vault(1);
	part_free(parts[1]);
	takes_part(1);
	assert_true(part_says(parts[1], &again, NULL)); /* it has read nothing yet: it joins, as it did */
	assert_false(slice_equal(buf_slice(&first), buf_slice(&again)));
	buf_free(&again);
	vault_close(vaults[1]);
	vaults[1] = NULL;
	part_free(parts[1]);
	parts[1] = NULL;
	open_vault(1);
	assert_string_equal(vault_post(vaults[1], &part_ceremony(parts[0])->digest, PHASE_DEAL, 0), buf_cstr(&first));
	buf_free(&first);
}

static void test_what_a_lying_authority_opens(void **state)
{
	struct sig_key *other = sig_key_generate(SIG_ED25519, NULL);
	const struct ceremony *c;
	struct ceremony good;
	struct err e = { 0 };

	(void)state;
	begin_ceremony();
	c = &opened;
	good = *c;
	opened.members[1].key = *sig_key_pub(other); /* a key of its own in a member's place */
	takes_no_part("wrong_key");
	opened = good;
	opened.members[0].key = *sig_key_pub(other);
	takes_no_part("wrong_key");
	opened = good;
	opened.members[2].member.b[0] ^= 1; /* somebody of its own */
	takes_no_part("not_a_member");
	opened = good;
	opened.members[2].number = 9; /* a number that the log did not give */
	opened.dealers[2] = 9;
	takes_no_part("wrong_context");
	opened = good;
	opened.t = 3; /* other than the charter says */
	takes_no_part("wrong_context");
	opened = good;
	opened.genesis.b[0] ^= 1;
	takes_no_part("wrong_context");
	opened = good;
	opened.charter.b[0] ^= 1;
	takes_no_part("charter_not_in_force");
	opened = good;
	opened.n = 2; /* without us */
	opened.members[0] = good.members[1];
	opened.members[1] = good.members[2];
	opened.dealers_n = 2;
	opened.dealers[0] = 2;
	opened.dealers[1] = 3;
	takes_no_part("not_taking_part");
	opened = good;
	assert_null(join_as(0, other, &e));
	assert_string_equal(e.name, "not_a_notary");
	sig_key_free(other);
}

static void test_a_plain_group_makes_no_key(void **state)
{
	(void)state;
	begin_ceremony();
	end(state);
	begin(NULL);
	open_vault(0);
	opened.genesis = w->genesis;
	opened.charter = w->charter->object.digest;
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++)
		opened.members[i].key = *sig_key_pub(w->members[i].key);
	takes_no_part("not_allowed");
}

/* What one reads, signed by whom, and of which board. */
static void test_boards_that_do_not_hold(void **state)
{
	struct buf text = { 0 };
	struct err e = { 0 };

	(void)state;
	all_take_part();
	assert_true(part_says(parts[0], &text, &e));
	assert_true(reads(parts[1], &text, &e));
	/* The same post a second time is no post more. */
	assert_false(reads(parts[1], &text, &e));
	assert_string_equal(e.name, "already_posted");
	buf_free(&text);
	/* It shows member 3 another board: what member 2 saw does not fit. */
	err_clear(&e);
	assert_true(part_says(parts[1], &text, &e));
	assert_false(reads(parts[2], &text, &e));
	assert_string_equal(e.name, "split_board");
	buf_free(&text);
}

static void test_posts_of_others(void **state)
{
	struct post post = { .by = 2, .phase = PHASE_JOIN, .body = json_object() };
	struct err e = { 0 };
	struct jws j;

	(void)state;
	all_take_part();
	post.genesis = w->genesis;
	post.ceremony = part_ceremony(parts[0])->digest;
	post.seen.head = post.ceremony;
	j = envelope(w->c, KIND_POST, post_print(&post), w->keys->notary);
	assert_false(part_read(parts[0], &j, &e)); /* the authority, in a member's name */
	assert_string_equal(e.name, "wrong_key");
	jws_free(&j);
	post.by = 0;
	err_clear(&e);
	j = envelope(w->c, KIND_POST, post_print(&post), w->members[1].key);
	assert_false(part_read(parts[0], &j, &e)); /* a member, in the authority's */
	assert_string_equal(e.name, "not_a_notary");
	jws_free(&j);
	post.by = 9;
	err_clear(&e);
	j = envelope(w->c, KIND_POST, post_print(&post), w->members[1].key);
	assert_false(part_read(parts[0], &j, &e));
	assert_string_equal(e.name, "not_taking_part");
	jws_free(&j);
	post_free(&post);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PART(a_key_is_made),
		PART(a_restart_says_the_same),
		PART(what_a_lying_authority_opens),
		PART(a_plain_group_makes_no_key),
		PART(boards_that_do_not_hold),
		PART(posts_of_others),
	};

	return cmocka_run_group_tests_name("part", tests, make_dir, drop_dir);
}
