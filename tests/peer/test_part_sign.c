/* SPDX-License-Identifier: ISC
 * A member's part in a signing: what it signs is what its own log gives, and no nonces serve twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "peer/part_state.h"
#include "tests/lib/following.h"
#include "tests/peer/parts.h"

static struct transcript made;
static json_t *transcript; /* as its holders signed it */
static struct sig_pub key;
static struct digest spki;
static struct signing_item items[4];
static bool owner_agrees;

/* The next charter names the key that they made. */
static void names_it(json_t *charter)
{
	char text[DIGEST_TEXT];
	json_t *one;

	of_two(charter);
	digest_text(&spki, text);
	one = json_pack(
		"{s:s,s:s,s:i,s:I,s:s}", "spki", text, "alg", "Ed25519", "from", 0, "until", (json_int_t)4000000000, "held_by", "members");
	assert_int_equal(json_array_append_new(json_object_get(json_object_get(charter, "authority"), "issuing"), one), 0);
}

static void leave_parts(void)
{
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++) {
		part_free(parts[i]);
		parts[i] = NULL;
	}
}

/* A group whose founders have a key, and are to get their certificates. */
static void with_key(void)
{
	struct digest cause;

	all_take_part();
	until(PHASE_END);
	made = part_course(parts[0])->dealing->transcript;
	transcript = dealing_signed(part_course(parts[0])->dealing, NULL);
	transcript_key(&made, &key);
	assert_true(profile_spki_digest(&key, &spki));
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++)
		assert_true(part_settle(parts[i], NULL));
	leave_parts();
	world_draft(w, names_it)->transcript = json_incref(transcript);
	world_amend(w, NULL, NULL);
	w->issuer = (struct issuer){ key, w->now - PROFILE_BACKDATE, 4000000000 };
	w->now = w->charter->effective;
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++) {
		profile_founder_cause(&w->genesis, &w->members[i].member, &cause);
		world_issue(w, i, ORIGIN_FOUNDING, &cause, NULL);
	}
	follower_accepts(f);
}

/* What the ceremony says of an item: as the log gives it. */
static void item(enum signing_what what, size_t member)
{
	struct signing_item *i = &items[opened.items_n++];
	struct buf bytes = { 0 };
	struct sig_pub issuer;

	*i = (struct signing_item){ .what = what, .subject = spki };
	if (what == SIGNING_AUTHORITY) {
		assert_true(ledger_ca(f->l, &key, &bytes, NULL));
	} else if (what == SIGNING_CERTIFICATE) {
		profile_founder_cause(&w->genesis, &w->members[member].member, &i->subject);
		assert_true(ledger_tbs(f->l, &i->subject, &issuer, &bytes, NULL));
	} else {
		i->list = (struct signing_list){ 4, ledger_size(f->l), w->now, w->now + 2 * w->charter->freshness.update };
		assert_true(ledger_crl(f->l, &i->list, &key, &bytes, NULL));
	}
	profile_tbs_digest(buf_slice(&bytes), &i->bytes);
	buf_free(&bytes);
}

/* A ceremony in which they are to sign: two certificates and a list. */
static void open_signing(void)
{
	with_key();
	opened = (struct ceremony){ .genesis = w->genesis,
		.charter = w->charter->object.digest,
		.number = 2,
		.purpose = CEREMONY_SIGN,
		.epoch = 1,
		.t = 2,
		.opened = w->now,
		.wait = 60,
		.from = made.digest,
		.items = items };
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++)
		opened.members[opened.n++] =
			(struct participant){ (share_id)(i + 1), w->members[i].member, *sig_key_pub(w->members[i].key) };
	item(SIGNING_AUTHORITY, 0);
	item(SIGNING_CERTIFICATE, 1);
	item(SIGNING_LIST, 0);
}

static bool agrees(void *arg, const struct digest *proposal)
{
	(void)arg;
	(void)proposal;
	return owner_agrees;
}

