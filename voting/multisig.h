/* SPDX-License-Identifier: ISC
 * An accountable subgroup multisignature (Micali, Ohta and Reyzin 2001): some members of a list sign together, and everybody sees who. The
 * scheme is SpeedyMuSig over Ed25519 (Crites, Komlo and Maller, ePrint 2021/1375): each member has a key of its own and has proved once
 * that it holds it, so keys are simply added up.
 *
 * The result is 64 bytes and a bitmap. It is an ordinary Ed25519 signature (RFC 8032) under the sum of the signers' keys, on the 32 bytes
 * of multisig_message, which hold the list, the bitmap and what is signed; so nobody takes a signer away or puts one in.
 *
 * The two visits are those of voting/round.h, with the member's key in place of a share. */
#ifndef VOTING_MULTISIG_H
#define VOTING_MULTISIG_H

#include "voting/round.h"

enum { MULTISIG_MAX = 1024, MULTISIG_BITMAP = MULTISIG_MAX / 8 };

/* The members' keys, all proved, in an order that stays. Borrowed. A signer's number is its place in it, from 1. */
struct multisig_list {
	const struct point *keys;
	size_t n;
	struct digest digest;
};
/* "bad_list": nobody, or more than MULTISIG_MAX. */
bool multisig_list_make(const struct point *keys, size_t n, struct multisig_list *out, struct err *e);

/* Who signs: bit (id - 1) mod 8 of byte (id - 1) / 8, lowest first; (n + 7) / 8 bytes, and none beyond n is set. */
struct multisig_signers {
	uint8_t bits[MULTISIG_BITMAP];
};
size_t multisig_bitmap_bytes(const struct multisig_list *list);
bool multisig_signed(const struct multisig_signers *s, share_id id);

/* SHA-256("gmc-multisig/1" ‖ 0 ‖ the list's digest ‖ bitmap ‖ message). */
void multisig_message(const struct multisig_list *list, const struct multisig_signers *s, struct slice message, struct digest *out);

/* That the member holds its key: an Ed25519 signature under it on "gmc-multisig-key/1" ‖ 0 ‖ bound, which names group and member. The nonce
 * is a scalar_random that serves once; the caller wipes it. "no_memory". */
bool multisig_prove(
	const struct scalar *key, struct slice bound, const struct scalar *nonce, uint8_t proof[static SIG_BYTES], struct err *e);
/* "bad_proof", "no_memory". */
bool multisig_proof_verify(
	struct crypto *c, const struct point *key, struct slice bound, const uint8_t proof[static SIG_BYTES], struct err *e);

struct multisig_package {
	const struct multisig_list *list;
	struct slice message;
	const struct round_commitment *commitments; /* ascending by id */
	size_t n;
};
/* Second visit. mine->id is the member's number in the list. The nonce is consumed, whatever comes of it. "nonce_used"; "bad_package",
 * "bad_identifiers": of the commitments; "wrong_key": the list has another key in this place. */
bool multisig_sign(
	const struct share *mine, struct round_nonce *nonce, const struct multisig_package *p, struct round_part *out, struct err *e);

/* The signature and its bitmap; as frost_combine, with the members' own keys to find out who is wrong. */
bool multisig_combine(struct crypto *c, const struct multisig_package *p, const struct round_part *parts,
	uint8_t signature[static SIG_BYTES], struct multisig_signers *signers, bool *bad, struct err *e);

/* "bad_bitmap": nobody, or somebody beyond the list; "bad_signature". */
bool multisig_verify(struct crypto *c, const struct multisig_list *list, const struct multisig_signers *signers, struct slice message,
	const uint8_t signature[static SIG_BYTES], struct err *e);

#endif
