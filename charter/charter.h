/* SPDX-License-Identifier: ISC
 * The group charter as a value. Format: docs/objects/charter.md. */
#ifndef CHARTER_CHARTER_H
#define CHARTER_CHARTER_H

#include "charter/object.h"
#include "charter/requirement.h"
#include "charter/scenario.h"

enum {
	CHARTER_NOTARIES_MAX = 8,
	CHARTER_ISSUING_MAX = 4,
	CHARTER_ISSUERS_MAX = 8, /* over all versions of a group */
	CHARTER_REVOCATION_MAX = 4,
	CHARTER_ADDRESSES_MAX = 8,
	CHARTER_OPERATORS_MAX = 16,
	CHARTER_ADMINISTRATORS_MAX = 32,
	CHARTER_FOUNDERS_MAX = 64,
	CHARTER_SIGNERS_MIN = 2, /* members who sign together, and who hold shares */
	CHARTER_SIGNERS_MAX = 128,
	CHARTER_TESTS_MAX = 64,
	CHARTER_MOVERS_MAX = JWS_SIGNATURES_MAX,
	CHARTER_SPONSOR_DEPTH = 8,
	CHARTER_NAME_MAX = 64,
	CHARTER_CSR_MAX = 2048,
	CHARTER_ORIGINS_MAX = 4,
	CHARTER_WITNESSES_MAX = JWS_SIGNATURES_MAX - 1 /* a head has the notary's signature too */
};

struct charter_key {
	struct sig_pub key;
	struct digest thumb;
	int64_t from, until;
};
struct charter_issuer {
	struct digest spki;
	enum sig_alg alg;
	int64_t from, until;
	bool by_members; /* they hold it together: who seals a certificate is given the signature */
};
struct charter_address {
	const char *url; /* borrowed from the document, as all strings here */
	int64_t from, until;
};
struct charter_person {
	const char *name;
	struct sig_pub key;
	struct digest thumb;
	struct {
		const char *rp; /* NULL: an ordinary key */
		const char *origins[CHARTER_ORIGINS_MAX];
		size_t origins_n;
		struct slice id; /* owned by the charter */
	} passkey;
};
struct charter_founder {
	const char *name;
	struct slice csr; /* DER, owned by the charter */
	struct id16 member;
};
enum charter_scheme { SCHEME_PLAIN, SCHEME_THRESHOLD, SCHEME_MULTISIGNATURE };
enum charter_show { SHOW_VOTES, SHOW_COUNTS, SHOW_NOTHING };
enum charter_names { NAMES_NONE, NAMES_NAME, NAMES_KEY };
enum charter_cascade { CASCADE_NONE, CASCADE_FLAG, CASCADE_SUSPEND };
/* Who may take a member out without the group: nobody, operators for good, operators until the group has had time to decide. */
enum charter_removal { REMOVAL_VOTES, REMOVAL_OPERATORS, REMOVAL_EMERGENCY };
enum charter_visible { VISIBLE_EVERYONE, VISIBLE_MEMBERS, VISIBLE_PARTIES };

struct charter {
	struct object object; /* digest, genesis (for version 1: its own digest, so that it is always the group's) */
	struct buf payload;   /* the bytes that were signed */
	struct buf bytes;     /* decoded CSRs and credential ids */
	const char *group;
	uint32_t version;
	struct digest previous;
	uint64_t log_size;
	struct digest log_root;
	int64_t effective;
	const char *purpose;
	struct {
		struct charter_key notaries[CHARTER_NOTARIES_MAX];
		size_t notaries_n;
		struct charter_issuer issuing[CHARTER_ISSUING_MAX];
		size_t issuing_n;
		struct charter_key revocation[CHARTER_REVOCATION_MAX];
		size_t revocation_n;
		struct charter_address addresses[CHARTER_ADDRESSES_MAX];
		size_t addresses_n;
		struct charter_person operators[CHARTER_OPERATORS_MAX];
		size_t operators_n;
	} authority;
	struct {
		uint32_t threshold, offline;
		struct charter_person keys[CHARTER_ADMINISTRATORS_MAX];
		size_t n;
	} administrators;
	struct {
		uint32_t threshold; /* 0: the charter names none */
		struct charter_person keys[CHARTER_WITNESSES_MAX];
		size_t n;
	} witnesses;
	struct charter_founder founders[CHARTER_FOUNDERS_MAX];
	size_t founders_n;
	struct requirement *admission, *expulsion, *amendment, *renewal; /* owned; NULL where the charter has none */
	struct {
		bool present;
		int64_t wait;
		struct requirement *requirement;
		struct requirement *both; /* admission and it, together; its children are theirs; NULL: the admission alone */
	} readmission;
	struct {
		uint32_t movers; /* members who must move together: 1 or more */
		bool complaint;  /* and name a complaint */
	} expelling;
	struct {
		int64_t notice;  /* between a version's entry and its `effective` */
		uint32_t freeze; /* administrators who may stop admissions; 0: nobody may */
	} amending;
	struct {
		bool present;
		struct {
			int64_t uptime, activity, history; /* at least; 0: nothing is asked */
		} measures;
		int64_t window, every;
		struct {
			int64_t clients, bandwidth, memory; /* one of them reached is a loaded member; all 0: the load is not asked for */
			uint32_t p, q;                      /* this part of the members who told their load */
		} load;
	} inviting;
	struct {
		bool present;
		bool administrators;
		uint32_t threshold, veto;
		int64_t notice;
		struct charter_person keys[CHARTER_ADMINISTRATORS_MAX];
		size_t n;
		struct requirement vetoed; /* of new administrators, with veto > 0: fewer than so many say no */
		struct requirement *member;
	} recovery;
	struct {
		enum charter_scheme scheme;
		int64_t term, probation;
		bool change;
		enum charter_show show;
		uint32_t threshold;
		struct requirement *human;
	} voting;
	struct {
		bool present;
		int64_t probation, penalty;
		enum charter_cascade cascade;
		struct requirement *human;
	} vouching;
	struct {
		int64_t life, rejoin;
		bool ed25519, p256;
		enum charter_names names;
		const char *overlay;
		bool nodes_by_key;
		bool has_seeder;
		struct sig_pub seeder;
		bool reload;
		uint32_t limit, per_day;
		bool client;
		enum charter_removal removal;
		int64_t suspension; /* how long one lasts; 0: twice the voting term */
		bool earlier_again; /* who was admitted under an earlier version meets the present admission at its next renewal */
		struct {
			uint32_t per, depth; /* per 0: no limit */
			int64_t window;
		} sponsor;
	} membership;
	struct {
		int64_t update, grace;
		bool allow_unknown;
	} freshness;
	enum charter_visible visible;
	struct scenario tests[CHARTER_TESTS_MAX]; /* each has a name, and expects something */
	size_t tests_n;
};