static struct part *sign_as(size_t i, const json_t *shown, struct err *e)
{
	struct agent a = { .crypto = w->c,
		.key = w->members[i].key,
		.member = w->members[i].member,
		.ledger = f->l,
		.vault = shown == NULL ? vaults[i] : NULL,
		.now = w->now,
		.agrees = agrees };
	struct jws j = envelope(w->c, KIND_CEREMONY, ceremony_print(&opened), w->keys->notary);
	const struct at base = at_root(transcript, e), bytes = at_root(shown, e);
	struct part *p = part_begin(&a, opened.number, &j, &base, shown == NULL ? NULL : &bytes, e);

	jws_free(&j);
	return p;
}

static void signs(size_t i)
{
	struct err e = { 0 };

	parts[i] = sign_as(i, NULL, &e);
	if (parts[i] == NULL)
		fail_msg("%s: %s", e.name, e.text);
}

static void signs_not(const char *name)
{
	struct err e = { 0 };

	assert_null(sign_as(0, NULL, &e));
	assert_string_equal(e.name, name);
}

/* The notary asks the first two that have commitments. */
static void packages(void)
{
	const struct signing *s = part_course(parts[0])->signing;
	struct post p = { .genesis = w->genesis,
		.ceremony = part_ceremony(parts[0])->digest,
		.phase = PHASE_PACKAGE,
		.turn = s->packages_n,
		.seen = { s->board.size, *board_head(&s->board) },
		.body = signing_package(s) };
	struct jws j;
	struct err e = { 0 };

	assert_non_null(p.body);
	j = envelope(w->c, KIND_POST, post_print(&p), w->keys->notary);
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++)
		if (!part_read(parts[i], &j, &e))
			fail_msg("%s: %s", e.name, e.text);
	jws_free(&j);
	post_free(&p);
}

static void all_sign(void)
{
	open_signing();
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++)
		signs(i);
}

static int leave(void **state)
{
	json_decref(transcript);
	transcript = NULL;
	return end(state);
}

static void is_signed(const struct part *p)
{
	assert_true(course_is_done(part_course(p)));
	for (size_t i = 0; i < opened.items_n; i++)
		assert_true(sig_verify(w->c, &key, p->messages[i], part_course(p)->signing->signatures[i], NULL));
}

/* ---- as it should be */

static void test_two_of_three_sign(void **state)
{
	(void)state;
	all_sign();
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++)
		assert_true(speaks(i));
	assert_false(speaks(0));
	packages();
	assert_true(speaks(0));
	assert_true(speaks(1));
	is_signed(parts[2]);
	assert_false(speaks(2));
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++) {
		assert_true(part_settle(parts[i], NULL));
		assert_null(vault_ceremony_at(vaults[i], 0));
		assert_non_null(vault_share(vaults[i], &spki));
	}
}

/* Whoever starts again says the very same; and what was answered with is gone. */
static void test_nonces_serve_once(void **state)
{
	struct buf first = { 0 }, again = { 0 };
	uint8_t seed[SEED_BYTES];
	struct err e = { 0 };

	(void)state;
	all_sign();
	assert_true(part_says(parts[0], &first, NULL) && part_says(parts[0], &again, NULL));
	assert_true(slice_equal(buf_slice(&first), buf_slice(&again)));
	buf_free(&again);
	assert_true(speaks(0) && speaks(1));
	packages();
	assert_true(vault_nonce(vaults[0], &part_ceremony(parts[0])->digest, 0, seed, NULL));
	buf_free(&first);
	assert_true(part_says(parts[0], &first, NULL));
	assert_false(vault_nonce(vaults[0], &part_ceremony(parts[0])->digest, 0, seed, &e));
	assert_string_equal(e.name, "nonce_used");
	vault_close(vaults[0]);
	open_vault(0);
	parts[0]->a.vault = vaults[0];
	assert_true(part_says(parts[0], &again, NULL));
	assert_true(slice_equal(buf_slice(&first), buf_slice(&again)));
	buf_free(&first);
	buf_free(&again);
	assert_true(speaks(0) && speaks(1));
	is_signed(parts[2]);
}

