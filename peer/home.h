/* SPDX-License-Identifier: ISC
 * The folder in which gmc remembers: one group, one key, one member. GMC_HOME names it. */
#ifndef PEER_HOME_H
#define PEER_HOME_H

#include "base/json.h"
#include "peer/link.h"

enum { HOME_DIR_MAX = 1024, HOME_PATH_MAX = HOME_DIR_MAX + 160, HOME_NAME_MAX = 65 };

/* What lies in the folder, beside config.json, which holds struct home. */
#define HOME_KEY "key.pem"
#define HOME_KEY_NEXT "key.next.pem"
#define HOME_CSR "key.csr"
#define HOME_TRUST "trust.json"
#define HOME_GMC "gmc.pem"
#define HOME_CA "ca.pem"
#define HOME_CRL "crl.pem"
#define HOME_RECORD "record.json"
#define HOME_HEAD "head.json"
#define HOME_APPLICATION "application.json"
#define HOME_TICKET "ticket.json"
#define HOME_REKEY "rekey.json"
#define HOME_VAULT "agent.vault"

struct home {
	char dir[HOME_DIR_MAX];
	bool joined; /* link is set */
	struct join_link link;
	char key[HOME_PATH_MAX]; /* where the key is, when not in the folder; may be empty */
	char name[HOME_NAME_MAX];
	bool has_application, has_member;
	struct digest application;
	struct id16 member;
};

/* Which folder: `given` (an option), else GMC_HOME, else XDG_CONFIG_HOME/gmc, else HOME/.config/gmc; each may be NULL or empty.
 * "no_home": none is set, or it is too long. */
bool home_directory(
	const char *given, const char *gmc_home, const char *xdg, const char *user, char out[static HOME_DIR_MAX], struct err *e);
/* Reads config.json of a folder; without one all is empty. "bad_home", file_read's and json_read's. */
bool home_open(const char *dir, struct home *out, struct err *e);
/* Writes config.json (0600); makes the folder (0700) when there is none. */
bool home_save(const struct home *h, struct err *e);

void home_path(const struct home *h, const char *file, char out[static HOME_PATH_MAX]);
void home_key_path(const struct home *h, char out[static HOME_PATH_MAX]);
bool home_has(const struct home *h, const char *file);
/* A file of the folder; writing makes the folder and replaces the file. Errors: file_read's and file_write's. */
bool home_read(const struct home *h, const char *file, size_t max, struct buf *out, struct err *e);
bool home_write(const struct home *h, const char *file, uint32_t mode, struct slice bytes, struct err *e);
/* The same for JSON; NULL with e set. */
json_t *home_read_json(const struct home *h, const char *file, size_t max, struct err *e);
bool home_write_json(const struct home *h, const char *file, const json_t *doc, struct err *e);
void home_remove(const struct home *h, const char *file);

/* Keeps what was sent and the receipt for it as receipts/DIGEST.json: {"object", "receipt"}. */
bool home_keep_receipt(const struct home *h, const struct digest *object, const json_t *sent, const json_t *receipt, struct err *e);
/* Name of the file in which an administrator's reason is kept, for approving a charter in spite of lint's findings. */
void home_reason_file(const struct digest *charter, char out[static HOME_PATH_MAX]);
/* Name of the file in which a vote on a proposal is kept before it is sent, so that the very same one is sent again. */
void home_vote_file(const struct digest *proposal, char out[static HOME_PATH_MAX]);
/* The same for a vouch for an application. */
void home_vouch_file(const struct digest *application, char out[static HOME_PATH_MAX]);

#endif
