/* SPDX-License-Identifier: ISC
 * Shamir's shares of a secret scalar, with commitments to the polynomial that they lie on (Feldman 1987): RFC 9591 appendix C.
 * The polynomial is f(x) = f[0] + f[1] x + ... + f[t-1] x^(t-1), the secret f(0), a member's share f(its identifier), and any t shares
 * give every other value of f. */
#ifndef VOTING_SHARES_H
#define VOTING_SHARES_H

#include "voting/curve.h"

enum { SHARES_MAX = 512 }; /* shares that act together */

/* A member's number among the holders of a key: 1..65535, given once and never again. 0 is the secret's own place, and nobody's. */
typedef uint16_t share_id;

/* Secret. */
struct share {
	share_id id;
	struct scalar value;
};

/* f(id). Horner's way; constant time in f. */
void shares_at(const struct scalar *f, size_t t, share_id id, struct scalar *out);
/* out[k] = f[k] B. */
void shares_commit(const struct scalar *f, size_t t, struct point *out);
/* f(id) B from the commitment: what is public of a share (RFC 9591 C.2, derive_interpolating_value's companion vss_verify). */
void shares_public(const struct point *commitment, size_t t, share_id id, struct point *out);
/* "bad_share": it does not lie on the polynomial that was committed to. */
bool shares_verify(const struct share *s, const struct point *commitment, size_t t, struct err *e);

/* Of the identifiers that act together: none is 0, and they ascend, so none stands twice. "bad_identifiers". */
bool shares_ids_check(const share_id *ids, size_t n, struct err *e);
/* Lagrange's coefficient of ids[i] at the place `at`: f(at) is the sum of coefficient times share over ids. at = 0 for the secret (RFC 9591
 * 4.2, derive_interpolating_value), another for that member's share. ids have passed shares_ids_check. */
void shares_lagrange(const share_id *ids, size_t n, size_t i, share_id at, struct scalar *out);

#endif
