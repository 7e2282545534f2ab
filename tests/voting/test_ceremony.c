/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/voting/objects.h"
#include "voting/ceremony.h"

static struct ceremony c;

static void fill(enum ceremony_purpose purpose)
{
	static struct signing_item items[2] = {
		{ .what = SIGNING_CERTIFICATE, .subject = { { 4 } }, .bytes = { { 5 } } },
		{ .what = SIGNING_LIST, .subject = { { 6 } }, .bytes = { { 7 } }, .list = { 8, 9, 10, 11 } },
	};

	memset(&c, 0, sizeof(c));
	c.genesis.b[0] = 1;
	c.charter.b[0] = 2;
	c.number = 3;
	c.purpose = purpose;
	c.epoch = 4;
	c.t = 2;
	c.opened = 5;
	c.wait = 6;
	c.n = 3;
	c.from.b[0] = 7;
	c.items = items;
	c.items_n = 2;
	c.receiver = 4;
	c.dealers[0] = 2;
	c.dealers[1] = 9;
	c.dealers_n = 2;
	for (size_t i = 0; i < 3; i++) {
		struct sig_key *k = sig_key_generate(i == 1 ? SIG_P256 : SIG_ED25519, NULL);

		c.members[i] = (struct participant){ (share_id[]){ 2, 4, 9 }[i], id_with((uint8_t)i), *sig_key_pub(k) };
		sig_key_free(k);
	}
}

static json_t *make_key(void)
{
	fill(CEREMONY_KEY);
	return ceremony_print(&c);
}

static json_t *make_reshare(void)
{
	fill(CEREMONY_RESHARE);
	return ceremony_print(&c);
}

static json_t *make_share(void)
{
	fill(CEREMONY_SHARE);
	return ceremony_print(&c);
}

static json_t *make_sign(void)
{
	fill(CEREMONY_SIGN);
	return ceremony_print(&c);
}

static bool parse(const struct jws *j, struct err *e)
{
	struct ceremony *one = ceremony_parse(j, e);

	ceremony_free(one);
	return one != NULL;
}

static struct ceremony *reread(json_t *o)
{
	struct jws *j = envelope_of(KIND_CEREMONY, o);
	struct ceremony *one = ceremony_parse(j, NULL);
	struct digest d;

	assert_non_null(one);
	jws_digest(j, KIND_CEREMONY, &d);
	assert_memory_equal(&d, &one->digest, sizeof(d));
	envelope_free(j);
	return one;
}

static void what_is_printed_is_read(void **state)
{
	struct ceremony *one = reread(make_key());

	(void)state;
	assert_int_equal(one->number, 3);
	assert_int_equal(one->purpose, CEREMONY_KEY);
	assert_int_equal(one->epoch, 4);
	assert_int_equal(one->t, 2);
	assert_int_equal(one->opened, 5);
	assert_int_equal(one->wait, 6);
	assert_int_equal(one->n, 3);
	assert_int_equal(one->dealers_n, 3);
	assert_int_equal(one->members[1].number, 4);
	assert_true(sig_pub_equal(&one->members[1].key, &c.members[1].key));
	assert_int_equal(ceremony_place(one, 9), 2);
	assert_int_equal(ceremony_place(one, 3), -1);
	ceremony_free(one);
	one = reread(make_reshare());
	assert_int_equal(one->dealers_n, 2);
	assert_int_equal(ceremony_dealer(one, 9), 1);
	assert_int_equal(ceremony_dealer(one, 4), -1);
	assert_int_equal(one->from.b[0], 7);
	ceremony_free(one);
	one = reread(make_share());
	assert_int_equal(one->receiver, 4);
	ceremony_free(one);
	one = reread(make_sign());
	assert_int_equal(one->items_n, 2);
	assert_int_equal(one->items[0].what, SIGNING_CERTIFICATE);
	assert_int_equal(one->items[0].bytes.b[0], 5);
	assert_int_equal(one->items[1].list.number, 8);
	assert_int_equal(one->items[1].list.size, 9);
	assert_int_equal(one->items[1].list.next_update, 11);
	ceremony_free(one);
	assert_string_equal(ceremony_purpose_name(CEREMONY_SHARE), "share");
}

#define ITEM(what, more) "[{\"what\":\"" what "\",\"subject\":" SOME_DIGEST ",\"bytes\":" SOME_DIGEST more "}]"

