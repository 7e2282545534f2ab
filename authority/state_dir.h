/* SPDX-License-Identifier: ISC
 * What lies where in a state: the settings, the keys that `gauthctl init` makes, the directories of the parts.
 *
 *     STATE/gauthd.conf   settings              STATE/admin.pem         the first administrator's key
 *     BASE/gauthd/notary.pem                    BASE/signer/passphrase  BASE/signer/keys, groups: the signer's own
 *     RUN/signer/socket
 *
 * BASE and RUN are those of authority/place.h; embedded.h says which user owns what. */
#ifndef AUTHORITY_STATE_DIR_H
#define AUTHORITY_STATE_DIR_H

#include "authority/embedded.h"
#include "authority/settings.h"
#include "base/sig.h"

struct state_dir {
	struct settings settings;
	bool embedded; /* no [database] url: the private PostgreSQL */
	char conf[PLACE_MAX], admin[PLACE_MAX];
	char daemon[PLACE_MAX], notary[PLACE_MAX];
	char signer[PLACE_MAX], passphrase[PLACE_MAX], socket[PLACE_MAX];
	char conninfo[CLUSTER_CONNINFO_MAX]; /* of the owner's role, or the url */
	char daemon_conninfo[CLUSTER_CONNINFO_MAX];
};

/* The settings of a state directory, which need not be there yet: then they are the fallbacks. settings_read's errors. */
bool state_dir_settings(const char *dir, struct settings *out, struct err *e);
/* All paths of a place that was opened or found. settings_read's errors, "state_failed" (a path that is too long). */
bool state_dir_name(const struct place *place, struct state_dir *out, struct err *e);
/* The same with settings that were read from elsewhere. */
bool state_dir_name_by(const struct place *place, const struct settings *settings, struct state_dir *out, struct err *e);
/* Makes what is missing of settings, keys and passphrase: the notary's for the daemon's user, the passphrase for the signer's, the
 * rest for ourselves. What is there stays as it is. *made tells whether anything was. file_create's errors, "state_failed". */
bool state_dir_fill(const struct state_dir *s, const struct user *daemon, const struct user *signer, bool *made, struct err *e);

/* The port that a running gauthd serves at, which may be another than the settings': kept beside its sockets for as long as it runs.
 * port 0: any that is free, of which nothing is told. *port stays where nothing was told. "state_failed" */
bool state_dir_tell_port(const struct place *place, int64_t port, struct err *e);
void state_dir_ask_port(const struct place *place, int64_t *port);

/* Arguments for gauth-signer as a bound child (embedded_children's signer_args): NULL-terminated, into `text`, for callers that are
 * the daemon's or the parent. daemon: the user who may connect. */
enum { SIGNER_ARGS = 12 };
struct signer_args {
	const char *args[SIGNER_ARGS];
	char uid[16];
};
void state_dir_signer_args(const struct state_dir *s, const struct user *daemon, struct signer_args *out);

#endif