/* Reads a charter's payload. Everything that one document alone can violate is checked here: types, ranges, duplicates of keys, names
 * and members, thresholds above their numbers, windows that end before they begin; "bad_charter" beside at_*'s and
 * requirement_parse's, with pointer, line and column. NULL with e set. The result must be passed to charter_free. */
struct charter *charter_parse(struct slice payload, struct err *e);
void charter_free(struct charter *c);
/* Can who follows a group's log decide by it? "feature_unsupported", "bad_charter" (candidates are drawn or measured
 * without `inviting`) with pointer, line and column. */
bool charter_followed(const struct charter *c, struct err *e);
/* Is all of it also served by this program? To be asked before a charter is proposed; errors are the same. */
bool charter_supported(const struct charter *c, struct err *e);

/* Keys that the charter names, valid at a time; NULL when there is none. */
const struct charter_key *charter_notary(const struct charter *c, const struct digest *thumb, int64_t at);
const struct charter_key *charter_revocation_key(const struct charter *c, const struct digest *thumb, int64_t at);
const struct charter_issuer *charter_issuer(const struct charter *c, const struct digest *spki);
const struct charter_person *charter_operator(const struct charter *c, const struct digest *thumb);
/* The same key, algorithm, times and holder? */
bool charter_issuer_equal(const struct charter_issuer *a, const struct charter_issuer *b);
const struct charter_person *charter_administrator(const struct charter *c, const struct digest *thumb);
/* A key that can name new administrators together with others. */
const struct charter_person *charter_recoverer(const struct charter *c, const struct digest *thumb);
/* What the charter asks of a vouch: the first such leaf of its admission, which differs from the others in the count alone; NULL: none. */
const struct requirement *charter_vouch_rule(const struct charter *c);
/* The same for members who lost their keys. Where both ask for vouches, they differ in the count alone. */
const struct requirement *charter_recovery_vouches(const struct charter *c);
/* How many electors near an applicant's place, and opposite it, some leaf of the admission asks: the largest of each. False: none does. */
bool charter_ring(const struct charter *c, uint32_t *nearest, uint32_t *opposite);
/* The charter's rule of invitations, which is one wherever it stands in the admission; NULL: none. */
const struct requirement *charter_invitation_rule(const struct charter *c);
/* Does it say how candidates are measured, where they have to be? */
bool charter_invitation_whole(const struct charter *c);
/* Does it ask candidates for anything that members measure? */
bool charter_measures(const struct charter *c);
/* Is there no way into the group without an invitation? */
bool charter_invitation_needed(const struct charter *c);
/* How many seconds a candidacy lasts after its entry, and after each measurement of it; 0: the charter invites nobody. */
int64_t charter_candidacy_life(const struct charter *c);
/* How long a suspension that begins under this charter lasts, and whether anybody is suspended under it. */
int64_t charter_suspension(const struct charter *c);
bool charter_suspends(const struct charter *c);
/* Can somebody with this name be a member? With `reload` the name is the user part of an rfc822Name: a dot-atom of RFC 5322, in ASCII. */
bool charter_takes_name(const struct charter *c, const char *name);
const struct charter_founder *charter_founder(const struct charter *c, const struct id16 *member);

#endif
