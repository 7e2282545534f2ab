/* SPDX-License-Identifier: ISC
 * What a member's agent must neither lose nor show: its shares of the group's key, seeds and nonces of ceremonies that run, and what it
 * posted there. One file, encrypted under a key that follows from the member's own (XChaCha20-Poly1305), replaced whole at each change; one
 * process at a time. Whatever a function keeps is on disk before it returns. */
#ifndef PEER_VAULT_H
#define PEER_VAULT_H

#include "base/sig.h"
#include "voting/post.h"
#include "voting/shares.h"

enum { VAULT_CEREMONIES_MAX = 64, VAULT_SHARES_MAX = 32, VAULT_POSTS_MAX = 512, VAULT_NONCES_MAX = 512 };

/* A share of a key, and the ceremony that it comes from. Secret. */
struct vault_share {
	struct digest key;        /* of the key's SubjectPublicKeyInfo */
	struct digest ceremony;   /* in which it was dealt */
	struct digest transcript; /* that says who else holds one, and what is public of all */
	uint32_t epoch;
	bool serves; /* all holders have confirmed */
	struct share share;
};

struct vault;
/* Opens PATH, made when missing, and locks PATH.lock. NULL: "vault_busy" (another process has it), "vault_unreadable" (it was made under
 * another key, or is damaged), file_read's, file_write's, "no_memory". */
struct vault *vault_open(const char *path, const struct sig_key *key, struct err *e);
/* NULL is fine. Wipes. */
void vault_close(struct vault *v);
/* From now on under another key of the member's. file_write's. */
bool vault_rekey(struct vault *v, const struct sig_key *key, struct err *e);

/* The seed of a ceremony, from which all follows that is drawn in it: drawn once. The caller wipes it. "vault_full", file_write's. */
bool vault_seed(struct vault *v, const struct digest *ceremony, uint8_t out[static SEED_BYTES], struct err *e);
/* What was posted in a phase and turn of it, as text; NULL: nothing yet. And keeps it, to be called before it is sent. */
const char *vault_post(const struct vault *v, const struct digest *ceremony, enum phase phase, uint32_t turn);
bool vault_keep_post(struct vault *v, const struct digest *ceremony, enum phase phase, uint32_t turn, const char *text, struct err *e);
/* The seed of a turn's nonces in a signing: drawn once, and there until it is spent. The caller wipes it. "vault_full", file_write's. */
bool vault_nonce_draw(struct vault *v, const struct digest *ceremony, uint32_t turn, uint8_t out[static SEED_BYTES], struct err *e);
/* The same without drawing: "nonce_used" when it is not there (any more). */
bool vault_nonce(const struct vault *v, const struct digest *ceremony, uint32_t turn, uint8_t out[static SEED_BYTES], struct err *e);
/* Forgets the seed of a turn, for good, and keeps the answer to a package that rests on it, as text, in one step: to be called before the
 * answer is sent. "nonce_used", "vault_full"; where it fails the seed is gone all the same. */
bool vault_nonce_spend(struct vault *v, const struct digest *ceremony, uint32_t turn, uint32_t package, const char *text, struct err *e);
/* How many seeds were burnt when it was opened, because it was not where it was: a copy, one restored from a backup, or after a boot. */
size_t vault_burnt(const struct vault *v);
/* Keeps the share that a ceremony gave, in the place of another one of that ceremony. It does not serve yet. "vault_full" */
bool vault_keep_share(struct vault *v, const struct vault_share *s, struct err *e);
/* A ceremony is over: its seed and posts are forgotten. Done: the share that it gave serves, and those of the same key's earlier epochs are
 * gone. Otherwise it is the one that is gone. */
bool vault_settle(struct vault *v, const struct digest *ceremony, bool done, struct err *e);

/* The share of a key that serves; the one of a transcript, serving or not; the one at a place. NULL: there is none. Borrowed until the next
 * change. */
const struct vault_share *vault_share(const struct vault *v, const struct digest *key);
const struct vault_share *vault_share_of(const struct vault *v, const struct digest *transcript);
const struct vault_share *vault_share_at(const struct vault *v, size_t i);
/* Ceremonies in which something was drawn, and that are not settled, one after the other. NULL past the last. */
const struct digest *vault_ceremony_at(const struct vault *v, size_t i);

#endif
