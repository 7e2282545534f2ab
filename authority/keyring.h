/* SPDX-License-Identifier: ISC
 * The signer's private keys: pairs of an issuing and a revocation key in encrypted PKCS#8 files, each bound for ever to the first genesis that is approved for it. */
#ifndef AUTHORITY_KEYRING_H
#define AUTHORITY_KEYRING_H

#include "base/err.h"
#include "base/sig.h"

struct key_pair {
	struct digest spki; /* of the issuing key: its name */
	struct sig_key *issuing, *revocation;
	bool bound;
	struct digest genesis; /* when bound */
};
struct keyring;

/* Opens DIR (made when missing, 0700) and decrypts every pair in it. "key_unreadable", "wrong_passphrase", ... Free with keyring_free. */
struct keyring *keyring_open(const char *dir, const char *passphrase, struct err *e);
void keyring_free(struct keyring *k);
/* Makes a pair: Ed25519 for revocation, `alg` for issuing. Borrowed. NULL with e set; "too_many_keys" above 1024 unbound pairs. */
const struct key_pair *keyring_create(struct keyring *k, enum sig_alg alg, struct err *e);
const struct key_pair *keyring_find(const struct keyring *k, const struct digest *spki);
/* The pairs bound to a group, one after the other: i from 0 until NULL. */
const struct key_pair *keyring_of(const struct keyring *k, const struct digest *genesis, size_t i);
/* Binds a pair, durably. "key_bound" when it belongs to another group. */
bool keyring_bind(struct keyring *k, const struct digest *spki, const struct digest *genesis, struct err *e);

#endif
