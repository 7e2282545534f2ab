/* SPDX-License-Identifier: ISC
 * The signed request to join, and its withdrawal. */
#ifndef PEER_APPLICATION_H
#define PEER_APPLICATION_H

#include "charter/object.h"
#include "peer/csr.h"

struct application {
	struct digest digest, genesis, charter;
	uint8_t csr[CSR_MAX];
	size_t csr_n;
	char name[65];
	bool has_statement;
	struct digest statement;
	uint64_t log_size;
	struct digest log_root;
	int64_t iat;
	struct sig_pub key;  /* set by application_verify */
	struct digest thumb; /* set by application_verify */
};
/* Reads the payload of an envelope; key and thumb stay zero. Errors: object_open's and at_*'s. */
bool application_parse(const struct jws *j, struct application *out, struct err *e);
/* Parses, verifies the CSR and that its key, and it alone, signed the envelope. Errors: application_parse's, csr_verify's, jws_verify's
 * ("wrong_key": another key signed), "bad_jws" (not exactly one signature). On failure *out is zero. */
bool application_verify(struct crypto *c, const struct jws *j, struct application *out, struct err *e);
/* The payload document (digest, key and thumb are not looked at). NULL when out of memory. */
json_t *application_print(const struct application *a, const uint8_t nonce[static 16]);

struct withdrawal {
	struct digest digest, genesis, application;
	int64_t iat;
};
/* The payload of an envelope, whose signature by the applicant's key is the caller's to verify; and the way back. */
bool withdrawal_parse(const struct jws *j, struct withdrawal *out, struct err *e);
json_t *withdrawal_print(const struct withdrawal *w);

/* SHA-256("gmc-text/1" ‖ 0 ‖ salt ‖ text): how free text stands in a signed payload. */
void text_digest(const uint8_t salt[static 16], struct slice text, struct digest *out);

#endif
