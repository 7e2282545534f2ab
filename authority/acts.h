/* SPDX-License-Identifier: ISC
 * The acts: all that anybody can have the authority do. Each is one transaction (or several, each complete in itself), parses
 * nothing but what it is given, and is fit to be repeated: the same signed object gets the same answer. The web calls these and
 * nothing else. */
#ifndef AUTHORITY_ACTS_H
#define AUTHORITY_ACTS_H

#include "authority/authority.h"

/* An answer as text (a JSON document), for the one who asked. `fresh` is false when it had been given before. */
struct answer {
	struct buf text;
	bool fresh;
	char id[80]; /* of what was made: "sha256:..." of the application, number of the proposal, ... */
};
void answer_free(struct answer *a);
/* Sets it to a document, which is taken (NULL: "no_memory"). */
bool answer_set(struct answer *a, json_t *doc, const char *id, bool fresh, struct err *e);

/* Envelopes come as parsed JWS; free text with its salt beside it (may be NULL). */
struct free_text {
	const char *text;
	uint8_t salt[16];
};

/* A ticket's terms as they came back, and where: the host, perhaps with a port. */
struct ticket_in {
	const char *terms, *origin;
};

/* apply.c: stores and logs an application; answer: receipt. What was solved by its ticket (may be NULL) is spent on it, in the same
 * transaction. Then opens its proposal (a transaction of its own, see open.c). Errors: what application_verify says, "wrong_context",
 * "charter_not_in_force", "stale_head", "forked", "replayed", "key_in_use", "name_refused", "text_differs", ticket_brought's,
 * "challenge_spent", "challenge_missing". */
bool act_apply(struct worker *w, const char *group, const struct jws *application, const json_t *doc, const struct free_text *statement,
	const struct ticket_in *ticket, struct answer *out, struct err *e);
bool act_withdraw(struct worker *w, const char *group, const struct digest *application, const struct jws *withdrawal, const json_t *doc,
	struct answer *out, struct err *e);
/* open.c: puts a received application to the group. */
bool act_open(struct worker *w, int32_t g, const struct digest *application, struct err *e);
/* complaint.c: a member complains about another one; kept, for motions. answer: receipt. Errors: complaint_parse's, complaint_proves's,
 * complaint_fits's, jws_verify's, free_text_fits's, "wrong_context", "not_allowed" (nobody is expelled by vote), "not_found",
 * "not_a_member", "expelled", "key_revoked", "wrong_key", "over_limit". */
bool act_complain(struct worker *w, const char *group, const struct jws *complaint, const json_t *doc, const struct free_text *text,
	struct answer *out, struct err *e);
/* motion.c: members move to expel, as many as the charter asks; opens the proposal at once. answer: receipt and number. Also
 * "movers_missing", "complaint_missing", "complaint_void". */
bool act_move(struct worker *w, const char *group, const struct jws *motion, const json_t *doc, const struct free_text *reason,
	struct answer *out, struct err *e);
/* word.c: an operator approves or refuses an application or motion. */
bool act_word(struct worker *w, const char *group, const struct jws *word, const json_t *doc, struct answer *out, struct err *e);
/* seeder.c: the seeder's commitments, signed by it; and one of its seeds, for the application that took it. "not_allowed", "seed_differs",
 * "over_limit", "not_open", "not_found". */
bool act_commit_seeds(struct worker *w, const char *group, const struct jws *seeds, const json_t *doc, struct answer *out, struct err *e);
bool act_reveal(struct worker *w, const char *group, const struct jws *seed, const json_t *doc, struct answer *out, struct err *e);
/* vouch.c: a member vouches for an applicant, while its proposal is open; logged. answer: receipt. Opens the proposal when there is none
 * yet. Errors: vouch_parse's, jws_verify's, free_text_fits's, "wrong_context", "not_found", "not_open", "not_allowed" (the charter asks for
 * none), "not_a_member", "expelled", "key_revoked", "wrong_key", "not_in_electorate", "replayed" (it has vouched for this applicant),
 * "vouch_too_young", "budget_spent", "reason_missing", "vouch_late", "challenge_missing", "over_limit". */
