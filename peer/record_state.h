/* SPDX-License-Identifier: ISC
 * A record while it is audited: for peer/record*.c alone. */
#ifndef PEER_RECORD_STATE_H
#define PEER_RECORD_STATE_H

#include "peer/application.h"
#include "peer/entry.h"
#include "peer/record.h"

enum { RECORD_TEXTS_MAX = 65536, RECORD_TEXT_MAX = 2048 };

/* A place's path, in the record's own `paths`. */
struct record_path {
	size_t at, n;
};
/* An entry of the log. */
struct record_line {
	size_t at, n; /* its bytes, in `bytes` */
	struct entry entry;
	struct digest leaf;
};
struct record_link {
	struct signed_charter signed_charter;
	struct record_line line;
};
struct record_seat {
	struct elector elector;
	uint64_t index;
	struct record_path path;
};
/* Who signed a motion or a complaint, by the place in the electorate. */
struct record_signer {
	struct sig_pub key;
	struct record_seat seat;
};
struct record_complaint {
	struct jws jws;
	struct record_signer by;
};
struct record_standing {
	struct id16 member;
	struct voter voter; /* no elector: it vouched in the log, and has no place here */
	bool lost;          /* one of its keys was revoked, whichever */
};
/* The entry of a vouch. */
struct record_vouched {
	struct digest digest;
	const struct entry *entry; /* among the lines */
};

struct record {
	struct crypto *c;
	struct err *e;
	const struct trust *pin;
	bool whole; /* with its charters; otherwise the record inside a voted charter */
	struct digest genesis;
	/* As read; owned. */
	struct record_link *links;
	size_t links_n;
	struct jws application_jws, motion_jws, proposal_jws, decision_jws, head_jws;
	struct jws request_jws; /* a renewal or recovery */
	bool has_application, has_motion, has_draft, has_renewal, has_recovery, has_gmc, has_ended;
	struct record_signer holder;                     /* of a renewal or recovery: the member, with the key that it had */
	struct record_signer movers[JWS_SIGNATURES_MAX]; /* in the order of the motion's signatures */
	size_t movers_n;
	struct record_complaint complaints[MOTION_COMPLAINTS_MAX];
	size_t complaints_n;
	struct signed_charter draft;
	struct evidence evidence;
	struct record_seat *seats;         /* one for each vote */
	struct record_seat *voucher_seats; /* one for each object, and used for vouches */
	struct record_line *lines;
	size_t lines_n;
	struct record_line ended;
	struct record_text *texts; /* strings are the document's */
	size_t texts_n;
	struct buf bytes, nodes, paths, gmc, authority;
	/* As believed. */
	const struct charter *charter; /* the proposal's; for a record inside a charter given from outside */
	struct application application;
	struct sig_pub asked; /* the key that a renewal or recovery is for */
	struct proposal proposal;
	struct decision decision;
	struct head head;
	struct record_standing *standing; /* owned, sorted by member */
	size_t standing_n;
	struct record_vouched *vouched; /* owned, sorted by digest */
	size_t vouched_n;
	struct verified verified;
};

/* Reads the parts, and looks at nothing but their form. Errors: at_*'s, jws_read's, jwk_parse's, signed_charter_read's. */
bool record_read(struct record *r, const json_t *doc);
void record_free(struct record *r);

/* Believing, in this order; each sets r->e and returns false. */
bool record_believe_head(struct record *r);     /* the log that everything else stands in; signed last, when charters are believed */
bool record_believe_entries(struct record *r);  /* all of them, by one proof */
bool record_believe_charters(struct record *r); /* the chain, each version with its entry */
bool record_believe_lines(struct record *r);    /* a row of entries from the proposal's on */
bool record_believe_proposal(struct record *r); /* and what it is about */
bool record_believe_votes(struct record *r);
bool record_believe_decision(struct record *r);
bool record_believe_outcome(struct record *r); /* what followed, and the certificate */
bool record_believe_texts(struct record *r);
bool record_suspended(struct record *r, const struct record_line *l); /* whom an expulsion suspends behind it, from this line on */
bool record_restored(struct record *r, const struct record_line *l);  /* whom a refused one restores */

/* record_motion.c: its part of each of them. */
bool record_read_motion(struct record *r, const struct at *at);
bool record_about_motion(struct record *r);
void record_free_motion(struct record *r);

/* record_request.c: those of a renewal or recovery. */
struct issuance;
bool record_read_request(struct record *r, const struct at *at);
bool record_about_renewal(struct record *r);
bool record_about_recovery(struct record *r);
bool record_rekeyed(struct record *r, const struct record_line *l);
/* Node, name and admission, as the certificate repeats them. moved: the entry that gave it another node, or NULL. */
bool record_repeats(struct record *r, const struct record_line *moved, struct issuance *out, char name[static 65]);

/* Shared by them. */
bool record_read_seat(struct record *r, const struct at *at, struct record_seat *out);         /* its member "elector" */
const struct charter *record_charter_by(const struct record *r, const struct digest *charter); /* of the record's own, or NULL */
bool record_seat_holds(struct record *r, const struct record_seat *s);
bool record_notary(struct record *r, const struct jws *j, uint64_t index, int64_t time, const char *what);
const struct record_line *record_decided(const struct record *r); /* the decision's entry */
size_t record_consequences(const struct record *r);               /* how many entries follow it */
/* The entry between decision and certificate that gave a member that stays another node; NULL: there is none. */
const struct record_line *record_moved(const struct record *r);
size_t record_held(const struct record *r);   /* of these: suspended or restored, by an expulsion */
bool record_suspends(const struct record *r); /* somebody may have been suspended, as far as the record's charters tell */
bool record_lookup(void *record, const struct id16 *member, struct voter *out); /* a voter_lookup */
bool record_vouch_lookup(void *record, const struct digest *vouch, struct vouched *out);

/* What a record inside a voted charter says of the version's own entry. */
struct record_amendment {
	struct digest leaf, approvals;
	struct head head;
};
bool record_amendment(struct crypto *c, const json_t *doc, const struct charter *next, const struct charter *previous,
	const struct trust *pin, struct record_amendment *out, struct err *e);

#endif
