/* SPDX-License-Identifier: ISC
 * Founders of a threshold group, each with a vault and its part in one ceremony: for tests of parts. */
#ifndef TESTS_PEER_PARTS_H
#define TESTS_PEER_PARTS_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "peer/part.h"
#include "tests/lib/following.h"

static char dir[] = "/tmp/ch-part-XXXXXX";
static struct ceremony opened;
static struct vault *vaults[CHARTERS_FOUNDERS];
static struct part *parts[CHARTERS_FOUNDERS];

static void of_two(json_t *charter)
{
	charters_set(charter, "/voting/scheme", "\"threshold\"");
	charters_set(charter, "/voting/threshold", "2");
	charters_set(charter, "/authority/issuing", "[]");
}

static void vault_path(size_t i, const char *end, char out[static 80])
{
	snprintf(out, 80, "%s/%zu.vault%s", dir, i, end);
}

static void open_vault(size_t i)
{
	char path[80];
	struct err e = { 0 };

	vault_path(i, "", path);
	vaults[i] = vault_open(path, w->members[i].key, &e);
	if (vaults[i] == NULL)
		fail_msg("%s: %s", e.name, e.text);
}

/* A threshold group whose authority opens the ceremony for its key. */
static void begin_ceremony(void)
{
	begin(of_two);
	memset(&opened, 0, sizeof(opened));
	opened = (struct ceremony){ .genesis = w->genesis,
		.charter = w->charter->object.digest,
		.number = 1,
		.purpose = CEREMONY_KEY,
		.epoch = 1,
		.t = 2,
		.opened = w->now,
		.wait = 60 };
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++) {
		opened.members[opened.n++] =
			(struct participant){ (share_id)(i + 1), w->members[i].member, *sig_key_pub(w->members[i].key) };
		opened.dealers[opened.dealers_n++] = (share_id)(i + 1);
		open_vault(i);
	}
}

static int end(void **state)
{
	char path[80];

	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++) {
		part_free(parts[i]);
		vault_close(vaults[i]);
		parts[i] = NULL;
		vaults[i] = NULL;
		vault_path(i, "", path);
		unlink(path);
		vault_path(i, ".lock", path);
		unlink(path);
	}
	return down(state);
}

static struct part *join_as(size_t i, const struct sig_key *notary, struct err *e)
{
	struct agent a = { .crypto = w->c, .key = w->members[i].key, .member = w->members[i].member, .ledger = f->l, .vault = vaults[i] };
	struct jws j = envelope(w->c, KIND_CEREMONY, ceremony_print(&opened), notary);
	struct part *p = part_begin(&a, opened.number, &j, NULL, NULL, e);

	jws_free(&j);
	return p;
}

static void takes_part(size_t i)
{
	struct err e = { 0 };

	parts[i] = join_as(i, w->keys->notary, &e);
	if (parts[i] == NULL)
		fail_msg("%s: %s", e.name, e.text);
}

static bool reads(struct part *p, const struct buf *text, struct err *e)
{
	struct jws j;
	bool rc;

	assert_true(jws_parse(buf_slice(text), 1 << 20, &j, e));
	rc = part_read(p, &j, e);
	jws_free(&j);
	return rc;
}

/* One says what it has to, and all read it. False: nothing is wanted of it. */
static bool speaks(size_t i)
{
	struct buf text = { 0 };
	struct err e = { 0 };
	bool said;

	if (!part_says(parts[i], &text, &e))
		fail_msg("%s: %s", e.name, e.text);
	for (size_t k = 0; text.n > 0 && k < CHARTERS_FOUNDERS; k++)
		if (!reads(parts[k], &text, &e))
			fail_msg("%s: %s", e.name, e.text);
	said = text.n > 0;
	buf_free(&text);
	return said;
}

static void until(enum phase phase)
{
	for (bool more = true; more && part_course(parts[0])->dealing->phase != phase;) {
		more = false;
		for (size_t i = 0; i < CHARTERS_FOUNDERS && part_course(parts[0])->dealing->phase != phase; i++)
			if (speaks(i))
				more = true;
	}
	assert_int_equal(part_course(parts[0])->dealing->phase, phase);
}

static void all_take_part(void)
{
	begin_ceremony();
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++)
		takes_part(i);
}

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) == NULL ? -1 : 0;
}

static int drop_dir(void **state)
{
	(void)state;
	return rmdir(dir);
}

#define PART(name) cmocka_unit_test_teardown(test_##name, end)

#endif