bool act_vouch(struct worker *w, const char *group, const struct jws *vouch, const json_t *doc, const struct free_text *reason,
	struct answer *out, struct err *e);
/* challenge.c: keeps a challenge that was met, signed by a notary. about_proposal: for a vote on it; otherwise about an application, or to
 * vouch for it. answer: receipt. Errors: challenge_parse's, jws_verify's, "wrong_context", "not_found", "closed", "not_allowed" (nobody is
 * asked for it), "not_a_member", "not_by_notary", "challenge_late", "over_limit". */
bool act_challenge(struct worker *w, const char *group, bool about_proposal, const struct jws *challenge, const json_t *doc,
	struct answer *out, struct err *e);

/* candidate.c: somebody offers to be watched, with the key that a later application has; logged. answer: receipt. Errors:
 * candidacy_verify's, "wrong_context", "charter_not_in_force", "not_allowed" (the charter invites nobody), "key_in_use",
 * "already_candidate". */
bool act_candidate(struct worker *w, const char *group, const struct jws *candidacy, const json_t *doc, struct answer *out, struct err *e);
/* measure.c: what a member saw of a candidate, or its own load; logged. answer: receipt. Errors: measurement_parse's, jws_verify's,
 * "wrong_context", "charter_not_in_force", "not_allowed", "not_a_member", "expelled", "key_revoked", "wrong_key", "suspended",
 * "on_probation", "not_a_candidate", "too_soon". */
bool act_measure(struct worker *w, const char *group, const struct jws *measurement, const json_t *doc, struct answer *out, struct err *e);
/* invite.c: a member or operator invites a candidate, where no lots are drawn; logged. answer: receipt. Errors: as act_measure's, and
 * "not_an_operator", "out_of_range" (it lasts too long), "not_eligible". */
bool act_invite(struct worker *w, const char *group, const struct jws *invitation, const json_t *doc, struct answer *out, struct err *e);

/* ticket.c: sets the holder of a key what the charter asks of it. origin: the host, perhaps with a port, that the request came in at.
 * answer: {"id", "ticket", "until", "challenges"}. Errors: ticket_verify's, purpose_find's, "wrong_context", "wrong_time",
 * "challenges_many", "charter_not_in_force", "not_allowed". */
bool act_ticket(struct worker *w, const char *group, const struct jws *request, const char *origin, struct answer *out, struct err *e);
/* ticket_state.c: how a ticket stands: {"until", "solved": [kinds], "wanted": [kinds], "sponsor", "spent"}. */
bool act_ticket_state(struct worker *w, const char *group, const struct id16 *id, const char *terms, const char *origin, struct answer *out,
	struct err *e);
/* Its holder asks a sponsor, and meets no challenge. */
bool act_ticket_sponsor(struct worker *w, const char *group, const char *terms, const char *origin, struct err *e);
/* puzzle_give.c: one picture or clip of a challenge (appended), once: "image_shown". Also ticket_brought's, "not_found". */
bool act_give(struct worker *w, const char *group, const struct id16 *id, const char *terms, const char *origin, bool sound, unsigned part,
	struct buf *out, struct err *e);
/* The work of a challenge, as ALTCHA's widget takes it: {"parameters", "signature"}. Also work_pool_take's. */
bool act_give_work(struct worker *w, const char *group, const struct id16 *id, const char *terms, const char *origin, struct answer *out,
	struct err *e);
/* token.c: a token that somebody won at the provider that the charter names, for a challenge of kind "external". answer: as act_answer's.
 * Blocks for up to 3 seconds. Also redeem_not_counted's, external_verify's, "challenge_spent" (the token was used), "busy". */
bool act_token(struct worker *w, const char *group, const struct id16 *id, const char *terms, const char *origin, const char *token,
	struct answer *out, struct err *e);
