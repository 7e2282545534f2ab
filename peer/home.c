/* SPDX-License-Identifier: ISC */
#include "peer/home.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "charter/object.h"
#include "peer/file.h"

enum { CONFIG_MAX = 16384 };
static const char config[] = "config.json";

static bool is_set(const char *s)
{
	return s != NULL && s[0] != '\0';
}

bool home_directory(
	const char *given, const char *gmc_home, const char *xdg, const char *user, char out[static HOME_DIR_MAX], struct err *e)
{
	int n;

	if (is_set(given))
		n = snprintf(out, HOME_DIR_MAX, "%s", given);
	else if (is_set(gmc_home))
		n = snprintf(out, HOME_DIR_MAX, "%s", gmc_home);
	else if (is_set(xdg) && xdg[0] == '/') /* a relative one is to be ignored, says the XDG specification */
		n = snprintf(out, HOME_DIR_MAX, "%s/gmc", xdg);
	else if (is_set(user))
		n = snprintf(out, HOME_DIR_MAX, "%s/.config/gmc", user);
	else
		return err_set(e, "no_home", "there is no folder to keep keys in: set GMC_HOME");
	if (n < 0 || n >= HOME_DIR_MAX)
		return err_set(e, "no_home", "the folder's name is longer than %d bytes", HOME_DIR_MAX - 1);
	return true;
}

void home_path(const struct home *h, const char *file, char out[static HOME_PATH_MAX])
{
	snprintf(out, HOME_PATH_MAX, "%s/%s", h->dir, file);
}

void home_key_path(const struct home *h, char out[static HOME_PATH_MAX])
{
	if (h->key[0] != '\0')
		memcpy(out, h->key, sizeof(h->key));
	else
		home_path(h, HOME_KEY, out);
}

bool home_has(const struct home *h, const char *file)
{
	char path[HOME_PATH_MAX];

	home_path(h, file, path);
	return access(path, F_OK) == 0;
}

/* A string that may be absent; then out stays empty. */
static bool read_string(const struct at *at, const char *name, size_t size, char *out)
{
	const char *s;

	if (!at_has(at, name))
		return err_ok(at->e);
	if (!at_string(at, name, 1, size - 1, &s))
		return false;
	memcpy(out, s, strlen(s) + 1);
	return true;
}

static bool read_link(const struct at *at, struct home *h)
{
	const char *text;

	h->joined = at_has(at, "link");
	return !h->joined || (at_string(at, "link", 1, LINK_TEXT_MAX, &text) && join_link_parse(text, &h->link, at->e));
}

static bool read_config(const struct at *at, struct home *h)
{
	static const char *const members[] = { "format", "link", "key", "name", "application", "member", NULL };
	int64_t format;

	if (!at_only(at, members) || !at_int(at, "format", 1, 1, &format) || !read_link(at, h) ||
		!read_string(at, "key", sizeof(h->key), h->key) || !read_string(at, "name", sizeof(h->name), h->name))
		return false;
	h->has_application = at_has(at, "application");
	h->has_member = at_has(at, "member");
	return (!h->has_application || at_digest(at, "application", &h->application)) &&
		(!h->has_member || at_id16(at, "member", &h->member)) && err_ok(at->e);
}

bool home_open(const char *dir, struct home *out, struct err *e)
{
	struct home h = { 0 };
	struct err why = { 0 };
	struct at at;
	json_t *doc;
	bool rc;

	if (strlen(dir) >= sizeof(h.dir))
		return err_set(e, "no_home", "the folder's name is longer than %d bytes", HOME_DIR_MAX - 1);
	memcpy(h.dir, dir, strlen(dir) + 1);
	if (!home_has(&h, config)) {
		*out = h;
		return true;
	}
	doc = home_read_json(&h, config, CONFIG_MAX, &why);
	at = at_root(doc, &why);
	rc = doc != NULL && read_config(&at, &h);
	json_decref(doc);
	if (!rc)
		return err_set(e, err_is(&why, "no_memory") || err_is(&why, "file_unreadable") ? why.name : "bad_home",
			"%s/%s: %s%s%s: mend it, or join again in another folder", dir, config, why.pointer,
			why.pointer[0] != '\0' ? ": " : "", why.text);
	*out = h;
	return true;
}

