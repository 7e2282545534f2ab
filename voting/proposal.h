/* SPDX-License-Identifier: ISC
 * A proposal: a question put to the group under one charter version (docs/objects/proposal.md). */
#ifndef VOTING_PROPOSAL_H
#define VOTING_PROPOSAL_H

#include "charter/decide.h"
#include "voting/ring.h"

struct proposal {
	struct digest digest, genesis, charter;
	uint64_t number;
	struct digest previous; /* zero for number 1 */
	enum question question;
	bool again;            /* admit, renew, amend: as charter_requirement has it */
	struct digest subject; /* application, motion, charter, renewal or recovery */
	struct digest key;     /* admit, recover: thumbprint of the applicant's key, or of the new one */
	struct id16 member;    /* admit: the new one; expel, renew, recover: the subject */
	struct id16 node;      /* admit */
	uint8_t seed[32];      /* admit */
	uint64_t seed_number;  /* admit */
	bool has_seeder;       /* admit, under a charter that names a seeder: */
	uint8_t seeder_seed[32];
	uint64_t seeder_number;
	uint64_t electorate_size; /* log index of its own entry */
	struct digest electorate_root;
	uint32_t electorate_n;
	uint32_t electorate_without; /* of these, those on probation: they have no vote; the subject not counted */
	int64_t opened, term;
	/* admit, where the charter asks those who stand near: electors with a vote, nearest first */
	bool has_ring;
	size_t nearest_n, opposite_n;
	struct id16 nearest[RING_MAX], opposite[RING_MAX];
};

/* Reads the payload of an envelope; the signature is the caller's to verify. "bad_value" also when a member stands twice in a list of the
 * ring. "wrong_typ", at_*'s. */
bool proposal_parse(const struct jws *j, struct proposal *out, struct err *e);
/* The payload document (digest is not looked at). NULL when out of memory. */
json_t *proposal_print(const struct proposal *p);
/* opened + term */
int64_t proposal_closes(const struct proposal *p);

/* First 16 bytes of SHA-256("gmc-member/1" ‖ 0 ‖ genesis ‖ application ‖ seed), and of the same with "gmc-node/1". */
void proposal_member(const struct digest *genesis, const struct digest *application, const uint8_t seed[static 32], struct id16 *out);
void proposal_node(const struct digest *genesis, const struct digest *application, const uint8_t seed[static 32], struct id16 *out);
/* Member and node of a proposal to admit, from its genesis, subject, key and seeds; by_key: as the charter has it. With a seeder's seed
 * both are the first 16 bytes of SHA-256("gmc-member/2" or "gmc-node/2" ‖ 0 ‖ genesis ‖ application ‖ seed ‖ seeder's seed). */
void proposal_places(const struct proposal *p, bool by_key, struct id16 *member, struct id16 *node);
/* Where node IDs come from keys: first 16 bytes of SHA-256("gmc-node-key/1" ‖ 0 ‖ genesis ‖ thumbprint of the applicant's key). */
void proposal_key_node(const struct digest *genesis, const struct digest *thumb, struct id16 *out);
/* SHA-256("gmc-seed/1" ‖ 0 ‖ genesis ‖ number (u64) ‖ seed) */
void proposal_commitment(const struct digest *genesis, uint64_t number, const uint8_t seed[static 32], struct digest *out);

#endif