/* Nonces that are lost are given up, and nobody is blamed. */
static void test_who_lost_its_nonces_gives_others(void **state)
{
	const struct signing *s;

	(void)state;
	all_sign();
	assert_true(speaks(0) && speaks(1));
	packages();
	assert_true(vault_nonce_spend(vaults[0], &part_ceremony(parts[0])->digest, 0, 77, "burnt", NULL));
	assert_true(speaks(0));
	s = part_course(parts[0])->signing;
	assert_int_equal(signing_pending(s), 0);
	assert_null(s->of[0].fault);
	assert_true(speaks(1) && speaks(2));
	packages();
	assert_true(speaks(0) && speaks(1));
	is_signed(parts[2]);
}

/* Who looks on believes no bytes but those that the ceremony names. */
static void test_who_looks_on(void **state)
{
	json_t *shown = json_array();
	struct err e = { 0 };
	struct part *p;
	char *text;

	(void)state;
	all_sign();
	for (size_t i = 0; i < opened.items_n; i++) {
		text = malloc(base64url_length(parts[0]->messages[i].n) + 1);
		assert_non_null(text);
		base64url_encode(parts[0]->messages[i].p, parts[0]->messages[i].n, text);
		json_array_append_new(shown, json_string(text));
		free(text);
	}
	p = sign_as(0, shown, &e);
	assert_non_null(p);
	part_free(p);
	json_array_set(shown, 0, json_array_get(shown, 1));
	assert_null(sign_as(0, shown, &e));
	assert_string_equal(e.name, "tbs_differs");
	err_clear(&e);
	json_array_remove(shown, 0);
	assert_null(sign_as(0, shown, &e));
	assert_string_equal(e.name, "out_of_range");
	json_decref(shown);
}

/* ---- an authority that lies */

static void test_what_a_lying_authority_asks_for(void **state)
{
	struct signing_item good[4];

	(void)state;
	open_signing();
	memcpy(good, items, sizeof(good));
	items[1].bytes.b[5] ^= 1; /* another TBS */
	signs_not("tbs_differs");
	memcpy(items, good, sizeof(good));
	items[1].subject.b[5] ^= 1; /* a cause that the log does not have */
	signs_not("log_unknown");
	memcpy(items, good, sizeof(good));
	items[0].subject.b[5] ^= 1;
	signs_not("wrong_key");
	memcpy(items, good, sizeof(good));
	items[2].list.next_update += 86400; /* a list that stays good for longer than the charter lets it */
	signs_not("out_of_range");
	memcpy(items, good, sizeof(good));
	items[2].list.this_update += 3600; /* or begins in the future */
	items[2].list.next_update += 3600;
	signs_not("out_of_range");
	memcpy(items, good, sizeof(good));
	items[2].list.size += 5;
	signs_not("behind");
	memcpy(items, good, sizeof(good));
	items[2].what = SIGNING_CHARTER;
	signs_not("feature_unsupported");
	memcpy(items, good, sizeof(good));
	opened.from.b[0] ^= 1; /* shares that there are not */
	signs_not("wrong_context");
	opened.from.b[0] ^= 1;
	opened.t = 3;
	signs_not("wrong_context");
	opened.t = 2;
}

/* Whose membership ended meanwhile gets nothing signed. */
static void test_who_is_gone_gets_nothing(void **state)
{
	(void)state;
	open_signing();
	opened.n = 2; /* it is not asked either */
	items[1].subject = items[0].subject;
	opened.items_n = 1;
	item(SIGNING_CERTIFICATE, 2);
	world_leave(w, 2);
	follower_accepts(f);
	signs_not("not_a_member");
}

static void test_without_its_share_it_takes_no_part(void **state)
{
	char path[80];

	(void)state;
	open_signing();
	vault_close(vaults[0]);
	vault_path(0, "", path);
	unlink(path);
	open_vault(0);
	signs_not("share_missing");
}

#define SIGN(name) cmocka_unit_test_teardown(test_##name, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SIGN(two_of_three_sign),
		SIGN(nonces_serve_once),
		SIGN(who_lost_its_nonces_gives_others),
		SIGN(who_looks_on),
		SIGN(what_a_lying_authority_asks_for),
		SIGN(who_is_gone_gets_nothing),
		SIGN(without_its_share_it_takes_no_part),
	};

	return cmocka_run_group_tests_name("part_sign", tests, make_dir, drop_dir);
}
