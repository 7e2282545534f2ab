/* SPDX-License-Identifier: ISC */
#include "authority/state_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "peer/file.h"
#include "peer/keyfile.h"

enum { PASSPHRASE_BYTES = 32 };

bool state_dir_settings(const char *dir, struct settings *out, struct err *e)
{
	char path[PLACE_MAX];

	if (!place_join(path, sizeof(path), dir, "gauthd.conf", e))
		return false;
	return settings_read(access(path, F_OK) == 0 ? path : NULL, out, e);
}

static bool set_database(const struct place *place, struct state_dir *s, struct err *e)
{
	s->embedded = s->settings.database.url[0] == '\0';
	if (s->embedded) {
		cluster_conninfo(place, cluster_owner, s->conninfo);
		cluster_conninfo(place, cluster_daemon, s->daemon_conninfo);
		return true;
	}
	if (strlen(s->settings.database.url) >= sizeof(s->conninfo))
		return err_set(e, "config_bad_value", "[database] url is too long");
	snprintf(s->conninfo, sizeof(s->conninfo), "%s", s->settings.database.url);
	snprintf(s->daemon_conninfo, sizeof(s->daemon_conninfo), "%s", s->settings.database.url);
	return true;
}

/* A path that the settings name, or one of ours. */
static bool choose(char *out, size_t size, const char *named, const char *dir, const char *name, struct err *e)
{
	if (named[0] == '\0')
		return place_join(out, size, dir, name, e);
	snprintf(out, size, "%s", named);
	return true;
}

bool state_dir_name(const struct place *place, struct state_dir *out, struct err *e)
{
	struct settings settings;

	return state_dir_settings(place->dir, &settings, e) && state_dir_name_by(place, &settings, out, e);
}

bool state_dir_name_by(const struct place *place, const struct settings *settings, struct state_dir *out, struct err *e)
{
	char run[PLACE_MAX];

	memset(out, 0, sizeof(*out));
	out->settings = *settings;
	return set_database(place, out, e) && place_join(out->conf, sizeof(out->conf), place->dir, "gauthd.conf", e) &&
		place_join(out->admin, sizeof(out->admin), place->dir, "admin.pem", e) &&
		place_join(out->daemon, sizeof(out->daemon), place->base, "gauthd", e) &&
		place_join(out->notary, sizeof(out->notary), out->daemon, "notary.pem", e) &&
		place_join(out->signer, sizeof(out->signer), place->base, "signer", e) &&
		choose(out->passphrase, sizeof(out->passphrase), out->settings.signer.passphrase, out->signer, "passphrase", e) &&
		place_join(run, sizeof(run), place->run, "signer", e) &&
		choose(out->socket, sizeof(out->socket), out->settings.signer.socket, run, "socket", e);
}

/* ---- making */

/* Ours until here; lchown, so that a link that its future owner put there leads nowhere. */
static bool give(const char *path, const struct user *to, struct err *e)
{
	if (geteuid() != 0 || to->uid == 0 || lchown(path, to->uid, to->gid) == 0)
		return true;
	return err_set(e, "state_failed", "%s: %s", path, strerror(errno));
}

static bool make_key(const char *path, const struct user *owner, bool *made, struct err *e)
{
	struct sig_key *k;
	bool rc;

	if (access(path, F_OK) == 0)
		return true;
	k = sig_key_generate(SIG_ED25519, e);
	rc = k != NULL && keyfile_write(path, k, NULL, e) && give(path, owner, e);
	sig_key_free(k);
	*made = *made || rc;
	return rc;
}

static bool make_passphrase(const char *path, const struct user *owner, bool *made, struct err *e)
{
	uint8_t secret[PASSPHRASE_BYTES];
	char text[2 * PASSPHRASE_BYTES + 2];
	bool rc;

	if (access(path, F_OK) == 0)
		return true;
	bytes_random(secret, sizeof(secret));
	hex_encode(secret, sizeof(secret), text);
	text[2 * PASSPHRASE_BYTES] = '\n';
	text[2 * PASSPHRASE_BYTES + 1] = '\0';
	rc = file_create(path, 0600, slice_str(text), e) && give(path, owner, e);
	bytes_wipe(secret, sizeof(secret));
	bytes_wipe(text, sizeof(text));
	*made = *made || rc;
	return rc;
}

static bool make_conf(const struct state_dir *s, bool *made, struct err *e)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f;
	bool rc;

	if (access(s->conf, F_OK) == 0)
		return true;
	f = open_memstream(&text, &n);
	if (f == NULL)
		return err_memory(e);
	conf_print(f, settings_keys, settings_n, &s->settings);
	rc = fclose(f) == 0 ? file_create(s->conf, 0600, slice_of(text, n), e) : err_memory(e);
	free(text);
	*made = *made || rc;
	return rc;
}

bool state_dir_fill(const struct state_dir *s, const struct user *daemon, const struct user *signer, bool *made, struct err *e)
{
	struct user self;

	user_self(&self);
	*made = false;
	return make_conf(s, made, e) && make_key(s->admin, &self, made, e) && make_key(s->notary, daemon, made, e) &&
		(s->settings.signer.passphrase[0] != '\0' || make_passphrase(s->passphrase, signer, made, e));
}

/* ---- the port */

bool state_dir_tell_port(const struct place *place, int64_t port, struct err *e)
{
	char path[PLACE_MAX], text[24];

	if (!place_join(path, sizeof(path), place->run, "port", e))
		return false;
	if (port == 0)
		return unlink(path) == 0 || errno == ENOENT || err_set(e, "state_failed", "%s: %s", path, strerror(errno));
	snprintf(text, sizeof(text), "%lld\n", (long long)port);
	return file_write(path, 0644, slice_str(text), e);
}

void state_dir_ask_port(const struct place *place, int64_t *port)
{
	struct buf text = { 0 };
	char path[PLACE_MAX];
	long v;

	if (place_join(path, sizeof(path), place->run, "port", NULL) && file_read(path, 16, &text, NULL) && buf_cstr(&text) != NULL) {
		v = strtol(buf_cstr(&text), NULL, 10);
		*port = v > 0 && v <= 65535 ? v : *port;
	}
	buf_free(&text);
}

void state_dir_signer_args(const struct state_dir *s, const struct user *daemon, struct signer_args *out)
{
	const char *const args[] = { "--state", s->signer, "--socket", s->socket, "--passphrase", s->passphrase, "--allow-uid", out->uid,
		"--lifeline", "3", NULL };

	snprintf(out->uid, sizeof(out->uid), "%u", (unsigned)daemon->uid);
	memcpy(out->args, args, sizeof(args));
}
