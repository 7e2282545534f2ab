/* SPDX-License-Identifier: ISC
 * The ledger's inside: for peer/ledger*.c alone. */
#ifndef PEER_LEDGER_STATE_H
#define PEER_LEDGER_STATE_H

#include "base/digest.h"
#include "base/map.h"
#include "base/merkle.h"
#include "peer/application.h"
#include "peer/evidence.h"
#include "peer/issuance.h"
#include "peer/head.h"
#include "peer/ledger.h"

#define NEVER UINT64_MAX
#define NONE MAP_NONE
enum { ISSUERS_MAX = CHARTER_ISSUERS_MAX };

/* A growing array of values of one type. */
#define ARRAY(type) \
	struct { \
		union { \
			type *v; \
			void *raw; \
		}; \
		uint32_t n, cap; \
	}

struct ledger_charter {
	struct signed_charter signed_charter;
	uint64_t index;
	int64_t time;
};
struct ledger_application {
	struct digest digest, thumb;
	struct sig_pub key;
	char name[65];
	uint64_t index, log_size;
	uint32_t seed, seeder;    /* numbers of its seed, and of the seeder's: NONE where the charter had no seeder */
	uint32_t invitation;      /* the one that it used, or NONE */
	uint32_t proposal, vouch; /* the one about it; the newest for it: NONE */
};
struct ledger_proposal {
	/* What is kept of it: not its seed, and not its ring, which ledger_proposal_whole draws again. */
	struct {
		struct digest digest, charter, subject, key;
		uint64_t number;
		enum question question;
		bool again;
		struct id16 member, node;
		uint32_t n, without; /* electors, and those of them without a vote */
		int64_t opened, closes;
	} p;
	uint64_t index;
	int64_t seen; /* by the follower's own clock; 0 when it measures nothing */
	bool decided;
	struct decision d;
};
struct ledger_key {
	struct digest thumb;
	struct sig_pub pub;
	struct digest leaf;      /* of the member as an elector with this key */
	uint32_t member, older;  /* the member's key before, or NONE */
	uint64_t from;           /* index of *joined* or *rekeyed* */
	uint64_t replaced, dead; /* index of *rekeyed*, of *revoked*; NEVER */
};
struct ledger_member {
	struct id16 member, node;
	char name[65];
	struct digest decision;                /* that admitted it; genesis for founders */
	uint32_t key, cert, vouch, suspension; /* newest of each, or NONE */
	uint64_t joined, ended;
	int64_t since;             /* the time of its *joined* entry */
	int64_t placed;            /* when it got its node */
	int64_t blamed;            /* when somebody whom it had vouched in was last expelled; 0: never */
	uint32_t sponsors, charge; /* the first who brought it in; the newest that it is charged with: NONE */
	uint32_t move, request;    /* the newest of each; NONE */
	uint32_t version;          /* of the charter that admitted it, or by whose admission its certificate was last renewed */
};
/* Of a seeder, by its key. */
struct ledger_commitment {
	struct digest commitment, by;
	uint64_t index;
};
/* A member took another place. */
struct ledger_move {
	struct id16 before;
	uint64_t index;
	uint32_t older;
};
struct ledger_suspension {
	uint32_t member, older; /* the same member's before it, or NONE */
	uint64_t index, ended;  /* of *suspended*; of *restored* or *lapsed*, NEVER: time alone ends it */
	int64_t from, until;
	int64_t over; /* when it ended or will: earlier than `until` when it was restored */
	struct digest object;
};
/* That somebody was turned away or expelled: by the digest of a key, or of a name. */
struct ledger_refused {
	struct digest what;
	uint32_t older; /* the same key's or name's before it, or NONE */
	int64_t time;
};
/* Who brought a member in, and what that counts against: docs/log.md. */
struct ledger_sponsor {
	uint32_t member, older; /* who vouched; the next of the same newcomer, or NONE */
};
struct ledger_charge {
	uint32_t member, older; /* who is charged; its charge before this, or NONE */
	int64_t time;
};
struct ledger_vouch {
	struct digest digest, application, key;
	uint32_t member, older, before; /* the same voucher's before it; the one for the same application or recovery before it: or NONE */
	uint64_t index;
	int64_t time, age;
	uint32_t live;
};
/* Candidates: docs/objects/candidacy.md. */
struct ledger_candidate {
	struct digest digest, thumb; /* of the candidacy; of its key */
	uint32_t older, invitation;  /* the same key's before it; the newest of it: NONE */
	int64_t last;                /* of its entry and its measurements the newest */
	bool used;                   /* an application has used its invitation */
};
struct ledger_measured {
	uint32_t member, candidate; /* NONE: the member's own load */
	uint32_t older;             /* the same member's of the same before it, or NONE */
	uint64_t index;
	int64_t time, v[3]; /* uptime, activity and history; or clients, bandwidth and memory */
};
struct ledger_draw {
	struct digest digest;
	int64_t time;
};
struct ledger_invitation {
	struct digest object;
	uint32_t candidate;
	int64_t until;
	bool used;
};
/* A renewal or recovery that was put to the group. */
struct ledger_request {
	uint32_t vouch;              /* the newest for this recovery, or NONE */
	struct digest digest, thumb; /* of the request; of the key that it asks a certificate for */
	struct sig_pub key;
	uint32_t proposal, member, held, older; /* held: the member's key when it was put; older: the same member's before it, or NONE */
};
struct ledger_cert {
	struct issuance issuance; /* name points nowhere: the member's is used */
	struct id16 serial;
	uint32_t member, key, charter, older;
	uint64_t index;
	int64_t until;
	uint64_t revoked;     /* by serial; NEVER */
	struct digest issuer; /* spki */
};
struct ledger_revocation {
	struct revoked r;
	uint64_t index;
	uint32_t member, key, cert; /* what it covers: NONE where it does not apply */
};

