/* SPDX-License-Identifier: ISC
 * The signer's private keys: pairs of an issuing and a revocation key in encrypted PKCS#8 files, each bound for ever to the first genesis
 * that is approved for it. */
#ifndef AUTHORITY_KEYRING_H
#define AUTHORITY_KEYRING_H

#include "base/err.h"
#include "base/sig.h"

/* The public side of a pair. Private keys are decrypted when something is first to be signed with them: scrypt is dear, and a signer with
 * many groups must be back at once after a crash. */
struct key_pair {
	struct digest spki; /* of the issuing key: its name */
	struct sig_pub issuing, revocation;
	bool bound;
	struct digest genesis; /* when bound */
};
struct keyring;

/* Opens DIR (made when missing, 0700), reads the public side of every pair in it, and tries the passphrase on one. "key_unreadable",
 * "wrong_passphrase", ... Free with keyring_free. */
struct keyring *keyring_open(const char *dir, const char *passphrase, struct err *e);
void keyring_free(struct keyring *k);
/* Makes a pair: Ed25519 for revocation, `alg` for issuing. Borrowed. NULL with e set; "too_many_keys" above 1024 unbound pairs. */
const struct key_pair *keyring_create(struct keyring *k, enum sig_alg alg, struct err *e);
const struct key_pair *keyring_find(const struct keyring *k, const struct digest *spki);
/* The pairs bound to a group, one after the other: i from 0 until NULL. */
const struct key_pair *keyring_of(const struct keyring *k, const struct digest *genesis, size_t i);
/* The pair with this revocation key, by its thumbprint. NULL: it is not here. */
const struct key_pair *keyring_revoking(const struct keyring *k, const struct digest *thumb);
/* May a charter of this group name the key? "issuer_unknown" (no such pair here), "key_bound" (it belongs to another group). */
bool keyring_may_bind(const struct keyring *k, const struct digest *spki, const struct digest *genesis, struct err *e);
/* Binds a pair, durably. keyring_may_bind's. */
bool keyring_bind(struct keyring *k, const struct digest *spki, const struct digest *genesis, struct err *e);

/* The private keys, decrypted once and kept; borrowed. NULL: keyfile_read's, "bad_key" when the file holds another key than its public side
 * says. */
const struct sig_key *keyring_issuing(struct keyring *k, const struct digest *spki, struct err *e);
const struct sig_key *keyring_revocation(struct keyring *k, const struct digest *spki, struct err *e);

#endif
