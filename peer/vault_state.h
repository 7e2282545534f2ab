/* SPDX-License-Identifier: ISC
 * The vault's inside: for peer/vault*.c alone. */
#ifndef PEER_VAULT_STATE_H
#define PEER_VAULT_STATE_H

#include <sodium.h>

#include "peer/vault.h"

enum { VAULT_PATH = 1280, VAULT_KEY = crypto_aead_xchacha20poly1305_ietf_KEYBYTES, VAULT_BOOT = 36 };

struct kept_ceremony {
	struct digest digest;
	uint8_t seed[SEED_BYTES];
};
struct kept_post {
	struct digest ceremony;
	enum phase phase;
	uint32_t turn;
	char *text; /* owned */
};

struct kept_nonce {
	struct digest ceremony;
	uint32_t turn;
	uint8_t seed[SEED_BYTES];
};
/* Where the vault was when it was last written: its lock's file, and the machine's boot. */
struct kept_place {
	uint64_t device, inode, generation;
	uint8_t boot[VAULT_BOOT];
};

struct vault {
	int lock;
	char path[VAULT_PATH];
	uint8_t key[VAULT_KEY];
	struct kept_place place;
	struct kept_ceremony ceremonies[VAULT_CEREMONIES_MAX];
	size_t ceremonies_n;
	struct vault_share shares[VAULT_SHARES_MAX];
	size_t shares_n;
	struct kept_post posts[VAULT_POSTS_MAX];
	size_t posts_n;
	struct kept_nonce nonces[VAULT_NONCES_MAX];
	size_t nonces_n;
	size_t burnt; /* when it was opened */
};

/* The key under which it is written, out of the member's. */
bool vault_set_key(struct vault *v, const struct sig_key *key, struct err *e);
/* Locks it, reads it, and burns its nonces when it is not where it was. vault_open's errors. */
bool vault_load(struct vault *v, struct err *e);
/* Writes all of it, for good. */
bool vault_save(struct vault *v, struct err *e);
/* Adds a post to those in memory. */
bool vault_add_post(struct vault *v, const struct digest *ceremony, enum phase phase, uint32_t turn, struct slice text);

#endif