/* The value that something had before it was changed after the mark. */
enum ledger_changed {
	CHANGED_MEMBER,
	CHANGED_KEY,
	CHANGED_CERT,
	CHANGED_PROPOSAL,
	CHANGED_APPLICATION,
	CHANGED_REQUEST,
	CHANGED_SUSPENSION,
	CHANGED_CANDIDATE,
	CHANGED_INVITATION
};
struct ledger_change {
	enum ledger_changed what;
	uint32_t at;
	union {
		struct ledger_member member;
		struct ledger_key key;
		struct ledger_cert cert;
		struct ledger_proposal proposal;
		struct ledger_application application;
		struct ledger_request request;
		struct ledger_suspension suspension;
		struct ledger_candidate candidate;
		struct ledger_invitation invitation;
	} old;
};

/* What has to follow at once, in the same breath of the log. */
struct ledger_expect {
	bool set;
	bool unasked; /* the certificate behind a *rejoined* that no other entry asked for */
	bool moved;   /* a *rejoined* stands between */
	enum event event;
	struct digest object;
	uint32_t founder;    /* whose turn it is at creation */
	uint32_t turn;       /* invited: whose turn it is among the drawn */
	uint32_t member, by; /* suspended, restored: who is meant; suspended: who was expelled */
};

struct ledger_mark {
	bool set;
	uint32_t leaves, charters, commitments, applications, proposals, keys, members, active, certs, revocations, vouches, suspensions,
		changes;
	size_t issuers;
	struct merkle_frontier frontier;
	int64_t frozen_until;
	int64_t time;
	struct ledger_expect expect;
	uint32_t candidates, measured, draws, drawn, invitations;
	uint32_t seeds_used, moves, requests;
	uint32_t seeder_seeds, seeder_used;
	uint32_t refused, sponsors, charges;
};

