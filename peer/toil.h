/* SPDX-License-Identifier: ISC
 * Doing work that was set: tries counters until one gives the key that the challenge asks for (charter/work.h), by several threads. Not
 * part of libgmc, which has no threads. */
#ifndef PEER_TOIL_H
#define PEER_TOIL_H

#include "charter/work.h"

enum { TOIL_HANDS_MAX = 16 };

struct toil {
	struct work_puzzle puzzle;
	uint8_t prefix[WORK_PREFIX]; /* of the key that is looked for */
};
/* Reads {"parameters", "signature"} as ALTCHA has it; the signature is the server's to look at. "feature_unsupported" (work of another kind
 * than ours), at_*'s. */
bool toil_read(const json_t *challenge, struct toil *out, struct err *e);

/* Called by the calling thread after each of its own tries, with how many there were in all. */
typedef void toil_tell(void *arg, uint64_t tried);
/* Tries counters of [from, limit) with so many threads (1 to TOIL_HANDS_MAX), each with 8 MiB of memory at work. tell may be NULL.
 * "not_found" (none of them does: no honest server set this), "no_memory". */
bool toil_find(const struct toil *t, uint64_t from, uint64_t limit, size_t hands, toil_tell *tell, void *arg, struct work_done *out,
	struct err *e);

/* What the service takes for an answer (appended): base64url of {"challenge", "solution"}. "no_memory" */
bool toil_answer(const json_t *challenge, const struct work_done *found, struct buf *out, struct err *e);

#endif
