/* SPDX-License-Identifier: ISC
 * The one question: may this peer take part now? */
#ifndef PEER_VERIFY_H
#define PEER_VERIFY_H

#include "peer/gmc.h"
#include "peer/trust.h"

/* Judges a certificate under a trust, at a time. The first of these that holds is the answer, with its reason:
 *   form       forged "malformed"; not a member "foreign" (well-formed X.509 of another kind); cannot tell "newer_profile"
 *   group      not a member "wrong_group"
 *   CA         cannot tell "unknown_ca"; forged "bad_signature"
 *   charter    cannot tell "unknown_charter"; forged "not_as_chartered" (a window, life, name, overlay or kind of key that its charter does
 *              not give it)
 *   validity   expired "not_yet_valid", "expired"
 *   revocation revoked "revoked"
 *   freshness  cannot tell "no_list", "stale" (now is past trust.fresh_until)
 * otherwise member "ok". Fills out what could be read of the certificate. Nothing is allocated here; what OpenSSL does for P-256 is its
 * own. */
enum gmc_verdict verify_gmc(struct crypto *c, const struct trust *t, struct slice der, int64_t now, struct gmc_result *out);

#endif