struct ledger {
	struct digest genesis;
	struct merkle_frontier frontier;
	int64_t frozen_until; /* no admission before; 0: there was no freeze */
	int64_t time;
	ARRAY(struct digest) leaves;
	ARRAY(struct digest) roots; /* roots.v[i]: of the first i+1 entries */
	ARRAY(struct ledger_charter) charters;
	ARRAY(struct digest) commitments;
	ARRAY(uint64_t) committed; /* log index of the seeds entry of commitment i */
	uint32_t seeds_used;       /* the number that comes next: ledger_seed_take */
	ARRAY(struct ledger_application) applications;
	ARRAY(struct ledger_proposal) proposals; /* number n stands at n - 1 */
	ARRAY(struct ledger_key) keys;
	ARRAY(struct ledger_member) members;
	uint32_t active;       /* of them, how many are members still */
	ARRAY(uint32_t) order; /* members sorted by name */
	ARRAY(struct ledger_cert) certs;
	ARRAY(struct ledger_revocation) revocations;
	ARRAY(struct ledger_vouch) vouches;
	ARRAY(struct ledger_suspension) suspensions;
	ARRAY(struct ledger_candidate) candidates;
	ARRAY(struct ledger_measured) measured;
	ARRAY(struct ledger_draw) draws;
	ARRAY(uint32_t) drawn; /* candidates, in the order of all draws */
	ARRAY(struct ledger_invitation) invitations;
	ARRAY(struct ledger_refused) refused;
	ARRAY(struct ledger_sponsor) sponsors;
	ARRAY(struct ledger_charge) charges;
	ARRAY(struct ledger_move) moves;
	ARRAY(struct ledger_commitment) seeder_seeds;
	uint32_t seeder_used;
	ARRAY(struct ledger_change) changes;
	ARRAY(struct ledger_request) requests;
	struct map by_request, by_application, by_proposal, by_decision, by_key, by_member, by_cause, by_vouch, by_candidacy, by_candidate,
		by_refused, by_motion, by_measured;
	struct sig_pub issuers[ISSUERS_MAX];
	struct digest issuer_spki[ISSUERS_MAX];
	size_t issuers_n;
	struct ledger_expect expect;
	struct ledger_mark mark;
};

/* One entry on its way in. */
struct step {
	struct ledger *l;
	struct crypto *c;
	struct entry entry;
	const json_t *object, *evidence;
	int64_t now;
	const struct charter *charter; /* in force for this entry; NULL before the first */
	bool expected;                 /* the entry before made this one follow */
	struct err *e;
};

/* Makes room for one more element of this size; false when memory is out. */
bool array_room(void **raw, uint32_t n, uint32_t *cap, size_t size);
/* The address of a new, zeroed element at the end, or NULL. */
#define ARRAY_ADD(a) (array_room(&(a).raw, (a).n, &(a).cap, sizeof(*(a).v)) ? &(a).v[(a).n++] : NULL)

/* Puts the member added last into the order; takes a member out of it again, if it is there. */
bool ledger_order_add(struct ledger *l);
void ledger_order_remove(struct ledger *l, uint32_t member);
/* Of the electors for a proposal at this index and time: how many, how many of them without a vote, and the root over them; those of
 * ledger_electorate. */
void ledger_electorate_root(const struct ledger *l, uint64_t index, int64_t opened, size_t *n, size_t *without, struct digest *root);
/* Draws the ring around p->node that the charter asks for, for a proposal at p->electorate_size: sets has_ring and the lists. */
bool ledger_ring(const struct ledger *l, const struct charter *c, struct proposal *p, struct err *e);
/* A proposal of the log again, but for its seed and its predecessor. */
bool ledger_proposal_whole(const struct ledger *l, const struct ledger_proposal *lp, struct proposal *out, struct err *e);

/* Each changes the ledger or sets s->e; one for each event, in the table of ledger.c. */
bool ledger_on_charter(struct step *s);
bool ledger_on_seeds(struct step *s);
bool ledger_on_application(struct step *s);
bool ledger_on_proposal(struct step *s);
bool ledger_on_decision(struct step *s);
bool ledger_on_joined(struct step *s);
bool ledger_on_ended(struct step *s); /* left, expelled */
bool ledger_on_rekeyed(struct step *s);
bool ledger_on_issued(struct step *s);
bool ledger_on_revoked(struct step *s);
bool ledger_on_vouched(struct step *s);
bool ledger_on_rejoined(struct step *s);
bool ledger_on_suspended(struct step *s);
bool ledger_on_restored(struct step *s);
bool ledger_on_lapsed(struct step *s);

