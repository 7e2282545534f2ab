/* SPDX-License-Identifier: ISC
 * A measurement: what a member saw of a candidate, or how loaded it is itself (docs/objects/measurement.md). */
#ifndef VOTING_MEASUREMENT_H
#define VOTING_MEASUREMENT_H

#include "charter/object.h"

/* How far its own date may lie from its entry, in seconds. */
enum { MEASUREMENT_SLACK = 300 };

struct measurement {
	struct digest digest, genesis, charter;
	struct id16 member; /* who measured */
	bool has_candidate; /* about a candidate, by its candidacy; otherwise the member's own load */
	struct digest candidate;
	int64_t uptime, activity, history;  /* of a candidate: seconds, and counts as the group counts them */
	int64_t clients, bandwidth, memory; /* of the member itself */
	int64_t iat;
};

/* Reads the payload of an envelope; the signature, one, by the member's present key, is the caller's to verify. "wrong_typ", at_*'s;
 * "bad_value" for one that is about both or neither. */
bool measurement_parse(const struct jws *j, struct measurement *out, struct err *e);
/* Was it made when it was logged? An old one that is shown again would count as new. "measure_late" */
bool measurement_in_time(const struct measurement *m, int64_t logged, struct err *e);
/* The payload document (digest is not looked at). NULL when out of memory. */
json_t *measurement_print(const struct measurement *m);

#endif