static void what_does_not_belong_is_refused(void **state)
{
	const struct change of_key[] = {
		{ "charter", NULL, "missing_member", "/charter" },
		{ "number", "0", "out_of_range", "/number" },
		{ "purpose", "\"sing\"", "bad_value", "/purpose" },
		{ "epoch", "0", "out_of_range", "/epoch" },
		{ "threshold", "1", "out_of_range", "/threshold" },
		{ "threshold", "4", "bad_value", "" },
		{ "opened", "-1", "out_of_range", "/opened" },
		{ "wait", "0", "out_of_range", "/wait" },
		{ "wait", "99999999", "out_of_range", "/wait" },
		{ "participants", "[]", "out_of_range", "/participants" },
		{ "from", SOME_DIGEST, "unknown_member", "" },
		{ "items", "[]", "unknown_member", "" },
		{ "colour", "2", "unknown_member", "/colour" },
	};
	const struct change of_reshare[] = {
		{ "from", NULL, "missing_member", "/from" },
		{ "dealers", "[2]", "out_of_range", "/dealers" },
		{ "dealers", "[9,2]", "bad_value", "/dealers/1" },
		{ "dealers", "[2,2]", "bad_value", "/dealers/1" },
		{ "dealers", "[2,3]", "bad_value", "/dealers" },
		{ "dealers", "[0,2]", "out_of_range", "/dealers/0" },
		{ "dealers", "[2,65536]", "out_of_range", "/dealers/1" },
		{ "receiver", "4", "unknown_member", "" },
	};
	const struct change of_share[] = {
		{ "receiver", "2", "bad_value", "" },
		{ "receiver", "3", "bad_value", "" },
		{ "dealers", "[2,4,9]", "bad_value", "" },
		{ "threshold", "3", "bad_value", "" },
	};
	const struct change of_sign[] = {
		{ "items", "[]", "out_of_range", "/items" },
		{ "items", ITEM("door", ""), "bad_value", "/items/0/what" },
		{ "items", ITEM("list", ""), "bad_value", "/items/0" },
		{ "items", ITEM("charter", ",\"list\":{}"), "bad_value", "/items/0" },
		{ "items", ITEM("list", ",\"list\":{\"number\":0,\"this\":1,\"next\":2}"), "out_of_range", "/items/0/list/number" },
		{ "items", ITEM("list", ",\"list\":{\"number\":1,\"size\":0,\"this\":1,\"next\":2}"), "out_of_range",
			"/items/0/list/size" },
		{ "dealers", "[2,9]", "unknown_member", "" },
	};

	(void)state;
	refused(KIND_CEREMONY, make_key, parse, of_key, sizeof(of_key) / sizeof(of_key[0]));
	refused(KIND_CEREMONY, make_reshare, parse, of_reshare, sizeof(of_reshare) / sizeof(of_reshare[0]));
	refused(KIND_CEREMONY, make_share, parse, of_share, sizeof(of_share) / sizeof(of_share[0]));
	refused(KIND_CEREMONY, make_sign, parse, of_sign, sizeof(of_sign) / sizeof(of_sign[0]));
}

static void reads_not(json_t *o, const char *name)
{
	struct jws *j = envelope_of(KIND_CEREMONY, o);
	struct err e = { 0 };

	assert_null(ceremony_parse(j, &e));
	assert_string_equal(e.name, name);
	envelope_free(j);
}

/* A number, a member or a key that is somebody else's too would let one act for two. */
static void nobody_takes_part_twice(void **state)
{
	(void)state;
	fill(CEREMONY_KEY);
	c.members[1].number = 2;
	reads_not(ceremony_print(&c), "bad_value");
	fill(CEREMONY_KEY);
	c.members[1].number = 10;
	reads_not(ceremony_print(&c), "bad_value");
	fill(CEREMONY_KEY);
	c.members[2].member = c.members[0].member;
	reads_not(ceremony_print(&c), "bad_value");
	fill(CEREMONY_KEY);
	c.members[2].key = c.members[0].key;
	reads_not(ceremony_print(&c), "bad_value");
	fill(CEREMONY_SIGN);
	c.items[1].bytes = c.items[0].bytes;
	reads_not(ceremony_print(&c), "bad_value");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read),
		cmocka_unit_test(what_does_not_belong_is_refused),
		cmocka_unit_test(nobody_takes_part_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