bool ledger_on_candidate(struct step *s);
bool ledger_on_measured(struct step *s);
bool ledger_on_drawn(struct step *s);
bool ledger_on_invited(struct step *s);
bool ledger_on_frozen(struct step *s);

/* Shared by them. */
bool ledger_not_frozen(struct step *s, const char *what); /* "frozen": what may not happen while admissions are */
/* A proposal to renew or to recover, with the request that is its evidence: fills *out, which ledger_request_add takes once the proposal
 * holds in all else. p->key becomes the key that is asked for. */
bool ledger_about_request(struct step *s, struct proposal *p, struct ledger_request *out);
bool ledger_request_add(struct step *s, const struct proposal *p, const struct ledger_request *in);
/* Does the charter have the group decide this member's next renewal? */
bool ledger_renewal_asked(const struct ledger *l, uint32_t m, const struct charter *c);
/* The request whose decision, or which itself, is this cause, if the group has granted it; NULL: none. */
const struct ledger_request *ledger_request_granted(const struct ledger *l, const struct digest *cause);
/* Has the member the key still that it had when it asked? "wrong_key", "key_revoked" */
bool ledger_request_holds(struct step *s, const struct ledger_request *r);
/* Are these seeds the seeder's, by the charter in force? Then they are its commitments. "seed_differs" */
bool ledger_by_seeder(const struct step *s, const struct jws *j);
bool ledger_seeder_commits(struct step *s, const struct jws *j, const struct seeds *seeds);
/* The number of the seeder's seed that an application uses up; NONE where the charter in force names no seeder. "seeds_missing" */
bool ledger_seeder_take(struct step *s, const struct application *a, uint32_t *number);
/* Has the proposal the seeder's seed with this number, or none for NONE? "seed_differs" */
bool ledger_seeder_opens(struct step *s, const struct proposal *p, uint32_t number);
/* The node ID that a member had for an entry at this index. */
const struct id16 *ledger_member_node(const struct ledger *l, uint32_t m, uint64_t index);
/* Has the epoch of its node ended under this charter, so that a certificate must be preceded by *rejoined*? */
bool ledger_rejoin_due(const struct step *s, uint32_t m, const struct charter *c);
/* The charter that a certificate for this cause names and follows. */
const struct charter *ledger_charter_for(const struct step *s, const struct digest *cause);
/* The number of the seed that this entry uses up. Each `application`, `rejoined` and `drawn` entry takes one, in the order of the log. */
uint32_t ledger_seed_take(struct ledger *l);
/* Is this the seed that was committed to, before log size `size`, under this number? "seed_differs" */
bool ledger_seed_opens(struct step *s, uint64_t number, const uint8_t seed[static 32], uint64_t size);
void id16_key(const struct id16 *id, struct digest *out);                  /* an id as a map's key */
bool ledger_keep(struct ledger *l, enum ledger_changed what, uint32_t at); /* remembers an element before it changes */
bool step_jws(struct step *s, const char *kind, struct jws *out);          /* opens the object and holds its digest against the entry's */
bool step_context(
	struct step *s, const struct digest *genesis, const struct digest *charter); /* of this group, under a charter of its log */
bool step_notary(struct step *s, const struct jws *j);                               /* signed by a notary of the charter in force, alone */
void step_expect(struct step *s, enum event event, const struct digest *object);
void step_next_founder(struct step *s); /* expects the one that charter 1 lists next, if there is one */
/* Is the transcript there that a version needs which names a key of the members, and is it of that key and of members? Then the key is
 * known from here on. */
bool step_transcript(struct step *s, const struct signed_charter *sc);
/* The revocation that this entry names, of this member or something of its: by the member's own live key, or by one whom the charter lets
 * revoke. *own: by the member's. */
