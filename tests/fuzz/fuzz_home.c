/* SPDX-License-Identifier: ISC
 * What gmc remembers in its folder, as a hand or a crash may have left it. */
#include <stdio.h>
#include <unistd.h>

#include "peer/home.h"
#include "tests/fuzz/fuzz.h"

static char dir[] = "/tmp/fuzz-home-XXXXXX";

static void clean(void)
{
	struct home h = { 0 };

	memcpy(h.dir, dir, sizeof(dir));
	home_remove(&h, "config.json");
	home_remove(&h, HOME_HEAD);
	CHECK(rmdir(dir) == 0); /* nothing else was written there */
}

static void put(const char *file, struct slice bytes)
{
	char path[sizeof(dir) + 32];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	f = fopen(path, "wbe");
	CHECK(f != NULL && fwrite(bytes.p, 1, bytes.n, f) == bytes.n);
	CHECK(fclose(f) == 0);
}

/* What was read and is kept is read as the same. */
static void keep(const struct home *h)
{
	struct home again;
	char key[HOME_PATH_MAX], same[HOME_PATH_MAX], link[LINK_TEXT_MAX], same_link[LINK_TEXT_MAX];

	CHECK(home_save(h, NULL) && home_open(dir, &again, NULL));
	home_key_path(h, key);
	home_key_path(&again, same);
	CHECK(strcmp(key, same) == 0 && strcmp(h->name, again.name) == 0 && h->joined == again.joined);
	CHECK(h->has_application == again.has_application && h->has_member == again.has_member);
	CHECK(digest_compare(&h->application, &again.application) == 0 && id16_compare(&h->member, &again.member) == 0);
	if (!h->joined)
		return;
	join_link_print(&h->link, link);
	join_link_print(&again.link, same_link);
	CHECK(strcmp(link, same_link) == 0);
}

static void config(struct slice bytes)
{
	struct err e = { 0 };
	struct home h;

	put("config.json", bytes);
	if (home_open(dir, &h, &e))
		keep(&h);
	else
		refused(&e);
}

/* Any other file: JSON that is kept is the same JSON. */
static void document(struct slice bytes)
{
	struct home h = { 0 };
	struct err e = { 0 };
	json_t *doc, *again;

	memcpy(h.dir, dir, sizeof(dir));
	put(HOME_HEAD, bytes);
	doc = home_read_json(&h, HOME_HEAD, 1 << 16, &e);
	if (doc == NULL) {
		refused(&e);
		return;
	}
	CHECK(home_write_json(&h, HOME_HEAD, doc, NULL));
	again = home_read_json(&h, HOME_HEAD, 1 << 20, NULL);
	CHECK(json_equal(doc, again));
	json_decref(doc);
	json_decref(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static bool started;

	if (!started) {
		CHECK(mkdtemp(dir) != NULL);
		atexit(clean);
		started = true;
	}
	config(slice_of(p, n));
	document(slice_of(p, n));
	return 0;
}