static bool print_config(const struct home *h, json_t *doc)
{
	char text[LINK_TEXT_MAX];

	if (!object_set_int(doc, "format", 1))
		return false;
	if (h->joined) {
		join_link_print(&h->link, text);
		if (!object_set_string(doc, "link", text))
			return false;
	}
	return (h->key[0] == '\0' || object_set_string(doc, "key", h->key)) &&
		(h->name[0] == '\0' || object_set_string(doc, "name", h->name)) &&
		(!h->has_application || object_set_digest(doc, "application", &h->application)) &&
		(!h->has_member || object_set_id16(doc, "member", &h->member));
}

bool home_save(const struct home *h, struct err *e)
{
	json_t *doc = json_object();
	bool rc = print_config(h, doc) ? home_write_json(h, config, doc, e) : err_memory(e);

	json_decref(doc);
	return rc;
}

bool home_read(const struct home *h, const char *file, size_t max, struct buf *out, struct err *e)
{
	char path[HOME_PATH_MAX];

	home_path(h, file, path);
	return file_read(path, max, out, e);
}

/* Every folder on the way to a file, each for its owner alone. */
static bool make_folders(const char *path, struct err *e)
{
	char part[HOME_PATH_MAX];
	size_t n = strlen(path);

	for (size_t i = 1; i < n && i < sizeof(part); i++) {
		if (path[i] != '/')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0700) != 0 && errno != EEXIST)
			return err_set(e, "file_unwritable", "the folder %s cannot be made: %s", part, strerror(errno));
	}
	return true;
}

bool home_write(const struct home *h, const char *file, uint32_t mode, struct slice bytes, struct err *e)
{
	char path[HOME_PATH_MAX];

	home_path(h, file, path);
	return make_folders(path, e) && file_write(path, mode, bytes, e);
}

json_t *home_read_json(const struct home *h, const char *file, size_t max, struct err *e)
{
	struct buf text = { 0 };
	json_t *doc = home_read(h, file, max, &text, e) ? json_read(buf_slice(&text), max, e) : NULL;

	buf_free(&text);
	return doc;
}

bool home_write_json(const struct home *h, const char *file, const json_t *doc, struct err *e)
{
	struct buf text = { 0 };
	bool rc = json_write_pretty(doc, &text, e) && home_write(h, file, 0600, buf_slice(&text), e);

	buf_free(&text);
	return rc;
}

void home_remove(const struct home *h, const char *file)
{
	char path[HOME_PATH_MAX];

	home_path(h, file, path);
	unlink(path);
}

static void digest_file(const char *folder, const struct digest *d, char out[static HOME_PATH_MAX])
{
	char hex[65];

	hex_encode(d->b, sizeof(d->b), hex);
	snprintf(out, HOME_PATH_MAX, "%s/%s.json", folder, hex);
}

bool home_keep_receipt(const struct home *h, const struct digest *object, const json_t *sent, const json_t *receipt, struct err *e)
{
	json_t *doc = json_pack("{s:O, s:O}", "object", sent, "receipt", receipt);
	char file[HOME_PATH_MAX];
	bool rc;

	digest_file("receipts", object, file);
	rc = doc != NULL ? home_write_json(h, file, doc, e) : err_memory(e);
	json_decref(doc);
	return rc;
}

void home_reason_file(const struct digest *charter, char out[static HOME_PATH_MAX])
{
	digest_file("reasons", charter, out);
}

void home_vote_file(const struct digest *proposal, char out[static HOME_PATH_MAX])
{
	digest_file("votes", proposal, out);
}

void home_vouch_file(const struct digest *application, char out[static HOME_PATH_MAX])
{
	digest_file("vouches", application, out);
}
