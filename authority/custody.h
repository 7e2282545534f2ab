/* SPDX-License-Identifier: ISC
 * One group in the signer's care: its ledger, its journal, the signatures made. Decides again whatever it is asked, whoever asks
 * (docs/signer.md). */
#ifndef AUTHORITY_CUSTODY_H
#define AUTHORITY_CUSTODY_H

#include <jansson.h>

#include "authority/keyring.h"
#include "base/bytes.h"
#include "peer/head.h"

struct custody;

/* Opens the group's state in DIR, made when missing, and replays it. What journal_open and ledger_extend say; "state_lost" when keys are
 * bound to this group and its state is not there: only an operator's word and a head (custody_rebuild) bring it back. Free with
 * custody_close. */
struct custody *custody_open(const char *dir, const struct digest *genesis, struct keyring *keys, struct crypto *c, struct err *e);
void custody_close(struct custody *k);
/* Closes it, and takes its file away when nothing was ever taken in: what a refused first request leaves behind. */
void custody_discard(struct custody *k, const char *dir);

uint64_t custody_size(const struct custody *k);
void custody_root(const struct custody *k, struct digest *out);
/* When the state was begun, or rebuilt, by the signer's clock; 0: nothing was taken in yet. Of two signers of a group the one with the
 * later epoch counts. */
int64_t custody_epoch(const struct custody *k);
const struct digest *custody_genesis(const struct custody *k);
/* The newest charter that was taken in, or NULL. */
const struct charter *custody_charter(const struct custody *k);

/* Takes in entries from index `from` on: an array of {"entry", "object"?, "evidence"?}. Those that it has must be equal ("forked"); all or
 * nothing. "behind" when `from` is past its end. `now` is the signer's clock. */
bool custody_extend(struct custody *k, uint64_t from, const json_t *items, int64_t now, struct err *e);
/* The certificate for a cause, DER appended: the one that was signed before, or a new one. Lasts only after custody_sync.
 * "held_by_members" for one that they did not sign yet, beside ledger_tbs's. */
bool custody_certify(struct custody *k, const struct digest *cause, struct buf *out, struct err *e);
/* The bytes of the certificate for a cause, under an issuing key that the members hold together, appended, and the key's digest: decided as
 * for custody_certify, nothing is signed. The cause may be that of such a key's CA certificate. "held_by_signer" for any other key. */
bool custody_prepare(struct custody *k, const struct digest *cause, struct digest *spki, struct buf *tbs, struct err *e);
/* The certificate for a cause out of the members' signature (Ed25519: R ‖ S, P-256: r ‖ s) over those bytes, appended: the one that was
 * sealed before, or this one. Lasts only after custody_sync. "bad_signature", and custody_prepare's. */
bool custody_seal(struct custody *k, const struct digest *cause, const uint8_t sig[static SIG_BYTES], struct buf *out, struct err *e);
/* CA certificate i for the group's keys, appended; false without e past the last. */
bool custody_authority(struct custody *k, size_t i, struct buf *out, struct err *e);
/* A new CRL and revocation list, with the next number. Where the members hold the issuing key together there is no CRL, but its bytes and
 * the key that is to sign them; where they have not made one, neither. Free with custody_list_free. */
struct custody_list {
	uint64_t number;
	json_t *revocations;   /* signed */
	struct buf crl, tbs;   /* one of them, or none */
	struct digest issuing; /* with tbs */
};
bool custody_lists(struct custody *k, int64_t now, struct custody_list *out, struct err *e);
void custody_list_free(struct custody_list *l);
/* Makes what was signed since the last call last; nothing leaves the signer before it. On failure the signatures are forgotten. */
bool custody_sync(struct custody *k, struct err *e);
/* Forgets them: for a request that was refused after its first signatures. */
void custody_forget(struct custody *k);

/* Starts a lost state again, up to a head: an envelope of kind gmc-head that k administrators of the newest charter signed; `text` is its
 * JSON. The log must then have that size and root, and the signatures are checked against the newest charter there; a log that does not is
 * put away whole, so that the right one can come. Until the head is reached nothing is signed. Lists go on with numbers that jump past all
 * that the lost state can have given. `now` is the signer's clock. "state_stands" when there is a state; one that is still being rebuilt
 * begins again with the new head. */
bool custody_rebuild(const char *dir, struct slice text, struct keyring *keys, struct crypto *c, int64_t now, struct err *e);

#endif