struct revocation;
bool step_revocation(struct step *s, uint32_t m, struct revocation *r, bool *own);
/* A member suspended for an entry at this index and time. NEVER: after all entries so far. */
bool ledger_member_suspended(const struct ledger *l, uint32_t m, uint64_t index, int64_t time);
/* "suspended" when it is, for what who is suspended cannot do. */
bool step_not_suspended(struct step *s, uint32_t m, const char *what);
/* After *expelled*: whom the member vouched in is suspended at once, where the charter says so. */
void step_cascade(struct step *s, uint32_t expelled);
/* After a decision that a member stays: one that was suspended before the group was asked is restored at once. */
void step_restore(struct step *s, const struct ledger_proposal *lp, const struct digest *decision);
/* After a decision, or the expulsion of m: remembers who was turned away. */
bool step_refused(struct step *s, const struct ledger_proposal *lp, const struct decision *d);
bool step_expelled(struct step *s, uint32_t m);
/* Takes the newest of them out of the map. */
void ledger_refused_forget(struct ledger *l);
/* Was who applies with this key and name turned away or expelled before, so that the charter readmits? *since: when, the last time. */
bool ledger_returns(const struct ledger *l, const struct charter *c, const struct digest *thumb, const char *name, int64_t *since);
/* "too_soon": it has not waited for as long as the charter asks. */
bool step_waited(struct step *s, const struct digest *thumb, const char *name);
/* After the expulsion of m: who had vouched for it is to blame. */
bool step_blame(struct step *s, uint32_t m);
/* "penalised": somebody whom it vouched in was expelled a short time ago. */
bool step_not_penalised(struct step *s, const struct charter *c, uint32_t m);
/* Charges who brought in the member m, just added for this application under charter c. "sponsor_spent" */
bool step_sponsor(struct step *s, const struct charter *c, const struct digest *application, uint32_t m);
/* Takes the newest candidate out of the maps. */
void ledger_candidate_forget(struct ledger *l);
/* Takes the newest measurement out of its map. */
void ledger_measured_forget(struct ledger *l);
/* The candidate whose candidacy has this digest, or NONE. */
uint32_t ledger_candidate_find(const struct ledger *l, const struct digest *candidacy);
/* May it be measured, drawn or invited at this time, under this charter? Neither used up nor past its life. */
bool ledger_candidate_live(const struct ledger *l, uint32_t at, const struct charter *c, int64_t time);
/* Has it an invitation now that nobody used? */
bool ledger_candidate_invited(const struct ledger *l, uint32_t at, int64_t time);
/* The invitation that an application by this key uses, NONE where it has none; "not_invited" when the charter takes nobody without. */
bool step_invitation(struct step *s, const struct digest *thumb, uint32_t *out);
/* A member with a full vote whose present key signed this, alone: neither suspended nor on probation. */
bool step_full_member(struct step *s, const struct jws *j, const char *what, uint32_t *m);
uint32_t ledger_member_find(const struct ledger *l, const struct id16 *member);
bool ledger_about_motion(struct step *s, const struct proposal *p); /* a proposal to expel, with the motion that is its evidence */
bool ledger_member_active(const struct ledger *l, uint32_t m);
bool ledger_member_founder(const struct ledger *l, uint32_t m);
bool ledger_member_elector(const struct ledger *l, uint32_t m, uint64_t index);                     /* of a proposal at this index */
bool ledger_member_voteless(const struct ledger *l, uint32_t m, int64_t opened, int64_t probation); /* on probation then */
bool ledger_vouch_find(const struct ledger *l, const struct digest *vouch, struct vouched *out);    /* what its entry says; false: none */
/* How many vouches for this application or recovery are neither of who is gone nor by a revoked key. */
size_t ledger_vouches_standing(const struct ledger *l, const struct digest *application);
const struct ledger_key *ledger_member_key(
	const struct ledger *l, uint32_t m, uint64_t index); /* the one it had for an entry at this index */

#endif
