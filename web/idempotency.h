/* SPDX-License-Identifier: ISC
 * Idempotency-Key: a client that does not know whether its request arrived sends it again and gets the first answer.
 * Signed objects need no key, since they are known by their digest; a key makes the whole answer the same. */
#ifndef WEB_IDEMPOTENCY_H
#define WEB_IDEMPOTENCY_H

#include "web/api.h"

/* Answers with `handle`, or, when this client has had an answer to this very request under its key, with that one. Without a key: `handle`.
 * What was accepted (2xx) alone is kept: a refusal may be another one next time. "bad_value" (no such key), "idempotency_mismatch". */
void idempotent(struct api *api, const struct request *q, struct reply *r,
	void (*handle)(struct api *api, const struct request *q, struct reply *r));

#endif