/* answers.c: many answers to challenges in one transaction; each gets its own answer or error: "answer_wrong", "tries_spent",
 * "challenge_met" (another answer solved it), ticket_brought's, "bad_value". answer: {"solved": true}, and where it was met for something
 * that is there already {"challenge", "receipt"}. */
struct answer_in {
	const char *group, *terms, *origin, *text;
	struct id16 id;
	struct answer answer;
	struct err e; /* empty: solved */
};
void act_answer(struct worker *w, struct answer_in *in, size_t n);

/* vote.c: many votes in one transaction; each gets its own answer or error. Signatures were verified before by vote_check. */
struct vote_in {
	const char *group;
	uint64_t number; /* of the proposal, as in the path */
	const struct jws *jws;
	const json_t *doc;
	const struct free_text *reason;
	struct answer answer; /* receipt */
	struct err e;         /* empty: stored (or stored before) */
};
void act_vote(struct worker *w, struct vote_in *votes, size_t n);

/* decide.c: counts a proposal again and decides it when that is possible. *decided tells whether it is now. */
bool act_decide(struct worker *w, int32_t g, uint64_t number, bool *decided, struct err *e);

/* publish.c: sends the signer what it lacks, has it sign every intended certificate of the group (at most 256 at a time), verifies
 * and publishes them. */
bool act_publish(struct worker *w, int32_t g, size_t *published, struct err *e);
/* post.c: something posted on the board of a ceremony. answer: {"ceremony", "index", "size", "phase"}. Errors: post_parse's, jws_verify's,
 * dealing_take's, "not_found", "wrong_key". */
bool act_post(
	struct worker *w, const char *group, uint64_t number, const struct jws *post, const json_t *doc, struct answer *out, struct err *e);
/* ceremonies.c: what the members' key asks for: ends the ceremonies of a group in which somebody is silent for too long, opens the one that
 * is to begin, and intends the founders' certificates once there is a key. */
bool act_ceremonies(struct worker *w, int32_t g, struct err *e);
/* lists.c: has the signer make a new CRL and revocation list when one is due (or `now`). */
bool act_lists(struct worker *w, int32_t g, bool now, struct err *e);
/* seeds.c: commits to further seeds while fewer than 64 are left. */
bool act_seeds(struct worker *w, int32_t g, struct err *e);

/* member.c: renewal, rekeying, revocation by own key, operator or administrator. answer: receipt (and where the certificate will be). */
bool act_renew(struct worker *w, const char *group, const struct jws *renewal, const json_t *doc, struct answer *out, struct err *e);
bool act_rekey(struct worker *w, const char *group, const struct jws *rekey, const json_t *doc, struct answer *out, struct err *e);
/* recovery.c: a member that lost its key asks for another; opens the proposal at once. answer: receipt and number. Errors:
 * recovery_verify's, "wrong_context", "not_a_member", "suspended", "charter_not_in_force", "wrong_time", "not_allowed", "foreign_key",
 * "key_in_use". Several may be open for one member. */
bool act_recover(struct worker *w, const char *group, const struct jws *recovery, const json_t *doc, struct answer *out, struct err *e);
bool act_revoke(struct worker *w, const char *group, const struct jws *revocation, const json_t *doc, struct answer *out, struct err *e);

/* freeze.c: administrators stop admissions until a time; logged. answer: receipt and "frozen_until". Errors: freeze_parse's,
 * freeze_signed's, freeze_may_begin's, "wrong_context". */
bool act_freeze(struct worker *w, const char *group, const struct jws *freezing, const json_t *doc, struct answer *out, struct err *e);

/* amend.c: a signed charter with some approvals: kept as a draft, approvals gathered; when enough, logged, or put to the vote that
 * its predecessor demands. Version 1 founds the group when its approvals are complete (create.c). answer:
 * {"charter","state","approved","needed"}. */
bool act_propose_charter(struct worker *w, const char *group, const json_t *doc, struct answer *out, struct err *e);
/* create.c: reserves the name and keeps charter 1 as a draft; founds the group when approvals suffice. */
bool act_create(struct worker *w, const json_t *doc, struct answer *out, struct err *e);

#endif
